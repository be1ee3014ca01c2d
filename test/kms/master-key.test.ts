import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { masterKeyFrom } from '../../src/kms/master-key.ts'
import { Secret } from '../../src/lib/secret.ts'

const key = randomBytes(32)

test.each([
  ['as it is', key],
  ['in base64', key.toString('base64')],
  ['in base64 without padding', key.toString('base64').replace('=', '')],
  ['in base64url', key.toString('base64url')],
  ['in base64 with a newline', `${key.toString('base64')}\n`],
  ['in hex', key.toString('hex')],
  ['in hex, upper case', key.toString('hex').toUpperCase()],
])('a master key is taken %s', (_, plaintext) => {
  expect(masterKeyFrom(new Secret(plaintext))?.revealBytes()).toEqual(key)
})

test.each([
  ['nothing', ''],
  ['31 bytes', randomBytes(31)],
  ['33 bytes', randomBytes(33)],
  ['64 bytes that are no hex', randomBytes(64)],
  ['a sentence', 'This is not a master key, whatever else it is.'],
  ['the hex of 31 bytes', randomBytes(31).toString('hex')],
])('%s is no master key', (_, plaintext) => {
  expect(masterKeyFrom(new Secret(plaintext))).toBeUndefined()
})

test('the master key outlives the plaintext', () => {
  const plaintext = new Secret(key)
  const masterKey = masterKeyFrom(plaintext)
  plaintext.wipe()
  expect(masterKey?.revealBytes()).toEqual(key)
})
