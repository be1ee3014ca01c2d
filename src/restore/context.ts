import type { Environment } from '../lib/environment.ts'
import { cancelled, Failure, stepNames, type StepName } from '../lib/failure.ts'
import { createAnswers, type GivenAnswers } from './answers.ts'
import { GoBack, type AnswerTo, type Interviewer, type Question, type RestoreEvent } from './interview.ts'
import { catalogue, choice } from './questions.ts'
import type { Session } from './session.ts'

/** What the one who tells a story brings along. */
export interface Circumstances {
  readonly environment: Environment
  /** Where sessions are kept: `stateFolder`. */
  readonly home: string
  /** The argv that runs snapthaw itself, for the key proxy. */
  readonly program: readonly [string, ...string[]]
  readonly kmsEndpoint: string | undefined
  readonly stsEndpoint: string | undefined
  /** Of Entra ID. */
  readonly authorityHost: string | undefined
  /** What stands after `--`: for mongod. */
  readonly mongodArguments: readonly string[]
  /** What to do with an unfinished session of the dbpath. */
  readonly onUnfinished: 'ask' | 'fresh'
  /** The session to go on with, where it was named. */
  readonly sessionId: string | undefined
  readonly simulated: boolean
  /** A dry run leaves no session and starts nothing. */
  readonly mode: 'restore' | 'dry-run'
  /** All of standard input, for `--credentials stdin`. */
  readonly readStdin: () => Promise<string>
  readonly signal: AbortSignal
}

/** What a step may rely on. */
export interface RestoreContext extends Circumstances {
  /** True where somebody can be asked what to do about a failure. */
  readonly interactive: boolean
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>
  /** Whether an answer would come from a person, a flag, the session or the sandbox: not only from a default. */
  canAnswer(id: string): boolean
  /** Whether a flag or the session has the answer. */
  isDecided(id: string): boolean
  tell(event: RestoreEvent): void
  /** Tells and remembers one step; asks what to do when it fails and somebody is there. */
  step<T>(name: StepName, work: () => Promise<T>): Promise<T>
  /** What ends something that the step now running has started: called when the step is taken back or the restore fails. */
  owns(release: () => Promise<void>): void
  /** What the story started is the operator's now: it is not ended when the story ends. */
  handedOver(): void
  /** The session in use, or undefined until the dbpath is known. */
  session(): Session | undefined
  /** Takes over the session's decisions, and writes every further one into it. The one before is closed. */
  useSession(session: Session): Promise<void>
}

/** A context, and the hold that its owner has on what the story started. */
export interface Telling {
  readonly context: RestoreContext
  /** Whether something that the story started is still running. */
  readonly ownsProcesses: () => boolean
  /** Ends everything that the story started, the last first. */
  releaseAll(): Promise<void>
  /** Tells the story to its end; going back tells it again. */
  tell<T>(story: (context: RestoreContext) => Promise<T>): Promise<T>
}

/** Unwinds the story to its beginning, which then answers from memory up to this step. */
class BackTo extends Error {
  readonly step: StepName
  constructor(step: StepName) {
    super(`back to ${step}`)
    this.step = step
  }
}

export function prepare(
  interviewer: Interviewer,
  given: { readonly flags: GivenAnswers; readonly suggested: GivenAnswers },
  circumstances: Circumstances,
): Telling {
  const { signal } = circumstances
  const answers = createAnswers(interviewer, given.flags, given.suggested)
  const results = new Map<StepName, unknown>()
  const owned: { readonly step: StepName; readonly release: () => Promise<void> }[] = []
  let session: Session | undefined
  let current: StepName = 'snapshot'

  const tell = (event: RestoreEvent) => {
    session?.note(event)
    interviewer.tell(event)
  }

  async function release(steps: readonly StepName[]): Promise<void> {
    for (const each of [...owned].reverse()) {
      if (!steps.includes(each.step)) continue
      owned.splice(owned.indexOf(each), 1)
      await each.release()
    }
  }

  async function step<T>(name: StepName, work: () => Promise<T>): Promise<T> {
    if (results.has(name)) return results.get(name) as T
    current = name
    if (session !== undefined && circumstances.mode === 'restore') await session.update({ reached: name })
    for (;;) {
      signal.throwIfAborted()
      answers.begin(name)
      tell({ type: 'step', step: name, status: 'started' })
      try {
        const result = await work()
        results.set(name, result)
        return result
      } catch (error) {
        if (error instanceof GoBack) goBackFrom(name)
        else if (error instanceof Failure && error.code !== 'CANCELLED' && !signal.aborted)
          await recover(name, error)
        else throw error
        await release([name])
      }
    }
  }

  /** To the question before: of this step, which then begins again, or of the nearest step before that asked one. */
  function goBackFrom(name: StepName): void {
    if (answers.takeBack(name)) return
    const before = stepNames.slice(0, stepNames.indexOf(name)).findLast(each => answers.takeBack(each))
    if (before !== undefined) throw new BackTo(before)
    tell({ type: 'note', step: name, message: 'This is the first question: there is nothing to go back to' })
  }

  /** Asks what to do about a failure. Returns where the step shall be tried again. */
  async function recover(name: StepName, failure: Failure): Promise<void> {
    tell({ type: 'step', step: name, status: 'failed', summary: failure.message })
    await answers.forget(name)
    if (!interviewer.interactive) throw failure
    const backTo = failure.backTo ?? stepNames[stepNames.indexOf(name) - 1]
    const back = backTo === undefined || backTo === name ? undefined : backTo
    const question = choice(catalogue.recover, {
      failure: {
        code: failure.code,
        message: failure.message,
        remedy: failure.remedy,
        evidence: failure.evidence,
      },
      options: [
        { value: 'change', label: 'Answer this step again' },
        { value: 'again', label: 'Try again with the same answers' },
        ...(back === undefined ? [] : [{ value: 'back', label: `Go back to the step ${back}` }]),
        { value: 'quit', label: 'Quit', hint: 'the same command goes on from here' },
      ],
      default: failure.backTo === undefined || back === undefined ? 'change' : 'back',
    })
    const answer = await interviewer.ask({ ...question, step: name }, signal).catch((error: unknown) => {
      if (error instanceof GoBack) return 'back'
      throw error
    })
    if (answer === 'quit') throw failure
    if (answer === 'again') answers.keepAll(name)
    else answers.askAgain(answer === 'back' && back !== undefined ? back : name)
    if (answer === 'back' && back !== undefined) throw new BackTo(back)
  }

  const context: RestoreContext = {
    ...circumstances,
    interactive: interviewer.interactive,
    startedAt: Date.now(),
    ask: question => {
      signal.throwIfAborted()
      return answers.ask(question, current, signal)
    },
    canAnswer: id => answers.canAnswer(id, current),
    isDecided: id => answers.isDecided(id, current),
    tell,
    step,
    owns: release => owned.push({ step: current, release }),
    handedOver: () => owned.splice(0),
    session: () => session,
    useSession: async opened => {
      await session?.close()
      session = opened
      await answers.useSession(opened)
    },
  }

  return {
    context,
    ownsProcesses: () => owned.length > 0,
    releaseAll: () => release(stepNames),
    async tell(story) {
      for (;;) {
        try {
          return await story(context)
        } catch (error) {
          if (!(error instanceof BackTo)) throw signal.aborted ? cancelled() : error
          const dropped = stepNames.slice(stepNames.indexOf(error.step))
          for (const name of dropped) results.delete(name)
          await release(dropped)
        }
      }
    },
  }
}
