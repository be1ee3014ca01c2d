import { createPublicKey, randomBytes } from 'node:crypto'
import type { KeyVersion, ServiceAccount } from './state.ts'

// Of Google's shape and length, made anew for every sandbox, good for nothing but its stand-in.

/** A service account with one key, and the document that is downloaded when such a key is made. */
export interface NewServiceAccount {
  readonly account: ServiceAccount
  /** JSON: https://cloud.google.com/iam/docs/keys-create-delete#creating */
  readonly keyDocument: string
}

/** `privateKey` is RSA, PKCS #8 in PEM. */
export function newServiceAccount(name: string, projectId: string, privateKey: string): NewServiceAccount {
  const email = `${name}@${projectId}.iam.gserviceaccount.com`
  const keyId = randomBytes(20).toString('hex')
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  const document = {
    type: 'service_account',
    project_id: projectId,
    private_key_id: keyId,
    private_key: privateKey,
    client_email: email,
    client_id: String(randomBytes(6).readUIntBE(0, 6)).padStart(21, '1'),
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
    universe_domain: 'googleapis.com',
  }
  return {
    account: { email, projectId, state: 'enabled', keys: [{ keyId, publicKey, state: 'active' }] },
    keyDocument: JSON.stringify(document, null, 2),
  }
}

/** The first version of a key. */
export function newKeyVersion(): KeyVersion {
  return { id: 1, state: 'ENABLED', material: randomBytes(32).toString('base64') }
}
