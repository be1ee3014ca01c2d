import type { Socket } from 'node:net'
import { connect as connectPlain } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { KmipEvent } from '../../src/kmip/event.ts'
import type { Limits } from '../../src/kmip/limits.ts'
import { activeAesKey, ObjectStore } from '../../src/kmip/objects.ts'
import type { Policy } from '../../src/kmip/policy.ts'
import { restorePolicy } from '../../src/kmip/policy.ts'
import type { KmipServer } from '../../src/kmip/server.ts'
import { startKmipServer } from '../../src/kmip/server.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createAuthority } from './certificates.ts'
import { servedKey } from './in-process.ts'

export const authority = createAuthority('KMIP test authority')
/** An authority that the server does not know. */
export const stranger = createAuthority('Somebody else')

export interface RunningServer extends KmipServer {
  readonly store: ObjectStore
  readonly events: KmipEvent[]
  /** A TLS connection, the handshake done; with the right certificate unless the options say something else. */
  connect(options?: ConnectionOptions): Promise<TLSSocket>
  /** A connection without TLS. */
  connectPlain(): Promise<Socket>
  /** Resolves when the server has told of something. */
  told(type: KmipEvent['type'], many?: number): Promise<KmipEvent>
}

/** A server on a free port, closed when the test is over. */
export async function runServer(
  options: { readonly policy?: Policy; readonly limits?: Partial<Limits> } = {},
): Promise<RunningServer> {
  const store = new ObjectStore()
  activeAesKey(store, { uniqueIdentifier: 'mykey', key: new Secret(servedKey) })
  const events: KmipEvent[] = []
  const listeners = new Set<() => void>()
  const server = await startKmipServer({
    host: '127.0.0.1',
    port: 0,
    tls: { ...authority.server, ca: authority.ca },
    store,
    policy: restorePolicy,
    ...options,
    onEvent: event => {
      events.push(event)
      for (const listener of listeners) listener()
    },
  })
  onTestFinished(() => server.close())
  const address = { host: '127.0.0.1', port: server.port }
  return {
    ...server,
    store,
    events,
    connect: options =>
      opened(connect({ ...address, ca: authority.ca, ...authority.client, ...options }), 'secureConnect'),
    connectPlain: () => opened(connectPlain(address), 'connect'),
    told: (type, many = 1) =>
      new Promise(resolve => {
        const look = () => {
          const found = events.filter(event => event.type === type)
          if (found.length < many) return
          listeners.delete(look)
          resolve(found.at(-1)!)
        }
        listeners.add(look)
        look()
      }),
  }
}

function opened<S extends Socket>(socket: S, event: string): Promise<S> {
  onTestFinished(() => {
    socket.destroy()
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once(event, () => {
      socket.off('error', reject)
      // What is broken later, the test sees by the socket being closed.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

/** The next bytes of a connection, so many of them. Rejects when the connection ends before. */
export function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0)
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length < length) return
      socket.off('data', take).off('close', fail)
      resolve(bytes)
    }
    const fail = () => reject(new Error(`The connection has ended after ${bytes.length} bytes`))
    socket.on('data', take).once('close', fail)
  })
}

/** All bytes that come until the connection is closed. */
export function readToEnd(socket: Socket): Promise<Buffer> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    if (socket.closed) resolve(Buffer.concat(chunks))
    else socket.once('close', () => resolve(Buffer.concat(chunks)))
  })
}
