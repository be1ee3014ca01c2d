import { randomBytes, randomInt } from 'node:crypto'
import { newPrivateKey } from '../fake-keys.ts'
import { newKeyVersion, newServiceAccount } from './fake-credentials.ts'
import type { CryptoKey, GcpState, KeyVersion } from './state.ts'

// Who appears in the scenarios of Google Cloud.

/** A project with the service account that was made for Atlas, and a key with which it may decrypt. */
export interface GcpCast {
  readonly state: GcpState
  readonly key: CryptoKey
  readonly version: KeyVersion
  /** JSON, as it is downloaded. */
  readonly keyDocument: string
}

export async function newGcpCast(): Promise<GcpCast> {
  const projectId = `atlas-encryption-${randomInt(100_000, 1_000_000)}`
  const { account, keyDocument } = newServiceAccount('atlas', projectId, await newPrivateKey())
  const version = newKeyVersion()
  const ring = `projects/${projectId}/locations/europe-west1/keyRings/atlas`
  const key = { name: `${ring}/cryptoKeys/atlas-cmk`, versions: [version] }
  return {
    key,
    version,
    keyDocument,
    state: {
      serviceAccounts: [account],
      users: [],
      keys: [key],
      // What Atlas asks for: https://www.mongodb.com/docs/atlas/security-gcp-kms/
      grants: [{ email: account.email, resource: key.name }],
      projectsWithoutKms: [],
      tokenKey: randomBytes(32).toString('base64'),
      clockOffset: 0,
      faults: [],
    },
  }
}

/** The metadata file of the snapshot, in the words of Atlas's Admin API: its spelling on disk is documented nowhere. */
export function metadataOf({ key, version, keyDocument }: GcpCast): Readonly<Record<string, string>> {
  return {
    serviceAccountKey: keyDocument,
    keyVersionResourceId: `${key.name}/cryptoKeyVersions/${version.id}`,
  }
}
