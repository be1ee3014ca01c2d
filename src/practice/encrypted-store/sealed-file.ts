import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Secret } from '../../lib/secret.ts'

/** The first line of every file of a practice snapshot that stands where WiredTiger would have one of its own. */
export const practiceLabel =
  'snapthaw practice snapshot: made for practising a restore, not written by WiredTiger\n'

const labelBytes = Buffer.from(practiceLabel)
const cipher = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** A record that its authentication tag does not vouch for: damaged, cut off, moved, or sealed under another key. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord'
  readonly ident: string
  /** Counted from 0. */
  readonly index: number

  constructor(ident: string, index: number) {
    super(`record ${index} of ${ident} does not decrypt: it is damaged, or was sealed under another key`)
    this.ident = ident
    this.index = index
  }
}

/** The file is not one that `sealRecords` wrote. */
export class NotSealed extends Error {
  override readonly name = 'NotSealed'
}

/**
 * The bytes of a sealed file: the label, the number of records (32-bit little-endian), then for each record its length
 * and, under AES-256-GCM, nonce (12 bytes), ciphertext and tag (16 bytes). The additional data names the file, the
 * record's place and the count, so that records can be neither swapped nor dropped unnoticed.
 */
export function sealRecords(ident: string, key: Secret, records: readonly Uint8Array[]): Buffer {
  const parts: Buffer[] = [labelBytes, uint32(records.length)]
  records.forEach((record, index) => {
    const nonce = randomBytes(nonceLength)
    const seal = createCipheriv(cipher, key.revealBytes(), nonce)
    seal.setAAD(place(ident, index, records.length))
    const sealed = Buffer.concat([nonce, seal.update(record), seal.final(), seal.getAuthTag()])
    parts.push(uint32(sealed.length), sealed)
  })
  return Buffer.concat(parts)
}

/** Where the records of a sealed file lie. Nothing is decrypted yet. */
export interface SealedFile {
  readonly ident: string
  readonly count: number
  /** As many as can still be told apart: fewer than `count` when the file is cut off. */
  readonly sealed: readonly Buffer[]
}

/** Takes a sealed file apart. Throws `NotSealed` for any other file. */
export function readSealedFile(ident: string, content: Buffer): SealedFile {
  const start = labelBytes.length + 4
  if (content.length < start || !content.subarray(0, labelBytes.length).equals(labelBytes)) {
    throw new NotSealed(`${ident} is no file of a snapthaw practice snapshot`)
  }
  const count = content.readUInt32LE(labelBytes.length)
  const sealed: Buffer[] = []
  for (let offset = start; sealed.length < count && offset + 4 <= content.length;) {
    const end = offset + 4 + content.readUInt32LE(offset)
    if (end > content.length) break
    sealed.push(content.subarray(offset + 4, end))
    offset = end
  }
  return { ident, count, sealed }
}

/** One record in the clear. Throws `DamagedRecord`. */
export function unsealRecord(file: SealedFile, index: number, key: Secret): Buffer {
  const record = file.sealed[index]
  if (record === undefined || record.length < nonceLength + tagLength)
    throw new DamagedRecord(file.ident, index)
  const open = createDecipheriv(cipher, key.revealBytes(), record.subarray(0, nonceLength))
  open.setAAD(place(file.ident, index, file.count))
  open.setAuthTag(record.subarray(-tagLength))
  try {
    return Buffer.concat([open.update(record.subarray(nonceLength, -tagLength)), open.final()])
  } catch {
    throw new DamagedRecord(file.ident, index)
  }
}

/** The same file with one bit of one record turned over, as a bad disk would leave it. */
export function damageRecord(ident: string, content: Buffer, index: number): Buffer {
  const damaged = Buffer.from(content)
  const record = readSealedFile(ident, damaged).sealed[index]
  if (record === undefined) throw new RangeError(`${ident} has no record ${index}`)
  record.writeUInt8(record.readUInt8(nonceLength) ^ 1, nonceLength)
  return damaged
}

function place(ident: string, index: number, count: number): Buffer {
  return Buffer.from(`${ident}\n${index}\n${count}`)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
