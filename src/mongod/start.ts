import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../lib/environment.ts'
import { cancelled, systemErrorCode } from '../lib/failure.ts'
import { identify, type ProcessIdentity } from '../lib/process-identity.ts'
import type { Correction } from './arguments.ts'
import { notMongod } from './binary.ts'
import { uriOf } from './client.ts'
import { diagnose, failureOf, type Diagnosis, type Ending } from './diagnosis.ts'
import type { MongodBinary, RunningMongod } from './mongod.ts'
import { watchStart, type StartEvent } from './readiness.ts'
import { readLastRun, readOutput, sizeOf } from './run-log.ts'
import { endUnready } from './stop.ts'

export interface StartRequest {
  readonly binary: MongodBinary
  /** Without the program: `argvOf(mongodArguments(…))`. */
  readonly argv: readonly string[]
  /** As in argv. */
  readonly dbpath: string
  readonly port: number
  readonly logPath: string
  /** Where its standard output and error go; overwritten. mongod complains of its command line there, not in the log. */
  readonly outputPath: string
  /** All of its environment: nothing is added. */
  readonly environment: Environment
  /** Called once it has an identity, and awaited: the place to write it down, before anything else happens. */
  readonly onStarted: (identity: ProcessIdentity) => Promise<void>
  readonly onEvent: (event: StartEvent) => void
  /** Stops what was started. */
  readonly signal: AbortSignal
}

export type StartOutcome =
  | { readonly outcome: 'ready'; readonly mongod: RunningMongod }
  /** It has ended, and will do with other settings: `mongodArguments({ ...settings, ...correction })`. */
  | { readonly outcome: 'start-again'; readonly correction: Correction; readonly because: Diagnosis }

/**
 * Starts mongod detached and waits until it answers. It outlives this process. Throws a diagnosed `Failure` of the
 * family MONGOD when it ends instead, and CANCELLED when the signal aborts. Whatever is thrown, it does not run any more,
 * except after MONGOD-017.
 */
export async function startMongod(request: StartRequest): Promise<StartOutcome> {
  const { port, dbpath, logPath, signal, onEvent } = request
  if (signal.aborted) throw cancelled()
  const from = await sizeOf(logPath)
  const { ended, identity } = await spawnDetached(request)
  // Gone before it could be identified: its ending is on its way.
  if (identity === undefined) return afterEnd(request, from, await ended)

  const over = new AbortController()
  const watching = AbortSignal.any([signal, over.signal])
  try {
    await request.onStarted(identity)
    const first = await Promise.race([watchStart({ port, dbpath, logPath, from, onEvent }, watching), ended])
    if (first === undefined) throw cancelled()
    if (first !== 'ready') return await afterEnd(request, from, first)
    const mongod = { identity, port, dbpath, logPath, uri: uriOf(port), version: request.binary.version }
    return { outcome: 'ready', mongod }
  } catch (error) {
    await endUnready(identity)
    throw error
  } finally {
    over.abort()
  }
}

async function spawnDetached({ binary, argv, environment, outputPath }: StartRequest) {
  const output = await open(outputPath, 'w', 0o600)
  try {
    const child = spawn(binary.path, argv, {
      detached: true,
      env: environment,
      stdio: ['ignore', output.fd, output.fd],
    })
    const ended = new Promise<Ending>(resolve => {
      child.once('exit', (code, signal) =>
        resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }),
      )
    })
    await once(child, 'spawn').catch((error: unknown) => {
      throw notMongod(binary.path, systemErrorCode(error) ?? String(error))
    })
    child.unref()
    return { ended, identity: child.pid === undefined ? undefined : await identify(child.pid) }
  } finally {
    await output.close()
  }
}

/** Throws the diagnosis, unless starting again with other flags will do. */
async function afterEnd(request: StartRequest, from: number, ending: Ending): Promise<StartOutcome> {
  const because = await explainEnd({ ...request, from, ending })
  if (because.correction === undefined) throw failureOf(because)
  return { outcome: 'start-again', correction: because.correction, because }
}

export interface Ended {
  readonly dbpath: string
  readonly port: number
  readonly logPath: string
  readonly outputPath: string
  /** Byte offset in the log where its run began, at the earliest. */
  readonly from: number
  readonly ending: Ending
}

/** Why a mongod ended, from what it left behind. */
export async function explainEnd({ from, outputPath, ...ended }: Ended): Promise<Diagnosis> {
  const [{ lines: log }, output, lockedBy] = await Promise.all([
    readLastRun(ended.logPath, from),
    readOutput(outputPath),
    lockHolder(ended.dbpath),
  ])
  return diagnose({ ...ended, log, output, lockedBy })
}

/** The live process that mongod.lock names. */
async function lockHolder(dbpath: string): Promise<number | undefined> {
  const text = await readFile(join(dbpath, 'mongod.lock'), 'utf8').catch(() => '')
  const pid = Number(text.trim())
  return Number.isInteger(pid) && pid > 0 ? (await identify(pid))?.pid : undefined
}
