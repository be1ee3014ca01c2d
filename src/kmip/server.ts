import { constants } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import { serveConnection } from './connection.ts'
import type { KmipEvent } from './event.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { ObjectStore } from './objects.ts'
import { rejectionOf } from './rejection.ts'
import type { Policy } from './policy.ts'
import { createResponder } from './respond.ts'

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
  const sockets = new Set<Socket>()
  let lastClosed = 'unknown'
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
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      lastClosed = peer
    })
  })
  server.on('drop', (connection?: Address) => {
    tell({
      type: 'rejected',
      cause: 'limit',
      why: 'There are too many connections',
      peer: peerOf(connection ?? {}),
    })
  })
  server.on('tlsClientError', (error, socket) => {
    // Over its certificate, a socket is closed before this is told, and has lost its address: it is the last one closed.
    const peer = socket.remoteAddress === undefined ? lastClosed : peerOf(socket)
    tell({ type: 'rejected', ...rejectionOf(error, socket), peer })
    socket.destroy()
  })
  server.on('secureConnection', socket => {
    // `rejectUnauthorized` has seen to it; a second look costs nothing, and keys depend on it.
    if (!socket.authorized) socket.destroy()
    else serveConnection(socket, { responder, limits, tell, peer: peerOf(socket) })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
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

interface Address {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

function peerOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress ?? 'unknown'}:${remotePort ?? 0}`
}
