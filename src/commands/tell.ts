import { exitCodes, Failure } from '../lib/failure.ts'
import type { Environment } from '../lib/environment.ts'
import type { GivenAnswers } from '../restore/answers.ts'
import { prepare, type RestoreContext, type Telling } from '../restore/context.ts'
import type { Interviewer, Occasion } from '../restore/interview.ts'
import { catalogue, choice } from '../restore/questions.ts'
import { stateFolder } from '../restore/state-folder.ts'
import type { CommonFlags } from './flags.ts'
import type { FrontEnd } from './front-end.ts'
import { lessonsOpen, openFrontEnd } from './open-front-end.ts'
import { failedEvent, showBug } from './outcome.ts'

/** Everything about one run of a story that its command decides. */
export interface Run {
  readonly command: Occasion['command']
  readonly frontEnd: FrontEnd
  readonly flags: CommonFlags
  readonly given: GivenAnswers
  readonly suggested: GivenAnswers
  readonly environment: Environment
  readonly kmsEndpoint: string | undefined
  readonly stsEndpoint: string | undefined
  readonly authorityHost: string | undefined
  readonly mongodArguments: readonly string[]
  readonly simulated: boolean
  readonly handout: readonly string[]
}

export type Story = (context: RestoreContext) => Promise<unknown>

/**
 * Tells a story to the front end of this run, from its first event to its exit code. The story is loaded when the first
 * frame stands on the screen: it brings the most code along.
 */
export async function tellTo(run: Run, load: () => Promise<Story>): Promise<number> {
  const home = stateFolder(run.environment)
  const interruption = new AbortController()
  const interrupt = () => {
    // The second time forces the way out. What runs goes on, and the session knows it.
    if (interruption.signal.aborted) process.exit(exitCodes.CANCELLED)
    interruption.abort()
  }
  // The front end is there before the story is: what it shows of the session it looks up as it draws.
  const told: { telling?: Telling } = {}
  const session = () => told.telling?.context.session()
  const occasion: Occasion = {
    command: run.command,
    sessionId: () => session()?.id,
    path: () => session()?.record.dbpath ?? (typeof run.given.path === 'string' ? run.given.path : undefined),
    simulated: run.simulated,
    logPath: () => session()?.record.mongod?.logPath,
    handout: run.handout,
    teach: await lessonsOpen(run.flags, home),
  }
  const interviewer = await openFrontEnd(run.frontEnd, occasion, run.environment, interrupt)
  const telling = prepare(
    interviewer,
    { flags: run.given, suggested: run.suggested },
    {
      environment: run.environment,
      home,
      program: [process.execPath, process.argv[1] ?? ''],
      kmsEndpoint: run.kmsEndpoint,
      stsEndpoint: run.stsEndpoint,
      authorityHost: run.authorityHost,
      mongodArguments: run.mongodArguments,
      onUnfinished: run.flags.fresh === true ? 'fresh' : 'ask',
      sessionId: run.flags.session,
      simulated: run.simulated,
      mode: run.flags.dryRun === true ? 'dry-run' : 'restore',
      readStdin: once(readStdin),
      signal: interruption.signal,
    },
  )
  told.telling = telling
  // A terminal that goes away takes nothing with it: what runs goes on, and the same command finds it again.
  const hangUp = () => interruption.abort(hungUp)
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', hangUp)
  try {
    // A front end draws its first frame when the event loop next turns; loading would keep it from turning.
    await new Promise(resolve => setImmediate(resolve))
    await telling.tell(await load())
    return 0
  } catch (error) {
    if (interruption.signal.reason !== hungUp) await letGo(telling, interviewer, error)
    const event = failedEvent(error)
    session()?.note(event)
    interviewer.tell(event)
    showBug(error)
    return event.exitCode
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', hangUp)
    await session()?.close()
    await interviewer.close()
  }
}

/** Why a story is interrupted when its terminal is gone. */
const hungUp = new Error('The terminal is gone')

/** A restore that fails leaves no process of its own behind; one that is cancelled asks about them. */
async function letGo(telling: Telling, interviewer: Interviewer, error: unknown): Promise<void> {
  if (!telling.ownsProcesses()) return
  const isCancelled = error instanceof Failure && error.code === 'CANCELLED'
  if (interviewer.interactive && isCancelled && (await wantsThemLeft(interviewer))) return
  await telling.releaseAll()
}

async function wantsThemLeft(interviewer: Interviewer): Promise<boolean> {
  const question = choice(catalogue.leaveRunning, {
    options: [
      { value: 'stop', label: 'Stop it', hint: 'cleanly; the same command starts it again' },
      {
        value: 'leave',
        label: 'Leave it running',
        hint: 'the same command finds it again; snapthaw stop ends it',
      },
    ],
    default: 'stop',
  })
  try {
    return (await interviewer.ask(question, new AbortController().signal)) === 'leave'
  } catch {
    // A second Ctrl-C forces the way out, and a forced way out ends nothing that can be found again.
    return true
  }
}

/** Standard input can be read once, and is wanted for every key of a snapshot and every attempt. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => (reading ??= read())
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
