import { isUtf8 } from 'node:buffer'
import type { Field } from './field.ts'
import { headerLength, padded } from './field.ts'
import { fixedLengthOf, ItemType } from './types.ts'

/** Structures within structures, the outermost counted. No message of KMIP 1.x needs more than ten. */
export const maximumDepth = 16
/** Bytes of a whole message. */
export const maximumMessageLength = 64 * 1024

/** Bytes that are no TTLV item. `offset` says where in the message; the text never repeats what stands there. */
export class TtlvError extends Error {
  override readonly name = 'TtlvError'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * Decodes one TTLV item that takes all of `bytes` (KMIP 1.4, section 9.1).
 *
 * Strict: every length is held against the bytes that are there before anything is read or allocated, padding is zero,
 * text is UTF-8, a Boolean is 0 or 1, nothing trails. Throws `TtlvError`.
 */
export function decode(bytes: Buffer): Field {
  if (bytes.length > maximumMessageLength) throw new TtlvError('The message is longer than 64 KiB', 0)
  const field = decodeItem(bytes, 0, bytes.length, 1)
  const end = endOfItem(bytes, 0)
  if (end !== bytes.length) throw new TtlvError('Bytes follow the end of the message', end)
  return field
}

function endOfItem(bytes: Buffer, start: number): number {
  return start + headerLength + padded(bytes.readUInt32BE(start + 4))
}

/** The item at `start`. `limit` is where what holds it ends: the item may not reach beyond. */
function decodeItem(bytes: Buffer, start: number, limit: number, depth: number): Field {
  const from = start + headerLength
  if (from > limit) throw new TtlvError('An item ends within its tag, type and length', start)
  const tagAndType = bytes.readUInt32BE(start)
  const tag = tagAndType >>> 8
  const type = tagAndType & 0xff
  const length = bytes.readUInt32BE(start + 4)
  // `length` first: `padded` works on 32 bits, and a length near 2³² would wrap around.
  if (length > limit - from || padded(length) > limit - from) {
    throw new TtlvError('An item is longer than what holds it', start)
  }
  const fixed = fixedLengthOf[type]
  if (fixed !== undefined && fixed !== length) {
    throw new TtlvError('An item has a length that its type cannot have', start)
  }
  for (let at = from + length; at < from + padded(length); at++) {
    if (bytes[at] !== 0) throw new TtlvError('The padding of an item is not zero', at)
  }
  switch (type) {
    case ItemType.Structure:
      return { tag, type: 'Structure', value: decodeItems(bytes, from, from + length, depth) }
    case ItemType.Integer:
      return { tag, type: 'Integer', value: bytes.readInt32BE(from) }
    case ItemType.LongInteger:
      return { tag, type: 'LongInteger', value: bytes.readBigInt64BE(from) }
    case ItemType.BigInteger:
      return { tag, type: 'BigInteger', value: decodeBigInteger(bytes, from, length) }
    case ItemType.Enumeration:
      return { tag, type: 'Enumeration', value: bytes.readUInt32BE(from) }
    case ItemType.Boolean:
      return { tag, type: 'Boolean', value: decodeBoolean(bytes, from) }
    case ItemType.TextString:
      return { tag, type: 'TextString', value: decodeText(bytes, from, length) }
    case ItemType.ByteString:
      return { tag, type: 'ByteString', value: bytes.subarray(from, from + length) }
    case ItemType.DateTime:
      return { tag, type: 'DateTime', value: bytes.readBigInt64BE(from) }
    case ItemType.Interval:
      return { tag, type: 'Interval', value: bytes.readUInt32BE(from) }
    default:
      throw new TtlvError('An item has an unknown type', start)
  }
}

function decodeItems(bytes: Buffer, from: number, limit: number, depth: number): Field[] {
  if (depth > maximumDepth) throw new TtlvError('Structures are nested too deeply', from)
  const items: Field[] = []
  for (let start = from; start < limit; start = endOfItem(bytes, start)) {
    items.push(decodeItem(bytes, start, limit, depth + 1))
  }
  return items
}

function decodeBigInteger(bytes: Buffer, from: number, length: number): bigint {
  if (length === 0 || length % 8 !== 0) {
    throw new TtlvError('A Big Integer is not a multiple of eight bytes', from)
  }
  // By way of hexadecimal, since adding up words takes quadratic time, and a peer chooses the length.
  return BigInt.asIntN(length * 8, BigInt(`0x${bytes.toString('hex', from, from + length)}`))
}

function decodeBoolean(bytes: Buffer, from: number): boolean {
  const value = bytes.readBigUInt64BE(from)
  if (value > 1n) throw new TtlvError('A Boolean is neither 0 nor 1', from)
  return value === 1n
}

function decodeText(bytes: Buffer, from: number, length: number): string {
  if (!isUtf8(bytes.subarray(from, from + length))) throw new TtlvError('A Text String is not UTF-8', from)
  return bytes.toString('utf8', from, from + length)
}
