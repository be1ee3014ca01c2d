import { homedir } from 'node:os'
import type { Command } from 'commander'
import type { RestoreContext } from '../restore/context.ts'
import { addCommonFlags, addQuestionFlags, answersFrom, type CommonFlags } from './flags.ts'
import { chooseFrontEnd, nobodyToAsk } from './front-end.ts'
import type { Invocation } from './invocation.ts'

type CredentialFlags = CommonFlags & {
  readonly check?: true
  readonly undo?: true
  readonly mend?: string | true
}

/** `snapthaw credentials PATH`: only the credential step of a restore. */
export function addCredentials(program: Command, { end }: Invocation): void {
  const command = program
    .command('credentials')
    .argument('<PATH>', 'a dbpath, or a folder that holds one')
    .description('only the credential step: do they open the key, and if not, what would')
    .option('--check', 'ask the cloud whether the metadata file’s credentials open the key; changes nothing')
    .option(
      '--mend [WHERE]',
      'find credentials that do, and write them to the metadata file (or keep them in memory: memory)',
    )
    .option('--undo', 'put the metadata files back as they were before snapthaw changed them')
  addCommonFlags(addQuestionFlags(command, ({ step, id }) => step === 'credentials' && id !== 'mend'))
  command.action(async (path: string, flags: CredentialFlags) => {
    if (flags.undo === true) {
      process.stdout.write(await undo(path))
      return
    }
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY
    // A check asks nothing: it needs no terminal.
    const frontEnd = chooseFrontEnd(
      flags.check === true ? { ...flags, input: false } : flags,
      process.env,
      isTerminal,
    )
    if (frontEnd === undefined) throw nobodyToAsk()
    const mend = flags.mend === true ? 'file' : flags.mend
    const run = {
      command: 'credentials',
      frontEnd,
      flags: { ...flags, ...(flags.check === true ? { dryRun: true } : {}) },
      given: answersFrom({ ...flags, mend }, path),
      suggested: {},
      environment: process.env,
      kmsEndpoint: flags.kmsEndpoint,
      stsEndpoint: flags.stsEndpoint,
      authorityHost: flags.authorityHost,
      mongodArguments: [],
      simulated: false,
      handout: [],
    } as const
    const { tellTo } = await import('./tell.ts')
    end(await tellTo(run, () => Promise.resolve(openTheKeys)))
  })
}

async function openTheKeys(context: RestoreContext): Promise<void> {
  const { chooseSnapshot } = await import('../restore/steps/snapshot.ts')
  const { proveCredentials } = await import('../restore/steps/credentials.ts')
  const snapshot = await context.step('snapshot', () => chooseSnapshot(context, 'go on'))
  await context.step('credentials', () => proveCredentials(context, snapshot))
}

async function undo(path: string): Promise<string> {
  const { pastedPath } = await import('../snapshot/pasted-path.ts')
  const { undoMends } = await import('../restore/credentials/undo.ts')
  const { stateFolder } = await import('../restore/state-folder.ts')
  const given = pastedPath(path, { home: homedir(), cwd: process.cwd() })
  const undone = await undoMends(stateFolder(process.env), given, AbortSignal.timeout(60_000))
  if (undone.length === 0) return 'No metadata file of this snapshot is changed by snapthaw.\n'
  return undone.map(file => `${file} is as it was before snapthaw changed it.\n`).join('')
}
