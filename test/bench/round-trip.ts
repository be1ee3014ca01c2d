import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { writeRequest } from '../../src/kmip/exchange.ts'

/** Whom to ask, and what: the same bytes every time. */
export interface Peer {
  readonly port: number
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
  readonly request: Buffer
}

/** A Get of KMIP 1.2, as it goes over the wire. */
export function getOf(uniqueIdentifier: string): Buffer {
  return writeRequest(
    { major: 1, minor: 2 },
    { items: [{ operation: 'Get', request: { uniqueIdentifier } }] },
  )
}

/** An open connection: no more of a client than it takes, so that the server is what is measured. */
export interface Line {
  /** Sends the request, resolves to the whole response. Not to be called again before that. */
  ask(): Promise<Buffer>
  close(): Promise<void>
}

/** A TTLV item begins with three bytes of tag, one of type and four of length (KMIP 1.4, section 9.1.1). */
const headerBytes = 8

export async function openLine({ port, tls, request }: Peer): Promise<Line> {
  const socket = connect({ host: '127.0.0.1', port, ...tls })
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  let received: Buffer = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Buffer> | undefined
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (received.length < headerBytes || received.length < headerBytes + received.readUInt32BE(4)) return
    const response = received
    received = Buffer.alloc(0)
    waiting?.resolve(response)
  })
  const fail = (error: Error) => waiting?.reject(error)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server has closed the connection')))
  return {
    ask() {
      waiting = Promise.withResolvers()
      socket.write(request)
      return waiting.promise
    },
    close: () => ended(socket),
  }
}

async function ended(socket: TLSSocket): Promise<void> {
  if (socket.closed) return
  const close = once(socket, 'close')
  socket.end()
  await close
}

/** A connection for one response. */
export async function roundTrip(peer: Peer): Promise<Buffer> {
  const line = await openLine(peer)
  const response = await line.ask()
  await line.close()
  return response
}
