import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { decryptWith, encryptUnder, isOf, takeApart } from '../../../src/practice/gcp/ciphertext.ts'
import { newKeyVersion } from '../../../src/practice/gcp/fake-credentials.ts'

const version = newKeyVersion()
const later = { ...newKeyVersion(), id: 2 }
const key = { name: 'projects/p/locations/l/keyRings/r/cryptoKeys/k', versions: [version, later] }
const masterKey = randomBytes(32)

it('looks like one of Cloud KMS’s', () => {
  const blob = encryptUnder(key, version, masterKey)
  expect(blob.toString('base64')).toMatch(/^CiQA/)
  expect(blob).toHaveLength(2 + 36 + 2 + 1 + 12 + 32 + 16)
})

it('knows which version of the key made it, and is never the same twice', () => {
  const [one, two] = [encryptUnder(key, version, masterKey), encryptUnder(key, version, masterKey)]
  expect(one.equals(two)).toBe(false)
  const parts = takeApart(one)!
  expect(isOf(key, version, parts)).toBe(true)
  expect(isOf(key, later, parts)).toBe(false)
  expect(isOf({ ...key, name: `${key.name}2` }, version, parts)).toBe(false)
})

it.each([0, 1, 32, 98])('gives %i bytes back', length => {
  const plaintext = randomBytes(length)
  expect(decryptWith(version, takeApart(encryptUnder(key, version, plaintext))!)).toEqual(plaintext)
})

it('gives nothing back where a bit of what is sealed was flipped', () => {
  const blob = encryptUnder(key, version, masterKey)
  blob.writeUInt8(blob.readUInt8(blob.length - 1) ^ 1, blob.length - 1)
  expect(decryptWith(version, takeApart(blob)!)).toBeUndefined()
})

it.each([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('something else')],
  ['one that is cut off', encryptUnder(key, version, masterKey).subarray(0, -1)],
  ['one with more behind it', Buffer.concat([encryptUnder(key, version, masterKey), Buffer.alloc(1)])],
])('is not %s', (_, blob) => {
  expect(takeApart(blob)).toBeUndefined()
})

it('is for data keys, and not for more', () => {
  expect(() => encryptUnder(key, version, Buffer.alloc(99))).toThrow(RangeError)
})
