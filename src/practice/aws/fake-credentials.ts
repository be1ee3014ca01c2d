import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { AccessKey, KmsKey, MfaDevice, Session } from './state.ts'

// Of AWS's shape and length, made anew for every sandbox, good for nothing but its stand-in. `EXAMPLE` at the end is
// how AWS's own documentation marks such keys; secret scanners know it.

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** What the session tokens of AWS begin with: base64 of `"\n\torigin_ec…`. */
const tokenStart = 'IQoJb3JpZ2luX2Vj'

export function newAccessKey(status: AccessKey['status'] = 'active'): AccessKey {
  return { accessKeyId: newAccessKeyId('AKIA'), secretAccessKey: newSecretAccessKey(), status }
}

/** Temporary credentials for a role, good until `expiresAt` (milliseconds since the epoch). */
export function newSession(roleArn: string, sessionName: string, expiresAt: number): Session {
  return {
    accessKeyId: newAccessKeyId('ASIA'),
    secretAccessKey: newSecretAccessKey(),
    sessionToken: `${tokenStart}${randomBytes(120).toString('base64')}EXAMPLETOKEN`,
    roleArn,
    sessionName,
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

export function newMfaDevice(serial: string): MfaDevice {
  return { serial, seed: randomBytes(20).toString('base64'), counter: 0 }
}

export function newKmsKey(account: string, region: string): KmsKey {
  return {
    arn: `arn:aws:kms:${region}:${account}:key/${randomUUID()}`,
    state: 'Enabled',
    material: randomBytes(32).toString('base64'),
  }
}

/** 20 characters. */
function newAccessKeyId(prefix: 'AKIA' | 'ASIA'): string {
  return `${prefix}${randomBase32(9)}EXAMPLE`
}

/** 40 characters. */
function newSecretAccessKey(): string {
  return `${randomBytes(24).toString('base64').slice(0, 30)}EXAMPLEKEY`
}

function randomBase32(length: number): string {
  return Array.from({ length }, () => base32.charAt(randomInt(base32.length))).join('')
}
