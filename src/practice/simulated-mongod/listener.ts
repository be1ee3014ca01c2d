import { createServer, type Server, type Socket } from 'node:net'
import { systemErrorCode } from '../../lib/failure.ts'
import { startEntry, StartFailure, systemErrorText } from './start-failure.ts'

/** A port of 127.0.0.1 that is this process's. Until `accept`, whoever connects is turned away. */
export interface Listener {
  accept(serve: (socket: Socket) => Promise<void>): void
  /** Stops listening, ends every connection, and waits until each is done with. */
  close(): Promise<void>
}

/** More are turned away. */
export const mostConnections = 1000

/**
 * Takes the port first of all, as mongod binds it before it looks at the dbpath. Throws `StartFailure` (exit code 48)
 * when it cannot be had.
 */
export async function claimPort(port: number): Promise<Listener> {
  const open = new Map<Socket, Promise<void>>()
  let serve: ((socket: Socket) => Promise<void>) | undefined
  const server = createServer({ noDelay: true }, socket => {
    if (serve === undefined) {
      socket.destroy()
      return
    }
    open.set(
      socket,
      serve(socket).finally(() => open.delete(socket)),
    )
  })
  server.maxConnections = mostConnections
  await listen(server, port)
  return {
    accept(serveConnection) {
      serve = serveConnection
    },
    async close() {
      server.close()
      for (const socket of open.keys()) socket.destroy()
      await Promise.all(open.values())
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(listenerFailure(error)))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve())
  })
}

function listenerFailure(cause: Error): StartFailure {
  const errmsg = systemErrorCode(cause) === 'EADDRINUSE' ? 'Address already in use' : systemErrorText(cause)
  const error = { code: 9001, codeName: 'SocketException', errmsg }
  return new StartFailure(
    48,
    [startEntry('E', 'CONTROL', 20568, 'Error setting up listener', { error })],
    cause,
  )
}
