import type { Field } from './field.ts'
import { headerLength, padded } from './field.ts'
import { ItemType } from './types.ts'

/**
 * Encodes an item (KMIP 1.4, section 9.1), its fields in the order in which they stand.
 *
 * Throws `RangeError` for a number that its type cannot hold: that is a mistake of the caller's, not of a peer's.
 */
export function encode(field: Field): Buffer {
  const bytes = Buffer.allocUnsafe(encodedLength(field))
  encodeAt(bytes, 0, field)
  return bytes
}

/** Bytes of an item, header and padding included. */
function encodedLength(field: Field): number {
  return headerLength + padded(valueLength(field))
}

function valueLength(field: Field): number {
  switch (field.type) {
    case 'Structure':
      return lengthOfAll(field.value)
    case 'Integer':
    case 'Enumeration':
    case 'Interval':
      return 4
    case 'LongInteger':
    case 'Boolean':
    case 'DateTime':
      return 8
    case 'BigInteger':
      return bigIntegerLength(field.value)
    case 'TextString':
      return Buffer.byteLength(field.value)
    case 'ByteString':
      return field.value.length
  }
}

function lengthOfAll(fields: readonly Field[]): number {
  let length = 0
  for (const field of fields) length += encodedLength(field)
  return length
}

function bigIntegerLength(value: bigint): number {
  const magnitude = value < 0n ? ~value : value
  const length = Math.ceil(magnitude.toString(16).length / 16) * 8
  return BigInt.asIntN(length * 8, value) === value ? length : length + 8
}

/** Writes `field` at `start`; gives where it ends, padding included. */
function encodeAt(bytes: Buffer, start: number, field: Field): number {
  const from = start + headerLength
  const length = encodeValue(bytes, from, field)
  bytes.writeUInt32BE(field.tag * 0x100 + ItemType[field.type], start)
  bytes.writeUInt32BE(length, start + 4)
  const end = from + padded(length)
  for (let at = from + length; at < end; at++) bytes[at] = 0
  return end
}

/** Writes the value alone; gives its length, padding not included. */
function encodeValue(bytes: Buffer, from: number, field: Field): number {
  switch (field.type) {
    case 'Structure':
      return encodeAll(bytes, from, field.value) - from
    case 'Integer':
      return bytes.writeInt32BE(field.value, from) - from
    case 'Enumeration':
    case 'Interval':
      return bytes.writeUInt32BE(field.value, from) - from
    case 'LongInteger':
    case 'DateTime':
      return bytes.writeBigInt64BE(field.value, from) - from
    case 'Boolean':
      return bytes.writeBigUInt64BE(field.value ? 1n : 0n, from) - from
    case 'BigInteger':
      return encodeBigInteger(bytes, from, field.value)
    case 'TextString':
      return bytes.write(field.value, from)
    case 'ByteString':
      return field.value.copy(bytes, from)
  }
}

function encodeAll(bytes: Buffer, start: number, fields: readonly Field[]): number {
  let at = start
  for (const field of fields) at = encodeAt(bytes, at, field)
  return at
}

function encodeBigInteger(bytes: Buffer, from: number, value: bigint): number {
  const length = bigIntegerLength(value)
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0')
  return bytes.write(hex, from, 'hex')
}
