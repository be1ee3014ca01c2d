import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { childEnvironment, signedInEnvironment } from '../lib/child-environment.ts'
import type { Environment } from '../lib/environment.ts'
import { Failure } from '../lib/failure.ts'
import { followLines } from '../lib/follow-file.ts'
import { identify, signalProcess, waitForExit, type ProcessIdentity } from '../lib/process-identity.ts'
import { failureOf, parseEvent, type ProxyEvent } from './events.ts'
import type { KeyProxy } from './key-proxy.ts'
import { formatOrders, type ProxyOrders } from './orders.ts'

export interface StartOptions {
  /** The argv that runs snapthaw itself; `proxy --stdin` is added to it. */
  readonly program: readonly string[]
  readonly orders: ProxyOrders
  /** Where the proxy writes its events, as NDJSON: appended to. */
  readonly statusLog: string
  /** Handed on without what can hold a credential. */
  readonly environment: Environment
  /**
   * Called before the proxy has its orders, to write down that it runs. Should this process die in between, the proxy
   * finds the end of its stdin in place of orders, and ends.
   */
  readonly onStarted: (identity: ProcessIdentity) => Promise<void>
  readonly onEvent: (event: ProxyEvent) => void
  readonly signal: AbortSignal
}

/**
 * Starts the key proxy as a process of its own, which outlives this one, and waits until it serves. Its credentials
 * reach it on stdin and nowhere else. Throws the `Failure` that the proxy tells of, or PROXY-008 when it ends without
 * telling; no process is left behind then.
 */
export async function startEmbeddedProxy(options: StartOptions): Promise<KeyProxy> {
  const { orders, statusLog, onStarted } = options
  options.signal.throwIfAborted()
  const document = formatOrders(orders)
  const log = await open(statusLog, 'a', 0o600)
  const { size: from } = await log.stat()
  const child = launch(options, log.fd)
  const gone = whenGone(child)
  await log.close()
  const identity = child.pid === undefined ? undefined : await identify(child.pid)
  try {
    if (identity === undefined) throw await endedEarly(statusLog, from)
    await onStarted(identity)
    child.stdin?.end(document.revealBytes())
    const { port, keyIds, caFile, clientCertificateFile } = await untilServing(options, from, gone)
    return { engine: 'embedded', identity, host: '127.0.0.1', port, keyIds, caFile, clientCertificateFile }
  } catch (error) {
    if (identity !== undefined) await end(identity)
    throw error
  } finally {
    document.wipe()
  }
}

/** The events of a status log from a byte offset on, as they are written, until the signal aborts. */
export async function* followEvents(
  statusLog: string,
  options: { readonly from?: number; readonly signal: AbortSignal },
): AsyncGenerator<ProxyEvent, void, void> {
  for await (const line of followLines(statusLog, options)) {
    const event = parseEvent(line)
    if (event !== undefined) yield event
  }
}

/** Ends exactly this proxy, if it still runs. It has nothing on disk to lose, and mongod has its key already. */
export async function stopProxy(proxy: Pick<KeyProxy, 'identity'>): Promise<void> {
  await end(proxy.identity)
}

/** Milliseconds for closing a socket and a few connections. */
const patience = 5_000

async function end(identity: ProcessIdentity): Promise<void> {
  await signalProcess(identity, 'SIGTERM')
  if (await waitForExit(identity, patience)) return
  await signalProcess(identity, 'SIGKILL')
  await waitForExit(identity, patience)
}

/** In a session of its own (`detached`): neither a closed terminal nor its Ctrl-C reaches it. */
function launch({ program, environment, orders }: StartOptions, output: number): ChildProcess {
  const [command = '', ...argv] = program
  const signsIn = orders.keys.some(
    ({ credentials }) => credentials.provider !== 'aws' && credentials.identity.kind === 'ambient',
  )
  const child = spawn(command, [...argv, 'proxy', '--stdin'], {
    detached: true,
    env: signsIn ? signedInEnvironment(environment) : childEnvironment(environment),
    stdio: ['pipe', output, output],
  })
  // It may end before it has read its orders; that it ended is noticed by itself.
  child.stdin?.on('error', () => undefined)
  child.unref()
  return child
}

/** Aborts when the process has ended or could not be started. */
function whenGone(child: ChildProcess): AbortSignal {
  const gone = new AbortController()
  child.once('exit', () => gone.abort())
  child.once('error', () => gone.abort())
  return gone.signal
}

type Serving = Extract<ProxyEvent, { type: 'serving' }>

async function untilServing(
  { statusLog, onEvent, signal }: StartOptions,
  from: number,
  gone: AbortSignal,
): Promise<Serving> {
  for await (const event of followEvents(statusLog, { from, signal: AbortSignal.any([signal, gone]) })) {
    onEvent(event)
    if (event.type === 'serving') return event
    if (event.type === 'failed') throw failureOf(event)
  }
  signal.throwIfAborted()
  throw await endedEarly(statusLog, from)
}

/** How many of its last lines are shown of a proxy that ended without telling why. */
const mostEvidence = 10

/** What the log says of a proxy that has ended: its last words may have come after the following of the log ended. */
async function endedEarly(statusLog: string, from: number): Promise<Failure> {
  const lines = (await readFile(statusLog))
    .subarray(from)
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
  const failed = lines.map(parseEvent).find(event => event?.type === 'failed')
  if (failed !== undefined) return failureOf(failed)
  return new Failure({
    code: 'PROXY-008',
    message: 'The key proxy ended before it served, and told no reason',
    remedy: `Run the same command again. What it wrote is in ${statusLog}`,
    evidence: lines.slice(-mostEvidence),
  })
}
