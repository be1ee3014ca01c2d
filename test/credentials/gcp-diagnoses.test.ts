import { expect, test } from 'vitest'
import { diagnose } from '../../src/credentials/diagnose.ts'
import type { Circumstances } from '../../src/credentials/diagnosis.ts'
import { ownGcpFailure, type GcpReason } from '../../src/kms/gcp-failure.ts'
import type { GcpCredentials } from '../../src/kms/key-service.ts'
import type { FailureCode } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'

const keyName = 'projects/p1/locations/europe-west1/keyRings/r1/cryptoKeys/k1/cryptoKeyVersions/3'
const caller = { principal: 'restore@p1.iam.gserviceaccount.com' }
const credentials: GcpCredentials = {
  provider: 'gcp',
  identity: { kind: 'service-account', key: new Secret('canary-key') },
  keyResource: keyName,
}
const about: Circumstances = {
  key: { keyId: 'id', provider: 'gcp', metadataPath: '/db/cloudProviderCredentials/id.gcp.metadata' },
  credentials,
  caller,
  keyName,
}

function told(reason: GcpReason, more: Partial<Circumstances> = {}) {
  const failure = ownGcpFailure(
    { class: 'configuration', reason, operation: 'cryptoKeys.decrypt' },
    'it said',
  )
  return diagnose(failure, { ...about, ...more })
}

// prettier-ignore
const rows: readonly (readonly [GcpReason, FailureCode, message: string, remedy: string])[] = [
  ['unknown-key', 'CRED-003', `does not accept the key of ${caller.principal}, and does not say why`, '--credentials'],
  ['unknown-client', 'CRED-003', 'does not know the program', 'gcloud auth application-default login'],
  ['wrong-secret', 'CRED-004', 'the private key is not the one', 'as it was downloaded'],
  ['expired', 'CRED-005', 'has expired or was revoked', 'gcloud auth application-default login'],
  ['not-authorized', 'CRED-006', `${caller.principal} is not allowed to decrypt with ${keyName}`, 'shown by hand'],
  ['not-authorized-or-missing', 'CRED-006', 'Google does not say which', 'shown by hand'],
  ['key-disabled', 'CRED-007', 'is disabled', 'enable'],
  ['key-pending-deletion', 'CRED-007', 'is going to be destroyed', 'now'],
  ['key-unusable', 'CRED-007', 'it said', 'gcloud kms keys versions list'],
  ['key-not-found', 'CRED-008', `There is no key ${keyName}`, '--kms-key'],
  ['other-key', 'CRED-008', `wrapped by another key than ${keyName}`, 'keyVersionResourceID'],
  ['key-name-invalid', 'CRED-008', 'it said', '--kms-key projects/'],
  ['service-disabled', 'CRED-008', 'has not enabled the Cloud KMS API', 'gcloud services enable cloudkms.googleapis.com --project p1'],
  ['unrecognised', 'CRED-008', 'which snapthaw does not know', 'below'],
  ['clock-skew', 'CRED-009', 'The clock of this machine', 'timedatectl'],
  ['corrupted', 'CRED-010', 'it said', 'Try again'],
  ['service-error', 'CRED-010', 'Google Cloud cannot answer', 'https://status.cloud.google.com'],
  ['not-the-cloud', 'CRED-010', 'it said', 'HTTPS_PROXY'],
  ['proxy-refused', 'CRED-010', 'wants a name and a password', 'HTTPS_PROXY'],
  ['plain-http', 'CRED-010', 'it said', 'https URL'],
  ['unknown-host', 'CRED-010', 'Google Cloud was not reached', 'DNS'],
  ['throttled', 'CRED-011', 'Google Cloud has been asked too often', 'minute'],
  ['not-a-ciphertext', 'CRED-012', 'Nothing in the snapshot unwraps as the master key of id', '--engine official'],
  ['no-credentials', 'CRED-013', 'no application default credentials', 'gcloud auth application-default login'],
  ['malformed-key', 'CRED-013', 'it said', 'as it was downloaded'],
]

test.each(rows)('%s of Google is %s: %s', (reason, code, message, remedy) => {
  const failure = told(reason)
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(message)
  expect(failure.remedy).toContain(remedy)
  expect(failure.evidence).toEqual(['cryptoKeys.decrypt: it said'])
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary')
})

const place = '--project p1 --location europe-west1 --keyring r1'

test.each<[GcpReason, string]>([
  [
    'not-authorized',
    `gcloud kms keys add-iam-policy-binding k1 ${place} --member serviceAccount:${caller.principal} --role roles/cloudkms.cryptoKeyDecrypter`,
  ],
  ['key-disabled', `gcloud kms keys versions enable 3 ${place} --key k1`],
  ['key-pending-deletion', `gcloud kms keys versions restore 3 ${place} --key k1`],
])('what mends %s can be copied, with the names filled in', (reason, command) => {
  expect(told(reason).byHand).toBe(command)
})

test('a person is no service account, and what is not known stays a word in capitals', () => {
  const user = told('not-authorized', { caller: { principal: 'alice@example.com' } })
  expect(user.byHand).toContain('--member user:alice@example.com')
  const bare = keyName.replace('/cryptoKeyVersions/3', '')
  expect(told('key-disabled', { keyName: bare }).byHand).toContain('enable CRYPTOKEYVERSIONS')
})
