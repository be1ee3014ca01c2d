import { createPrivateKey } from 'node:crypto'
import { Secret } from '../lib/secret.ts'
import { ownGcpFailure } from './gcp-failure.ts'

/** What the key document of a service account says: https://cloud.google.com/iam/docs/keys-create-delete#creating */
export interface ServiceAccountKey {
  readonly email: string
  readonly keyId: string | undefined
  /** PEM. */
  readonly privateKey: Secret
}

/**
 * Reads a key document. Whatever it is that it cannot be used for, new credentials are needed: throws `KmsFailure`
 * (stale), which repeats nothing of it.
 */
export function readKeyDocument(document: Secret): ServiceAccountKey {
  const fields = parse(document.reveal())
  if (fields === undefined) throw unusable('is no JSON document')
  if (fields.type !== 'service_account') {
    throw unusable(
      `is not of the type service_account${typeof fields.type === 'string' ? `, but ${fields.type}` : ''}`,
    )
  }
  const email = text(fields.client_email)
  const privateKey = text(fields.private_key)
  if (email === undefined || privateKey === undefined) throw unusable('has no client_email or no private_key')
  if (!isPrivateKey(privateKey)) throw unusable(`of ${email} has a private_key that is none`)
  return {
    email,
    keyId: text(fields.private_key_id),
    privateKey: new Secret(privateKey),
  }
}

function parse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem)
    return true
  } catch {
    return false
  }
}

function unusable(why: string) {
  return ownGcpFailure(
    { class: 'stale', reason: 'malformed-key', operation: 'credentials' },
    `The key document of the service account ${why}`,
  )
}
