import { randomBytes, randomUUID } from 'node:crypto'
import type { Application, KeyVersion } from './state.ts'

// Of Azure's shape and length, made anew for every sandbox, good for nothing but its stand-in.

/** An app registration with one client secret, good until `expiresAt` (milliseconds since the epoch). */
export function newApplication(expiresAt: number): Application {
  return {
    clientId: randomUUID(),
    objectId: randomUUID(),
    state: 'enabled',
    secrets: [{ value: newClientSecret(), expiresAt: new Date(expiresAt).toISOString() }],
  }
}

/** 40 characters, with a tilde where Entra ID has one. */
export function newClientSecret(): string {
  const text = randomBytes(27).toString('base64url')
  return `${text.slice(0, 3)}8Q~${text.slice(3, 28)}EXAMPLE01`
}

/** A key with one version, which may be used for everything. */
export function newKeyVersion(privateKey: string): KeyVersion {
  return {
    version: randomBytes(16).toString('hex'),
    privateKey,
    state: 'enabled',
    operations: ['get', 'decrypt', 'unwrapKey'],
  }
}
