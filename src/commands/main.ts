import { Command, CommanderError } from 'commander'
import { systemErrorCode } from '../lib/failure.ts'
import { version } from '../lib/version.ts'
import { addCredentials } from './credentials.ts'
import { addExplain } from './explain.ts'
import { addInspect } from './inspect.ts'
import type { Invocation } from './invocation.ts'
import { reportFailure } from './outcome.ts'
import { addPractice } from './practice.ts'
import { addProxy, withTwoDashes } from './proxy.ts'
import { addRestore } from './restore.ts'
import { addStatus } from './status.ts'
import { addStop } from './stop.ts'

const usageError = 2

/** Runs the one command that the arguments name; the exit code of product.md. */
export async function main(argv: readonly string[]): Promise<number> {
  // Whoever reads may stop reading, as `head` does. What is under way goes on, unheard.
  process.stdout.on('error', ignoreClosedPipe)
  process.stderr.on('error', ignoreClosedPipe)
  const dashes = argv.indexOf('--')
  const own = dashes < 0 ? argv : argv.slice(0, dashes)
  let exitCode = 0
  const invocation: Invocation = {
    afterDashes: dashes < 0 ? [] : argv.slice(dashes + 1),
    end: code => (exitCode = code),
  }
  const program = new Command('snapthaw')
    .description('From an encrypted MongoDB Atlas snapshot to a running, checked mongod.')
    .version(version)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', '\nWithout a command: restore. First time? `snapthaw practice` risks nothing.')
  addRestore(program, invocation)
  addPractice(program, invocation)
  addInspect(program, invocation)
  addCredentials(program, invocation)
  addProxy(program, invocation)
  addStatus(program, invocation)
  addStop(program, invocation)
  addExplain(program, invocation)
  try {
    await program.parseAsync(own[0] === 'proxy' ? withTwoDashes(own) : own, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its sentence already: help and version end with 0, all else is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError
    return reportFailure(error, own.includes('--json') ? 'json' : 'text')
  }
}

function ignoreClosedPipe(error: Error): void {
  if (systemErrorCode(error) !== 'EPIPE') throw error
}
