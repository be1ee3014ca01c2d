import { constants } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import type { Server } from 'node:tls'
import { createServer } from 'node:tls'
import { systemErrorCode } from '../lib/failure.ts'
import type { KmipEvent, RejectionCause } from './event.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { ObjectStore } from './objects.ts'
import type { Policy } from './policy.ts'
import { serveConnection } from './serving/connection.ts'
import { rejectionOf } from './serving/rejection.ts'
import { createResponder } from './serving/respond.ts'

export interface KmipServerOptions {
  /** Loopback, and nothing else: whoever has the client certificate has the keys. */
  readonly host: '127.0.0.1'
  /** 0: a free one. */
  readonly port: number
  /** The certificate of the server with its key, and the authority that signs the certificates of clients, as PEM. */
  readonly tls: {
    readonly key: string | Buffer
    readonly cert: string | Buffer
    readonly ca: string | Buffer
  }
  readonly store: ObjectStore
  readonly policy: Policy
  readonly limits?: Partial<Limits>
  /** Called for everything that happens, while it happens. It must not throw. */
  readonly onEvent?: (event: KmipEvent) => void
}

export interface KmipServer {
  readonly port: number
  /** Stops to listen and closes all connections. The objects stay in the store. */
  close(): Promise<void>
}

/**
 * Starts a KMIP server: TTLV over TLS 1.2 or 1.3, clients only with a certificate of the given authority. Rejects with the
 * error of the system when the port cannot be had (`EADDRINUSE`, `EACCES`).
 */
export async function startKmipServer(options: KmipServerOptions): Promise<KmipServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const tell = (event: KmipEvent) => options.onEvent?.(event)
  const responder = createResponder(options)
  const server = createServer({
    ...options.tls,
    requestCert: true,
    // To be left to OpenSSL: if clients without a certificate could finish a handshake and were turned away after it, they
    // would have a session ticket, and Node.js takes whoever resumes a session of TLS 1.3 for authorized.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshakeTimeout,
    // Only clients that mean ill renegotiate: it costs the server more than them.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  })
  server.maxConnections = limits.connections
  server.on('secureConnection', socket => {
    // `rejectUnauthorized` has seen to it; a second look costs nothing, and keys depend on it.
    if (!socket.authorized) socket.destroy()
    else serveConnection(socket, { responder, limits, tell, peer: peerOf(socket) })
  })
  const sockets = followSockets(server, tell)
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
      responder.close()
    },
  }
}

/** Keeps the sockets that are open, whatever stage they are in, and tells of those that do not get as far as a request. */
function followSockets(server: Server, tell: (event: KmipEvent) => void): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  let lastClosed = peerOf({})
  const reject = (cause: RejectionCause, why: string, peer: string) =>
    tell({ type: 'rejected', cause, why, peer })
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      lastClosed = peer
    })
  })
  server.on('tlsClientError', (error, socket) => {
    const { cause, why } = rejectionOf(error, socket)
    // Over its certificate, a socket is closed before this is told, and has lost its address: it is the last one closed.
    reject(cause, why, socket.remoteAddress === undefined ? lastClosed : peerOf(socket))
    socket.destroy()
  })
  server.on('drop', (connection: Address = {}) => {
    reject('limit', 'There are too many connections', peerOf(connection))
  })
  server.on('listening', () => {
    // Without a listener, a connection that the system cannot accept (no file descriptors left) would end the process.
    server.on('error', (error: Error) => {
      reject(
        'limit',
        `A connection cannot be accepted: ${systemErrorCode(error) ?? error.message}`,
        peerOf({}),
      )
    })
  })
  return sockets
}

function listen(server: Server, { host, port }: KmipServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

interface Address {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

function peerOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress ?? 'unknown'}:${remotePort ?? 0}`
}
