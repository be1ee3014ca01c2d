import type { Socket } from 'node:net'
import { deserialize, serialize, type Document } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../src/practice/simulated-mongod/wire/crc32c.ts'
import {
  MalformedMessage,
  maxMessageSize,
  MessageSplitter,
} from '../../src/practice/simulated-mongod/wire/message-splitter.ts'
import { decodeMessage } from '../../src/practice/simulated-mongod/wire/messages.ts'
import { rawConnection, serveSnapshot } from './serve-snapshot.ts'

function message(opCode: number, body: Buffer, requestId = 77): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32LE(16 + body.length, 0)
  header.writeInt32LE(requestId, 4)
  header.writeInt32LE(opCode, 12)
  return Buffer.concat([header, body])
}

function opMsg(command: Document, flags = 0, ...more: Buffer[]): Buffer {
  const flagBits = Buffer.alloc(4)
  flagBits.writeUInt32LE(flags)
  return message(
    2013,
    Buffer.concat([flagBits, Buffer.from([0]), serialize({ ...command, $db: 'admin' }), ...more]),
  )
}

function sequence(name: string, documents: readonly Document[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map(document => serialize(document))])
  const length = Buffer.alloc(4)
  length.writeInt32LE(content.length + 4)
  return Buffer.concat([Buffer.from([1]), length, content])
}

function opQuery(namespace: string, command: Document): Buffer {
  const body = [
    Buffer.alloc(4),
    Buffer.from(`${namespace}\0`),
    Buffer.alloc(4),
    Buffer.from([255, 255, 255, 255]),
  ]
  return message(2004, Buffer.concat([...body, serialize(command)]))
}

function withChecksum(bytes: Buffer): Buffer {
  const all = Buffer.concat([bytes, Buffer.alloc(4)])
  all.writeInt32LE(all.length, 0)
  all.writeUInt32LE(crc32c(all.subarray(0, -4)), all.length - 4)
  return all
}

const checksumPresent = 1

/** The next answers on a connection, undefined for each that does not come because it is closed. */
function answers(socket: Socket, count: number): Promise<readonly (Document | undefined)[]> {
  return new Promise(resolve => {
    const splitter = new MessageSplitter()
    const received: (Document | undefined)[] = []
    const closed = () =>
      resolve([...received, ...Array.from({ length: count - received.length }, () => undefined)])
    socket.once('error', closed).once('close', closed)
    socket.on('data', (chunk: Buffer) => {
      received.push(...splitter.push(chunk).map(decodeAnswer))
      if (received.length >= count) resolve(received)
    })
  })
}

async function answer(socket: Socket): Promise<Document | undefined> {
  return (await answers(socket, 1))[0]
}

/** OP_MSG: 16 bytes header, 4 flags, 1 kind. OP_REPLY: 16 header, 20 of its own. */
function decodeAnswer(bytes: Buffer): Document {
  const start = bytes.readInt32LE(12) === 2013 ? 21 : 36
  return { ...deserialize(bytes.subarray(start)), responseTo: bytes.readInt32LE(8) }
}

async function ask(bytes: Buffer): Promise<Document | undefined> {
  const socket = await rawConnection(await serveSnapshot())
  socket.write(bytes)
  return answer(socket)
}

describe('on the wire', () => {
  it('answers OP_MSG in OP_MSG, naming the request', async () => {
    expect(await ask(opMsg({ ping: 1 }))).toEqual({ ok: 1, responseTo: 77 })
  })

  it('answers the hello of an OP_QUERY', async () => {
    expect(await ask(opQuery('admin.$cmd', { isMaster: 1, helloOk: true }))).toMatchObject({
      ismaster: true,
      helloOk: true,
      maxWireVersion: 21,
      ok: 1,
    })
  })

  it('answers nothing else by OP_QUERY', async () => {
    expect(await ask(opQuery('admin.$cmd', { listDatabases: 1 }))).toMatchObject({ ok: 0, code: 352 })
  })

  it('answers messages that come in pieces, and several that come at once', async () => {
    const socket = await rawConnection(await serveSnapshot())
    const ping = opMsg({ ping: 1 })
    socket.write(ping.subarray(0, 3))
    socket.write(ping.subarray(3, 30))
    socket.write(Buffer.concat([ping.subarray(30), opMsg({ buildInfo: 1 })]))
    expect(await answers(socket, 2)).toMatchObject([{ ok: 1 }, { version: '7.0.14' }])
  })

  it('takes a right checksum, and closes on a wrong one', async () => {
    const right = withChecksum(opMsg({ ping: 1 }, checksumPresent))
    expect(await ask(right)).toMatchObject({ ok: 1 })
    const wrong = Buffer.from(right)
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1)
    expect(await ask(wrong)).toBeUndefined()
  })

  it('does not answer what has moreToCome set', async () => {
    const socket = await rawConnection(await serveSnapshot())
    socket.write(Buffer.concat([opMsg({ ping: 1 }, 2), opMsg({ buildInfo: 1 })]))
    expect(await answer(socket)).toMatchObject({ version: '7.0.14', snapthawSimulated: true })
  })

  it.each([
    ['an unknown required flag', opMsg({ ping: 1 }, 4)],
    ['another operation', message(2006, Buffer.alloc(20))],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a length below a header’s', Buffer.from([15, 0, 0, 0])],
    ['a length above the limit', Buffer.from(Uint32Array.of(maxMessageSize + 1).buffer)],
    ['no body', message(2013, Buffer.alloc(4))],
    ['two bodies', opMsg({ ping: 1 }, 0, Buffer.concat([Buffer.from([0]), serialize({ $db: 'a' })]))],
    ['a section that does not fit', opMsg({ ping: 1 }, 0, Buffer.from([1, 255, 0, 0, 0]))],
    ['no database', message(2013, Buffer.concat([Buffer.alloc(5), serialize({ ping: 1 })]))],
    ['an OP_QUERY for documents', opQuery('shop.orders', {})],
  ])('closes the connection on %s, and serves the next', async (_, bytes) => {
    const port = await serveSnapshot()
    const socket = await rawConnection(port)
    socket.write(bytes)
    expect(await answer(socket)).toBeUndefined()
    const next = await rawConnection(port)
    next.write(opMsg({ ping: 1 }))
    expect(await answer(next)).toMatchObject({ ok: 1 })
  })
})

describe('a message', () => {
  it('may carry documents in a sequence', () => {
    const bytes = opMsg({ insert: 'a' }, 0, sequence('documents', [{ n: 1 }, { n: 2 }]))
    expect(decodeMessage(bytes)).toMatchObject({
      database: 'admin',
      command: { insert: 'a', documents: [{ n: 1 }, { n: 2 }] },
    })
  })

  it('of any bytes decodes, or is malformed: nothing else', () => {
    const valid = opMsg({ find: 'orders', filter: { a: 1 } }, 0, sequence('documents', [{ n: 1 }]))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1 }), changes => {
        const mutated = Buffer.from(valid)
        for (const [offset, byte] of changes) mutated.writeUInt8(byte, offset)
        try {
          decodeMessage(mutated)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is cut out of a stream wherever the stream is cut', () => {
    const messages = [opMsg({ ping: 1 }), opMsg({ hello: 1 }), opMsg({ find: 'a' })]
    const stream = Buffer.concat(messages)
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), cuts => {
        const splitter = new MessageSplitter()
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
        const pieces = edges.slice(1).map((end, n) => stream.subarray(edges[n], end))
        expect(pieces.flatMap(piece => splitter.push(piece))).toEqual(messages)
      }),
    )
  })
})

it('computes CRC-32C', () => {
  // The check value of the catalogue of CRC algorithms.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})
