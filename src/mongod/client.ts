import { once } from 'node:events'
import { connect } from 'node:net'
import type { MongoClient } from 'mongodb'

/** How a client reaches the mongod on this port of this machine, and only this one. */
export function uriOf(port: number): string {
  return `mongodb://127.0.0.1:${port}/?directConnection=true`
}

/** Milliseconds until a mongod that does not answer counts as silent. */
const patience = 2_000

/**
 * Works with the mongod on this port. The driver is loaded when it is first needed. Throws the driver's errors, and the
 * signal's reason once it aborts, which also ends what is under way.
 */
export async function withClient<T>(
  port: number,
  signal: AbortSignal,
  work: (client: MongoClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const { MongoClient } = await import('./driver.ts')
  const client = new MongoClient(uriOf(port), {
    appName: 'snapthaw',
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    // A read that fails is a finding; a second try would only hide it, or wait for a server that is gone.
    retryReads: false,
    retryWrites: false,
  })
  const close = () => void client.close().catch(() => undefined)
  signal.addEventListener('abort', close)
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', close)
    await client.close()
  }
}

/** Whether anybody listens on this port: told at once, where the driver would keep trying. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** The process id of the mongod that answers, as it says itself; undefined where it does not. */
export async function pidOf(client: MongoClient): Promise<number | undefined> {
  const status = await client.db('admin').command({ serverStatus: 1 })
  return status.pid === undefined ? undefined : Number(status.pid)
}

/** An answer of the server that says no, in contrast to a connection that breaks. */
export function serverRefusal(
  error: unknown,
): { readonly code: number; readonly message: string } | undefined {
  if (!(error instanceof Error) || error.name !== 'MongoServerError') return undefined
  return { code: 'code' in error && typeof error.code === 'number' ? error.code : 0, message: error.message }
}

/** Whether the driver threw this: a connection that breaks, a server that is silent or says no. Anything else is a bug. */
export function isDriverError(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('Mongo')
}
