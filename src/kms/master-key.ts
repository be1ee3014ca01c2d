import { Secret } from '../lib/secret.ts'

/** mongod's master key is an AES-256 key. */
export const masterKeyBytes = 32

/**
 * The master key in what a cloud unwrapped: 32 bytes as they are, or written as base64 or hex; undefined where it is
 * neither. The result is a copy: whoever holds the plaintext wipes it.
 */
export function masterKeyFrom(plaintext: Secret): Secret | undefined {
  const bytes = plaintext.revealBytes()
  if (bytes.length === masterKeyBytes) return new Secret(bytes)
  const text = bytes.toString('latin1').trim()
  if (/^[0-9a-f]{64}$/i.test(text)) return keyOf(Buffer.from(text, 'hex'))
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return keyOf(Buffer.from(text, 'base64'))
  return undefined
}

function keyOf(bytes: Buffer): Secret {
  const key = new Secret(bytes)
  bytes.fill(0)
  return key
}
