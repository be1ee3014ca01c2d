import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, open, readFile, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { KmipConnectionError } from '../kmip/client-connection.ts'
import { connectKmip } from '../kmip/client.ts'
import { redacted } from '../kms/redacted.ts'
import { childEnvironment } from '../lib/child-environment.ts'
import type { Environment } from '../lib/environment.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import { followLines } from '../lib/follow-file.ts'
import { formatDuration } from '../lib/format.ts'
import { identify, isAlive } from '../lib/process-identity.ts'
import { Secret } from '../lib/secret.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import { certificateFilesIn } from './certificate-files.ts'
import { stopProxy } from './embedded.ts'
import type { KeyProxy } from './key-proxy.ts'
import { officialCommand, type OfficialOrders } from './official-command.ts'
import { complaintIn } from './official-output.ts'

export interface OfficialOptions {
  readonly orders: OfficialOrders
  /** The ids that mongod will ask it for: what it serves it does not say. */
  readonly keyIds: readonly string[]
  /** Where its output goes, appended. */
  readonly log: string
  /** What must not be repeated of its output, beside what stands on its command line. */
  readonly secrets: readonly Secret[]
  readonly environment: Environment
  /** Called once it runs, to write that down. */
  readonly onStarted: (proxy: KeyProxy) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Starts MongoDB's own key proxy, which outlives this process, and waits until it serves. Throws PROXY-006 where it cannot
 * be run, PROXY-007 for its complaint about its credentials, PROXY-008 where it ends or does not serve; no process is
 * left behind then.
 */
export async function startOfficialProxy(options: OfficialOptions): Promise<KeyProxy> {
  const { orders, keyIds, onStarted, signal } = options
  signal.throwIfAborted()
  await assertExecutable(orders.program)
  const log = await open(options.log, 'a', 0o600)
  const { size: from } = await log.stat()
  const child = launch(options, log.fd)
  const gone = whenGone(child)
  await log.close()
  if (child.pid === undefined) throw await notStarted(orders.program, gone)
  const identity = await identify(child.pid)
  if (identity === undefined) throw await endedEarly(options, from)
  const proxy: KeyProxy = {
    engine: 'official',
    identity,
    host: '127.0.0.1',
    port: orders.kmipPort,
    mongodPort: orders.mongodPort,
    keyIds,
    ...certificateFilesIn(orders.dbpath),
  }
  try {
    await onStarted(proxy)
    await untilServing(proxy, options, from, gone)
    return proxy
  } catch (error) {
    await stopProxy(proxy)
    throw error
  }
}

/**
 * An official proxy that was written down, if it still is what it was: exactly that process runs, and whoever listens on
 * its port has the certificate of the authority in the dbpath and accepts the client's. Which keys it has is not known.
 */
export async function adoptOfficialProxy(
  recorded: KeyProxy,
  signal: AbortSignal,
): Promise<KeyProxy | undefined> {
  const isTheSame = (await isAlive(recorded.identity)) && (await serves(recorded, signal))
  signal.throwIfAborted()
  return isTheSame ? recorded : undefined
}

/** What is wrong with a path that should be of a program, in a sentence, or undefined. */
export async function programProblem(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile() ? undefined : `${path} is no file`
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    return code === 'EACCES' ? `${path} is not executable` : `${path} is not there`
  }
}

async function assertExecutable(program: string): Promise<void> {
  const problem = await programProblem(program)
  if (problem !== undefined) throw notRunnable(problem, program)
}

function notRunnable(message: string, program: string): Failure {
  return new Failure({
    code: 'PROXY-006',
    message,
    remedy: `Atlas offers it beside the snapshot, for each platform; make it executable: chmod +x ${shellQuote(program)}. Then name it: --official-proxy PATH`,
  })
}

/** In a session of its own (`detached`): neither a closed terminal nor its Ctrl-C reaches it. */
function launch({ orders, environment }: OfficialOptions, output: number): ChildProcess {
  const [program = '', ...argv] = officialCommand(orders).map(word =>
    word instanceof Secret ? word.reveal() : word,
  )
  const child = spawn(program, argv, {
    detached: true,
    env: childEnvironment(environment),
    stdio: ['ignore', output, output],
  })
  child.unref()
  return child
}

/** Aborts when the process has ended, or with the reason why it could not be started. */
function whenGone(child: ChildProcess): AbortSignal {
  const gone = new AbortController()
  child.once('exit', () => gone.abort())
  child.once('error', error => gone.abort(error))
  return gone.signal
}

/** Such as for an interpreter that is not there. A program for another platform is given to sh, which says so. */
async function notStarted(program: string, gone: AbortSignal): Promise<Failure> {
  if (!gone.aborted) await once(gone, 'abort')
  return notRunnable(`${program} cannot be run (${systemErrorCode(gone.reason) ?? 'unknown'})`, program)
}

/** Milliseconds: it asks the cloud first, and what it waits for it does not say. */
const patience = 60_000

async function untilServing(
  proxy: KeyProxy,
  options: OfficialOptions,
  from: number,
  gone: AbortSignal,
): Promise<void> {
  const { signal, log } = options
  const over = new AbortController()
  const until = AbortSignal.any([signal, gone, over.signal, AbortSignal.timeout(patience)])
  try {
    const outcome = await Promise.race([firstAnswer(proxy, until), firstComplaint(log, from, until)])
    if (outcome === 'serves') return
    signal.throwIfAborted()
    if (outcome !== undefined) throw outcome
    throw gone.aborted ? await endedEarly(options, from) : silent(options)
  } finally {
    over.abort()
  }
}

/** Longest pause between two attempts to connect, in milliseconds. */
const longestPause = 250

/** Its certificates are those of an earlier run until it has written its own; then they fit whoever listens. */
async function firstAnswer(proxy: KeyProxy, until: AbortSignal): Promise<'serves' | undefined> {
  for (let pause = 10; !until.aborted; pause = Math.min(pause * 2, longestPause)) {
    if (await serves(proxy, until)) return 'serves'
    await delay(pause, undefined, { signal: until }).catch(() => undefined)
  }
  return undefined
}

async function serves(
  { host, port, caFile, clientCertificateFile }: KeyProxy,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const [ca, client] = await Promise.all([readFile(caFile), readFile(clientCertificateFile)])
    const connection = await connectKmip({ host, port, tls: { ca, cert: client, key: client }, signal })
    await connection.close()
    return true
  } catch (error) {
    const isForeseen = error instanceof KmipConnectionError || systemErrorCode(error) !== undefined
    if (isForeseen || signal.aborted) return false
    throw error
  }
}

async function firstComplaint(log: string, from: number, until: AbortSignal): Promise<Failure | undefined> {
  for await (const line of followLines(log, { from, signal: until })) {
    const complaint = complaintIn(line)
    if (complaint !== undefined) return new Failure({ ...complaint, backTo: 'credentials' })
  }
  return undefined
}

/** How many of its last lines are shown. */
const mostEvidence = 10

/** What a proxy that has ended says: its last words may have come after the following of the log ended. */
async function endedEarly(options: OfficialOptions, from: number): Promise<Failure> {
  const { log, orders, secrets } = options
  const written = (await readFile(log)).subarray(from).toString('utf8').trim()
  const lines = written === '' ? [] : written.split('\n')
  const inArgv = officialCommand(orders).filter(word => word instanceof Secret)
  const evidence = lines.slice(-mostEvidence).map(line => redacted(line, [...secrets, ...inArgv]))
  const complaint = lines.map(complaintIn).find(each => each !== undefined)
  if (complaint !== undefined) return new Failure({ ...complaint, evidence, backTo: 'credentials' })
  return new Failure({
    code: 'PROXY-008',
    message: 'kmipProxyStandalone ended before it served',
    remedy: `Its own words say why. All that it wrote is in ${log}`,
    evidence,
  })
}

function silent({ log }: OfficialOptions): Failure {
  return new Failure({
    code: 'PROXY-008',
    message: `kmipProxyStandalone runs, but does not serve after ${formatDuration(patience)}`,
    remedy: `It may not reach the cloud. What it wrote is in ${log}`,
  })
}
