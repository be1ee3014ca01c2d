import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { CryptoKey, KeyVersion } from './state.ts'

// A ciphertext of Cloud KMS as it looks from outside: a protocol buffer with 36 bytes in field 1, of which the first is 0
// and the rest the same for all of one key version, and in field 2 a 0, 12 bytes of nonce, and AES-256-GCM with its tag.
// Google documents none of it (https://cloud.google.com/kms/docs/encrypt-decrypt says: an opaque blob); many ciphertexts
// in public repositories begin with its base64, CiQA. Here the 35 bytes are of the SHA-512 of the version's name.

const sizes = { label: 35, nonce: 12, tag: 16 }
/** Up to here the length of field 2 fits in one byte. */
const longestPlaintext = 127 - 1 - sizes.nonce - sizes.tag

/** What one ciphertext is made of. */
interface Parts {
  readonly label: Buffer
  readonly nonce: Buffer
  /** Encrypted, with the tag at its end. */
  readonly sealed: Buffer
}

/** Encrypts a data key. Throws `RangeError` for more than 98 bytes. */
export function encryptUnder(key: CryptoKey, version: KeyVersion, plaintext: Uint8Array): Buffer {
  if (plaintext.length > longestPlaintext) throw new RangeError(`${plaintext.length} bytes are no data key`)
  const nonce = randomBytes(sizes.nonce)
  const cipher = createCipheriv('aes-256-gcm', materialOf(version), nonce)
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return assemble({ label: labelOf(key, version), nonce, sealed })
}

/** Finds the parts again, or undefined when these bytes are no ciphertext of this shape. */
export function takeApart(blob: Buffer): Parts | undefined {
  // Two tags, two lengths and two zeros.
  const nonceAt = 6 + sizes.label
  const parts = {
    label: blob.subarray(3, 3 + sizes.label),
    nonce: blob.subarray(nonceAt, nonceAt + sizes.nonce),
    sealed: blob.subarray(nonceAt + sizes.nonce),
  }
  const length = parts.sealed.length - sizes.tag
  return length >= 0 && length <= longestPlaintext && assemble(parts).equals(blob) ? parts : undefined
}

/** Whether the ciphertext says that this version made it. */
export function isOf(key: CryptoKey, version: KeyVersion, { label }: Parts): boolean {
  return labelOf(key, version).equals(label)
}

/** The plaintext, or undefined when a bit of the ciphertext is not as it was. */
export function decryptWith(version: KeyVersion, { nonce, sealed }: Parts): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', materialOf(version), nonce)
  decipher.setAuthTag(sealed.subarray(-sizes.tag))
  const plaintext = decipher.update(sealed.subarray(0, -sizes.tag))
  try {
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}

function assemble({ label, nonce, sealed }: Parts): Buffer {
  const zero = Buffer.from([0])
  return Buffer.concat([field(1, zero, label), field(2, zero, nonce, sealed)])
}

/** A length-delimited field of a protocol buffer, whose length fits in one byte. */
function field(number: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values)
  return Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value])
}

function labelOf({ name }: CryptoKey, { id }: KeyVersion): Buffer {
  return createHash('sha512').update(`${name}/cryptoKeyVersions/${id}`).digest().subarray(0, sizes.label)
}

function materialOf({ material }: KeyVersion): Buffer {
  return Buffer.from(material, 'base64')
}
