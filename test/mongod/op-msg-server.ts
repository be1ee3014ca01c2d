import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { deserialize, serialize, type Document } from 'bson'

/** What a command is answered with; `hang up` closes the connection instead. */
export type Answer = Document | 'hang up'

export interface OpMsgServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Enough of the wire protocol for the driver: OP_MSG, and OP_QUERY for its first hello.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 * @param answer by name of the command; what it does not know is refused as mongod refuses it
 */
export async function serveOpMsg(
  answer: (name: string, command: Document) => Answer | undefined,
  port = 0,
  maxWireVersion = 21,
): Promise<OpMsgServer> {
  const hello = {
    isWritablePrimary: true,
    helloOk: true,
    minWireVersion: 0,
    maxWireVersion,
    maxBsonObjectSize: 16777216,
    ok: 1,
  }
  const sockets = new Set<Socket>()
  const respond = (command: Document): Answer => {
    const [name = ''] = Object.keys(command)
    if (['hello', 'ismaster', 'isMaster'].includes(name)) return hello
    if (['ping', 'endSessions', 'killCursors'].includes(name)) return { ok: 1 }
    const given = answer(name, command)
    if (given === 'hang up') return given
    return given === undefined ? refusal(59, `no such command: '${name}'`) : { ok: 1, ...given }
  }
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let pending = Buffer.alloc(0)
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0))
        pending = pending.subarray(message.length)
        const reply = respond(commandOf(message))
        if (reply === 'hang up') socket.destroy()
        else socket.write(encode(message, reply))
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

export function refusal(code: number, errmsg: string): Document {
  return { ok: 0, code, errmsg }
}

/** One batch with everything in it. */
export function cursor(namespace: string, documents: readonly Document[]): Document {
  return { cursor: { id: 0n, ns: namespace, firstBatch: documents } }
}

const opReply = 1
const opQuery = 2004
const opMsg = 2013

function commandOf(message: Buffer): Document {
  if (message.readInt32LE(12) === opQuery) return deserialize(message.subarray(message.indexOf(0, 20) + 9))
  return deserialize(message.subarray(21, 21 + message.readInt32LE(21)))
}

function encode(request: Buffer, reply: Document): Buffer {
  const body = serialize(reply)
  const isQuery = request.readInt32LE(12) === opQuery
  const before = Buffer.alloc(isQuery ? 20 : 5)
  if (isQuery) before.writeInt32LE(1, 16)
  const header = Buffer.alloc(16)
  header.writeInt32LE(16 + before.length + body.length, 0)
  header.writeInt32LE(request.readInt32LE(4), 8)
  header.writeInt32LE(isQuery ? opReply : opMsg, 12)
  return Buffer.concat([header, before, body])
}
