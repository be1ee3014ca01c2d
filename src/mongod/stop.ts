import { Failure } from '../lib/failure.ts'
import { isAlive, signalProcess, waitForExit, type ProcessIdentity } from '../lib/process-identity.ts'
import { isListening, pidOf, serverRefusal, withClient } from './client.ts'

export interface StopOptions {
  readonly port: number
  /** Stops waiting, not mongod. */
  readonly signal: AbortSignal
}

/** Milliseconds for each of the two ways. A mongod with much to write takes its time, and must be let. */
const patience = 60_000

/**
 * Ends exactly this mongod and waits until it is gone: by the `shutdown` command, then by SIGTERM. Never by SIGKILL.
 * Throws MONGOD-017 when it still runs after all that, and the signal's reason when it aborts.
 */
export async function stopMongod(identity: ProcessIdentity, { port, signal }: StopOptions): Promise<void> {
  if (!(await isAlive(identity))) return
  if ((await askToShutDown(identity, port, signal)) && (await isGone(identity, signal))) return
  await signalProcess(identity, 'SIGTERM')
  if (!(await isGone(identity, signal))) throw doesNotEnd(identity)
}

/** Ends a mongod that does not listen yet: it cannot be asked. Throws MONGOD-017 when it does not end. */
export async function endUnready(identity: ProcessIdentity): Promise<void> {
  await signalProcess(identity, 'SIGTERM')
  if (!(await waitForExit(identity, patience))) throw doesNotEnd(identity)
}

/** Sends `shutdown`; false when it was not sent, or was refused. Only to this process: another may answer on the port. */
async function askToShutDown(identity: ProcessIdentity, port: number, signal: AbortSignal): Promise<boolean> {
  if (!(await isListening(port))) return false
  try {
    return await withClient(port, signal, async client => {
      if ((await pidOf(client)) !== identity.pid) return false
      // A real shutdown closes the connection and sends no reply: the driver's error then is the answer.
      const refusal = await client
        .db('admin')
        .command({ shutdown: 1 })
        .then(() => undefined, serverRefusal)
      return refusal === undefined
    })
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/** Waits for the end in short turns, so that an abort is noticed. */
async function isGone(identity: ProcessIdentity, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    if (await waitForExit(identity, 100)) return true
    signal.throwIfAborted()
  }
  return false
}

function doesNotEnd({ pid }: ProcessIdentity): Failure {
  return new Failure({
    code: 'MONGOD-017',
    message: `mongod (process ${pid}) has been told to stop and still runs`,
    remedy: 'Let it finish writing: its log says what it does. Then `snapthaw stop` again. Do not kill it.',
  })
}
