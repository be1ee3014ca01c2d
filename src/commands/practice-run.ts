import { join } from 'node:path'
import { packageRoot } from '../lib/package-root.ts'
import { openSandbox, removeSandbox } from '../practice/sandbox.ts'
import type { Scenario } from '../practice/scenarios.ts'
import { listSessions, type SessionRecord } from '../restore/session.ts'
import { stateFolder } from '../restore/state-folder.ts'
import { answersFrom, type CommonFlags } from './flags.ts'
import type { FrontEnd } from './front-end.ts'
import { stopSession } from './stop.ts'
import { tellTo, type Story } from './tell.ts'

/** Opens the scenario's sandbox and tells the restore in it; gives the exit code. */
export async function runPractice(
  scenario: Scenario,
  flags: CommonFlags,
  frontEnd: FrontEnd,
  mongodArguments: readonly string[],
): Promise<number> {
  const home = stateFolder(process.env)
  const root = join(home, 'practice', scenario.id)
  await clearWhatIsOver(home, root, flags)
  const sandbox = await openSandbox({
    root,
    scenario,
    program: simulatedMongod(),
    node: process.execPath,
    environment: process.env,
  })
  try {
    const run = {
      command: 'practice',
      frontEnd,
      flags,
      given: answersFrom({ mongod: sandbox.mongod, ...flags }, sandbox.dbpath),
      suggested: sandbox.answers,
      environment: sandbox.environment,
      kmsEndpoint: flags.kmsEndpoint ?? sandbox.endpoints.kms,
      stsEndpoint: flags.stsEndpoint ?? sandbox.endpoints.sts,
      authorityHost: flags.authorityHost,
      mongodArguments,
      simulated: true,
      handout: sandbox.handout,
    } as const
    return await tellTo(run, () => (flags.dryRun === true ? loadPlan() : loadLesson(scenario)))
  } finally {
    await sandbox.close()
  }
}

async function loadPlan(): Promise<Story> {
  return (await import('../restore/plan.ts')).planRestore
}

/** The restore, and at its end what it was to teach. */
async function loadLesson({ learnt }: Scenario): Promise<Story> {
  const { restore } = await import('../restore/restore.ts')
  return async context => {
    const restored = await restore(context)
    context.tell({ type: 'note', step: 'handover', message: `What this was to teach: ${learnt}` })
    return restored
  }
}

/** A finished practice is not gone on with: its sandbox makes place for a new one. So does one that is to be fresh. */
async function clearWhatIsOver(home: string, root: string, flags: CommonFlags): Promise<void> {
  const dbpath = join(root, 'snapshot')
  const sessions = (await listSessions(home)).filter(record => record.simulated && record.dbpath === dbpath)
  const [latest] = sessions
  const isOver =
    latest === undefined ? flags.fresh === true : latest.state === 'stopped' || flags.fresh === true
  if (!isOver || flags.session !== undefined) return
  await Promise.all(sessions.map((record: SessionRecord) => stopSession(home, record)))
  await removeSandbox(root)
}

/** The built program beside this one. */
function simulatedMongod(): string {
  return join(packageRoot(), 'dist', 'simulated-mongod.js')
}
