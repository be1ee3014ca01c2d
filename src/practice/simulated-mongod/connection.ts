import type { Socket } from 'node:net'
import { systemErrorCode } from '../../lib/failure.ts'
import type { Request, ServerState } from './commands/command.ts'
import { dispatch } from './dispatch.ts'
import { MessageSplitter } from './wire/message-splitter.ts'
import { decodeMessage, encodeReply } from './wire/messages.ts'

/** Answers one client until it goes, misbehaves, or shuts the server down: one command after the other. */
export async function serveConnection(socket: Socket, id: number, server: ServerState): Promise<void> {
  const remote = `${socket.remoteAddress}:${socket.remotePort}`
  const context = `conn${id}`
  const logged = (extra?: object) => ({
    remote,
    connectionId: id,
    connectionCount: server.connections.current,
    ...extra,
  })
  server.connections.current++
  server.connections.totalCreated++
  server.log.info('NETWORK', 22943, 'listener', 'Connection accepted', logged())
  try {
    await converse(socket, { id, remote }, server)
  } catch (error) {
    // A system error is the connection's own end, such as ECONNRESET.
    if (systemErrorCode(error) === undefined) {
      const reason = error instanceof Error ? error.message : String(error)
      server.log.info(
        'NETWORK',
        9900013,
        context,
        'Closing a connection that cannot go on',
        logged({ error: reason }),
      )
    }
  } finally {
    socket.destroy()
    server.connections.current--
    server.log.info('NETWORK', 22944, context, 'Connection ended', logged())
  }
}

async function converse(
  socket: Socket,
  connection: Request['connection'],
  server: ServerState,
): Promise<void> {
  const splitter = new MessageSplitter()
  for await (const chunk of socket) {
    for (const bytes of splitter.push(chunk as Buffer)) {
      const message = decodeMessage(bytes)
      const answer = await dispatch(message, connection, server)
      if (answer === undefined) return
      if (message.wantsReply && !socket.write(encodeReply(message, answer))) await drained(socket)
    }
  }
}

/** The client has read on, or is gone. */
function drained(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    socket.once('drain', resolve)
    socket.once('close', () => resolve())
  })
}
