import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decryptWith, encryptUnder, isOf, takeApart } from '../../../src/practice/aws/ciphertext.ts'
import { newKmsKey } from '../../../src/practice/aws/fake-credentials.ts'

const key = newKmsKey('111122223333', 'us-east-1')
const other = newKmsKey('111122223333', 'us-east-1')
const plaintext = randomBytes(32)

/** Made by AWS itself: https://github.com/patoarvizu/kms-vault-operator/issues/94 */
const published = Buffer.from(
  'AQICAHi4TD31To111m8vFaxtKlhwaqUfGcxeL7WJzYo7zIFFhgFLvN56eakIXMLt0Y0R3dMsAAAAaTBnBgkqhkiG9w0BBwagWjBYAgEAMFMGCSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQMVoXWSwKqPqlGe30iAgEQgCaZ+qplaq8foetRKEvqGK5C1gnldU5sr++gKAR7csTTLZUxEEsI3g==',
  'base64',
)

describe('a ciphertext of KMS', () => {
  it('begins as AWS’s do', () => {
    expect(encryptUnder(key, plaintext).subarray(0, 5).toString('hex')).toBe('0102020078')
  })

  it('has the shape of one that AWS made', () => {
    expect(takeApart(published)?.sealed.length).toBe(38)
  })

  it('is opened by the key that made it, and says which', () => {
    const parts = takeApart(encryptUnder(key, plaintext))!
    expect(isOf(key, parts)).toBe(true)
    expect(isOf(other, parts)).toBe(false)
    expect(decryptWith(key, parts)).toEqual(plaintext)
    expect(decryptWith(other, parts)).toBeUndefined()
  })

  it('is never the same twice', () => {
    expect(encryptUnder(key, plaintext)).not.toEqual(encryptUnder(key, plaintext))
  })

  it('does not open when any bit of it is flipped', () => {
    const blob = encryptUnder(key, plaintext)
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const damaged = Buffer.from(blob)
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const parts = takeApart(damaged)
      expect(parts === undefined ? undefined : decryptWith(key, parts), `bit ${bit}`).toBeUndefined()
    }
  })

  it('is not found in what is cut short, too long or something else', () => {
    const blob = encryptUnder(key, plaintext)
    for (let length = 0; length < blob.length; length++)
      expect(takeApart(blob.subarray(0, length))).toBeUndefined()
    expect(takeApart(Buffer.concat([blob, Buffer.alloc(1)]))).toBeUndefined()
    expect(takeApart(Buffer.concat([blob, Buffer.alloc(1000)]))).toBeUndefined()
    expect(takeApart(randomBytes(blob.length))).toBeUndefined()
  })

  it('is for data keys only', () => {
    expect(takeApart(encryptUnder(key, Buffer.alloc(46)))).toBeDefined()
    expect(() => encryptUnder(key, Buffer.alloc(47))).toThrow(RangeError)
  })
})
