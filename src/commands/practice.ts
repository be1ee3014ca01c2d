import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { addCommonFlags, addQuestionFlags, addSessionFlags, assertPorts, type CommonFlags } from './flags.ts'
import { chooseFrontEnd } from './front-end.ts'
import type { Invocation } from './invocation.ts'

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
    const { runPractice } = await import('./practice-run.ts')
    end(await runPractice(scenario, flags, frontEnd, afterDashes))
  })
}
