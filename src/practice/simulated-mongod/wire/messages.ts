import { BSONError, deserialize, serialize } from 'bson'
import type { BsonDocument } from '../../encrypted-store/catalog.ts'
import { crc32c } from './crc32c.ts'
import { MalformedMessage } from './message-splitter.ts'

/**
 * A command, as OP_MSG carries it, or as OP_QUERY still does for a driver's first hello
 * (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
 */
export interface CommandMessage {
  readonly form: 'OP_MSG' | 'OP_QUERY'
  readonly requestId: number
  readonly database: string
  readonly command: BsonDocument
  /** False when the client set moreToCome: it does not want to hear of it. */
  readonly wantsReply: boolean
}

const opReply = 1
const opQuery = 2004
const opMsg = 2013

const checksumPresent = 1 << 0
const moreToCome = 1 << 1
/** Bits 0–15 must be understood, the others may be ignored. */
const unknownRequiredBits = 0xffff & ~(checksumPresent | moreToCome)

/** Reads one whole message. Throws `MalformedMessage`. */
export function decodeMessage(message: Buffer): CommandMessage {
  try {
    const opCode = message.readInt32LE(12)
    if (opCode === opMsg) return decodeOpMsg(message)
    if (opCode === opQuery) return decodeOpQuery(message)
    throw new MalformedMessage(`operation code ${opCode} is not OP_MSG`)
  } catch (error) {
    // Reading past the end is a RangeError of Buffer; what BSON finds wrong is its own.
    if (error instanceof RangeError || error instanceof BSONError) {
      throw new MalformedMessage(`message does not parse: ${error.message}`, { cause: error })
    }
    throw error
  }
}

function decodeOpMsg(message: Buffer): CommandMessage {
  const flags = message.readUInt32LE(16)
  if (flags & unknownRequiredBits)
    throw new MalformedMessage(`unknown required flag bits ${flags & unknownRequiredBits}`)
  const end = flags & checksumPresent ? verifiedEnd(message) : message.length

  let body: BsonDocument | undefined
  const sequences: BsonDocument = {}
  for (let offset = 20; offset < end;) {
    const kind = message.readUInt8(offset)
    const length = message.readInt32LE(offset + 1)
    const sectionEnd = offset + 1 + length
    if (length < 5 || sectionEnd > end) throw new MalformedMessage('section does not fit into its message')
    if (kind === 0 && body === undefined) body = readDocument(message.subarray(offset + 1, sectionEnd))
    else if (kind === 1) addSequence(sequences, message.subarray(offset + 5, sectionEnd))
    else throw new MalformedMessage(`section of kind ${kind} where none may stand`)
    offset = sectionEnd
  }
  const database = body?.$db
  if (body === undefined || typeof database !== 'string')
    throw new MalformedMessage('OP_MSG names no database')
  return {
    form: 'OP_MSG',
    requestId: message.readInt32LE(4),
    database,
    command: { ...body, ...sequences },
    wantsReply: (flags & moreToCome) === 0,
  }
}

function verifiedEnd(message: Buffer): number {
  const end = message.length - 4
  if (message.readUInt32LE(end) !== crc32c(message.subarray(0, end))) {
    throw new MalformedMessage('OP_MSG checksum does not match')
  }
  return end
}

/** A document sequence: the argument's name, then as many documents as fill the section. */
function addSequence(sequences: BsonDocument, section: Buffer): void {
  const nameEnd = section.indexOf(0)
  if (nameEnd === -1) throw new MalformedMessage('document sequence has no name')
  const documents: BsonDocument[] = []
  for (let offset = nameEnd + 1; offset < section.length;) {
    const end = offset + section.readInt32LE(offset)
    if (end <= offset || end > section.length)
      throw new MalformedMessage('document does not fit into its sequence')
    documents.push(readDocument(section.subarray(offset, end)))
    offset = end
  }
  sequences[section.toString('utf8', 0, nameEnd)] = documents
}

/** int32 flags, "database.$cmd", int32 numberToSkip, int32 numberToReturn, the command. */
function decodeOpQuery(message: Buffer): CommandMessage {
  const nameEnd = message.indexOf(0, 20)
  const namespace = message.toString('utf8', 20, nameEnd)
  if (nameEnd === -1 || !namespace.endsWith('.$cmd'))
    throw new MalformedMessage('OP_QUERY is not for a command')
  return {
    form: 'OP_QUERY',
    requestId: message.readInt32LE(4),
    database: namespace.slice(0, -'.$cmd'.length),
    command: readDocument(message.subarray(nameEnd + 9)),
    wantsReply: true,
  }
}

function readDocument(bytes: Buffer): BsonDocument {
  return deserialize(bytes)
}

/** The answer to a command, in the form in which it was asked. */
export function encodeReply(request: CommandMessage, answer: BsonDocument): Buffer {
  const body = serialize(answer)
  return request.form === 'OP_MSG'
    ? encode(opMsg, request.requestId, Buffer.concat([Buffer.alloc(5), body]))
    : encode(opReply, request.requestId, Buffer.concat([replyHeader(), body]))
}

let lastRequestId = 0

function encode(opCode: number, responseTo: number, rest: Buffer): Buffer {
  const header = Buffer.alloc(16)
  header.writeInt32LE(header.length + rest.length, 0)
  lastRequestId = (lastRequestId + 1) & 0x7fffffff
  header.writeInt32LE(lastRequestId, 4)
  header.writeInt32LE(responseTo, 8)
  header.writeInt32LE(opCode, 12)
  return Buffer.concat([header, rest])
}

/** int32 flags (8: AwaitCapable), int64 cursorID, int32 startingFrom, int32 numberReturned. */
function replyHeader(): Buffer {
  const header = Buffer.alloc(20)
  header.writeInt32LE(8, 0)
  header.writeInt32LE(1, 16)
  return header
}
