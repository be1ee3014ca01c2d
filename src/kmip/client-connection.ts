import { connect } from 'node:tls'
import { systemErrorCode } from '../lib/failure.ts'
import { MessageSplitter } from './message-splitter.ts'
import { Tag } from './ttlv/tags.ts'

/** Why there is no answer: there is no connection, it ended, the time is up, or what came is no KMIP. */
export type ConnectionFailure = 'unreachable' | 'closed' | 'timeout' | 'malformed'

/** A connection that cannot be had, or could not be used to the end. After it, nothing more comes of the connection. */
export class KmipConnectionError extends Error {
  override readonly name = 'KmipConnectionError'
  readonly failure: ConnectionFailure

  constructor(failure: ConnectionFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.failure = failure
  }
}

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  /** The authority of the server's certificate, and the certificate of the client with its key, as PEM. */
  readonly tls: {
    readonly ca: string | Buffer
    readonly cert: string | Buffer
    readonly key: string | Buffer
  }
  /** Milliseconds for connecting, handshake included, and for every exchange. */
  readonly timeout: number
  /** Gives up the connection, and with it every exchange under way. */
  readonly signal?: AbortSignal | undefined
}

export interface ClientConnection {
  /** Sends a request; resolves to its response. Requests may follow each other without waiting: responses keep the order. */
  exchange(request: Buffer): Promise<Buffer>
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (response: Buffer) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

/** Connects by TLS. Rejects with `KmipConnectionError`, or with the reason of the signal. */
export async function openConnection(options: ConnectionOptions): Promise<ClientConnection> {
  const { host, port, timeout, signal } = options
  signal?.throwIfAborted()
  const socket = connect({ host, port, ...options.tls, minVersion: 'TLSv1.2' })
  const messages = new MessageSplitter(Tag.ResponseMessage)
  const waiting: Waiting[] = []
  const ready = Promise.withResolvers<undefined>()
  let isReady = false
  let failure: Error | undefined

  const fail = (error: Error) => {
    failure ??= error
    ready.reject(failure)
    for (const { reject, timer } of waiting.splice(0)) {
      clearTimeout(timer)
      reject(failure)
    }
    socket.destroy()
  }
  const failLate = (what: string) =>
    setTimeout(() => fail(new KmipConnectionError('timeout', `${what} within ${timeout} ms`)), timeout)
  const take = () => {
    for (let message = messages.next(); message !== undefined; message = messages.next()) {
      const next = waiting.shift()
      if (next === undefined) throw new Error('The server has answered what nobody asked')
      clearTimeout(next.timer)
      next.resolve(message)
    }
  }
  const abort = () => {
    const reason: unknown = signal?.reason
    fail(
      reason instanceof Error
        ? reason
        : new KmipConnectionError('closed', 'The connection has been given up', reason),
    )
  }
  const connecting = failLate(`There is no connection to ${host}:${port}`)

  signal?.addEventListener('abort', abort, { once: true })
  socket.setNoDelay(true)
  socket.on('secureConnect', () => {
    clearTimeout(connecting)
    isReady = true
    ready.resolve(undefined)
  })
  socket.on('data', (chunk: Buffer) => {
    try {
      messages.push(chunk)
      take()
    } catch (error) {
      fail(new KmipConnectionError('malformed', 'The server does not speak KMIP', error))
    }
  })
  socket.on('error', (error: Error) => {
    const code = systemErrorCode(error) ?? error.message
    fail(
      isReady
        ? new KmipConnectionError('closed', `The connection has broken: ${code}`, error)
        : new KmipConnectionError('unreachable', `There is no connection to ${host}:${port}: ${code}`, error),
    )
  })
  socket.on('close', () => {
    clearTimeout(connecting)
    signal?.removeEventListener('abort', abort)
    fail(new KmipConnectionError('closed', 'The server has closed the connection'))
  })
  await ready.promise

  return {
    exchange: request =>
      new Promise((resolve, reject) => {
        if (failure === undefined) {
          waiting.push({ resolve, reject, timer: failLate('The server has not answered') })
          socket.write(request)
        } else {
          reject(failure)
        }
      }),
    close: () =>
      new Promise(resolve => {
        failure ??= new KmipConnectionError('closed', 'The connection has been closed')
        // A server that does not close its side is not waited for.
        socket.setTimeout(timeout, () => socket.destroy())
        if (socket.closed) resolve()
        else socket.once('close', () => resolve()).end()
      }),
  }
}
