import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { masked, Secret } from '../../src/lib/secret.ts'

const canary = 'canary-wJalrXUtnFEMI'

it('shows nothing of itself in text, JSON, inspect, templates and errors', () => {
  const secret = new Secret(canary)
  const shown = [
    secret.toString(),
    'joined to text: ' + String(secret),
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
    inspect(new Error('failed', { cause: secret })),
    Object.keys(secret).join(),
  ].join('\n')
  expect(shown).not.toContain(canary)
  expect(shown).not.toContain(Buffer.from(canary).toString('hex').slice(0, 8))
})

it('reveals what was put in, as text and as bytes', () => {
  expect(new Secret(canary).reveal()).toBe(canary)
  expect(new Secret(Buffer.from([0, 255, 1])).revealBytes()).toEqual(Buffer.from([0, 255, 1]))
})

it('keeps bytes of its own, zeroes them when wiped, and cannot be revealed afterwards', () => {
  const given = Buffer.from(canary)
  const secret = new Secret(given)
  given.fill(0)
  const bytes = secret.revealBytes()
  expect(bytes.toString()).toBe(canary)
  secret.wipe()
  expect(bytes.every(byte => byte === 0)).toBe(true)
  expect(() => secret.reveal()).toThrow('wiped')
})

it('masks an identifier to its ends, and a short one whole', () => {
  expect(masked('AKIAIOSFODNN7EXAMPL7Q')).toBe('AKIA…7Q')
  expect(masked(new Secret('AKIAIOSFODNN7EXAMPL7Q'))).toBe('AKIA…7Q')
  expect(masked('short')).toBe('…')
})
