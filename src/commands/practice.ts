import { join } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { packageRoot } from '../lib/package-root.ts'
import { planRestore } from '../restore/plan.ts'
import { restore } from '../restore/restore.ts'
import { listSessions, stateFolder, type SessionRecord } from '../restore/session.ts'
import type { Scenario } from '../practice/scenarios.ts'
import {
  addCommonFlags,
  addQuestionFlags,
  addSessionFlags,
  answersFrom,
  assertPorts,
  type CommonFlags,
} from './flags.ts'
import { chooseFrontEnd, type FrontEnd } from './front-end.ts'
import type { Invocation } from './invocation.ts'
import { stopSession } from './stop.ts'
import { tellTo } from './tell.ts'

/** `snapthaw practice [SCENARIO]`: the same wizard in a sandbox, where nothing real is touched. */
export function addPractice(program: Command, { afterDashes, end }: Invocation): void {
  const command = program
    .command('practice')
    .argument('[SCENARIO]', 'what goes wrong; see --list', 'first-restore')
    .description(
      'the wizard in a sandbox: a generated encrypted snapshot, stand-ins for the cloud, a simulated mongod',
    )
    .option('--list', 'the scenarios')
  addSessionFlags(addCommonFlags(addQuestionFlags(command, definition => definition.flag !== 'argument')))
  command.action(async (name: string, flags: CommonFlags & { list?: true }) => {
    const { findScenario, scenarios } = await import('../practice/scenarios.ts')
    if (flags.list === true) {
      const width = Math.max(...scenarios.map(scenario => scenario.id.length))
      process.stdout.write(scenarios.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join(''))
      return
    }
    assertPorts({ ...flags })
    const scenario = findScenario(name)
    if (scenario === undefined) {
      throw new Failure({
        code: 'USAGE-002',
        message: `There is no practice scenario ${name}`,
        remedy: `Choose one of: ${scenarios.map(each => each.id).join(', ')}`,
      })
    }
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY
    // Nothing real is at stake: where nobody can be asked, the scenario's own answers do.
    const frontEnd = chooseFrontEnd(flags, process.env, isTerminal) ?? 'text'
    if (frontEnd === 'text')
      process.stdout.write('PRACTICE: all of this is simulated, nothing real is touched\n')
    if (frontEnd === 'text' && flags.input) {
      process.stderr.write(
        'There is no terminal to ask on: practice answers with the defaults of the scenario.\n',
      )
    }
    end(await practise(scenario, flags, frontEnd, afterDashes))
  })
}

async function practise(
  scenario: Scenario,
  flags: CommonFlags,
  frontEnd: FrontEnd,
  mongodArguments: readonly string[],
): Promise<number> {
  const { openSandbox } = await import('../practice/sandbox.ts')
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
      mongodArguments,
      simulated: true,
      handout: sandbox.handout,
    } as const
    return await tellTo(run, async context => {
      if (flags.dryRun === true) return planRestore(context)
      const restored = await restore(context)
      context.tell({ type: 'note', step: 'handover', message: `What this was to teach: ${scenario.learnt}` })
      return restored
    })
  } finally {
    await sandbox.close()
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
  const { removeSandbox } = await import('../practice/sandbox.ts')
  await removeSandbox(root)
}

/** The built program beside this one. */
function simulatedMongod(): string {
  return join(packageRoot(), 'dist', 'simulated-mongod.js')
}
