import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { KmsKey } from './state.ts'

// A ciphertext of KMS as it looks from outside (https://github.com/patoarvizu/kms-vault-operator/issues/94 and
// https://github.com/aws/aws-cli/issues/8497 show two): 01 02 02 00 78, 32 bytes that are the same for all of one key,
// 01, 16 bytes, the length of what follows, and that is CMS EncryptedData of AES-256-GCM (RFC 5652, 5084). What the 32
// and the 16 bytes are, AWS does not say; here they are the SHA-256 of the key's ARN, and random.

const magic = Buffer.from('0102020078', 'hex')
const oids = {
  encryptedData: Buffer.from('2a864886f70d010706', 'hex'),
  data: Buffer.from('2a864886f70d010701', 'hex'),
  aes256Gcm: Buffer.from('60864801650304012e', 'hex'),
}
const sizes = { fingerprint: 32, salt: 16, nonce: 12, tag: 16 }
/** Up to here every length of the CMS part fits in one byte, so that its fields lie at fixed places. */
const longestPlaintext = 46

/** What one ciphertext is made of. */
interface Parts {
  /** SHA-256 of the ARN of the key. */
  readonly fingerprint: Buffer
  readonly salt: Buffer
  readonly nonce: Buffer
  /** Encrypted, with the tag at its end. */
  readonly sealed: Buffer
}

/** Encrypts a data key as `Encrypt` and `GenerateDataKey` would. Throws `RangeError` for more than 46 bytes. */
export function encryptUnder(key: KmsKey, plaintext: Uint8Array): Buffer {
  if (plaintext.length > longestPlaintext) throw new RangeError(`${plaintext.length} bytes are no data key`)
  const fingerprint = fingerprintOf(key)
  const salt = randomBytes(sizes.salt)
  const nonce = randomBytes(sizes.nonce)
  const cipher = createCipheriv('aes-256-gcm', materialOf(key), nonce).setAAD(
    Buffer.concat([fingerprint, salt]),
  )
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return assemble({ fingerprint, salt, nonce, sealed })
}

/** Finds the parts again, or undefined when these bytes are no ciphertext of this shape. */
export function takeApart(blob: Buffer): Parts | undefined {
  const empty = assemble({
    fingerprint: Buffer.alloc(sizes.fingerprint),
    salt: Buffer.alloc(sizes.salt),
    nonce: Buffer.alloc(sizes.nonce),
    sealed: Buffer.alloc(0),
  })
  const saltAt = magic.length + sizes.fingerprint + 1
  // What stands between the nonce and the sealed octets: the length of the tag as INTEGER, and their own tag and length.
  const nonceAt = empty.length - 5 - sizes.nonce
  const parts = {
    fingerprint: blob.subarray(magic.length, magic.length + sizes.fingerprint),
    salt: blob.subarray(saltAt, saltAt + sizes.salt),
    nonce: blob.subarray(nonceAt, nonceAt + sizes.nonce),
    sealed: blob.subarray(empty.length),
  }
  const length = parts.sealed.length - sizes.tag
  return length >= 0 && length <= longestPlaintext && assemble(parts).equals(blob) ? parts : undefined
}

/** Whether the ciphertext says that this key made it. */
export function isOf(key: KmsKey, parts: Parts): boolean {
  return fingerprintOf(key).equals(parts.fingerprint)
}

/** The plaintext, or undefined when a bit of the ciphertext is not as it was. */
export function decryptWith(key: KmsKey, { fingerprint, salt, nonce, sealed }: Parts): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', materialOf(key), nonce)
    .setAAD(Buffer.concat([fingerprint, salt]))
    .setAuthTag(sealed.subarray(-sizes.tag))
  const plaintext = decipher.update(sealed.subarray(0, -sizes.tag))
  try {
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}

function assemble({ fingerprint, salt, nonce, sealed }: Parts): Buffer {
  const parameters = der(0x30, der(0x04, nonce), der(0x02, Buffer.from([sizes.tag])))
  const algorithm = der(0x30, der(0x06, oids.aes256Gcm), parameters)
  const content = der(0x30, der(0x06, oids.data), algorithm, der(0x80, sealed))
  const encryptedData = der(0x30, der(0x02, Buffer.from([0])), content)
  const cms = der(0x30, der(0x06, oids.encryptedData), der(0xa0, encryptedData))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(cms.length)
  return Buffer.concat([magic, fingerprint, Buffer.from([1]), salt, length, cms])
}

/** Tag, length, value; the length in one byte. */
function der(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values)
  return Buffer.concat([Buffer.from([tag, value.length]), value])
}

function fingerprintOf(key: KmsKey): Buffer {
  return createHash('sha256').update(key.arn).digest()
}

function materialOf(key: KmsKey): Buffer {
  return Buffer.from(key.material, 'base64')
}
