import type { Command } from 'commander'
import {
  addCommonFlags,
  addQuestionFlags,
  addSessionFlags,
  answersFrom,
  assertPorts,
  type CommonFlags,
} from './flags.ts'
import { chooseFrontEnd, nobodyToAsk } from './front-end.ts'
import type { Invocation } from './invocation.ts'

/** `snapthaw [PATH]` = `snapthaw restore [PATH]`: the wizard. */
export function addRestore(program: Command, { afterDashes, end }: Invocation): void {
  const command = program
    .command('restore', { isDefault: true })
    .argument('[PATH]', 'a dbpath, or a folder that holds one')
    .description('restore an encrypted snapshot: the wizard')
    .addHelpText('after', '\nFlags after -- go to mongod.')
  addSessionFlags(addCommonFlags(addQuestionFlags(command, () => true)))
  command.action(async (path: string | undefined, flags: CommonFlags) => {
    assertPorts({ ...flags })
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY
    const frontEnd = chooseFrontEnd(flags, process.env, isTerminal)
    if (frontEnd === undefined) throw nobodyToAsk()
    const run = {
      command: 'restore',
      frontEnd,
      flags,
      given: answersFrom({ ...flags }, path),
      suggested: {},
      environment: process.env,
      kmsEndpoint: flags.kmsEndpoint,
      stsEndpoint: flags.stsEndpoint,
      authorityHost: flags.authorityHost,
      mongodArguments: afterDashes,
      simulated: false,
      handout: [],
    } as const
    const { tellTo } = await import('./tell.ts')
    const isDryRun = flags.dryRun === true
    end(
      await tellTo(run, async () =>
        isDryRun
          ? (await import('../restore/plan.ts')).planRestore
          : (await import('../restore/restore.ts')).restore,
      ),
    )
  })
}
