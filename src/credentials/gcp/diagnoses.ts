import type { GcpReason } from '../../kms/gcp-failure.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import type { Circumstances, Diagnose } from '../diagnosis.ts'
import type { SharedReason } from '../shared-diagnoses.ts'

const others = '--credentials environment, stdin or prompt'

/** The catalogue of `snapshot.md`, by the reasons of `kms/gcp-failure.ts`. */
export const gcpDiagnoses: Readonly<Record<Exclude<GcpReason, SharedReason>, Diagnose>> = {
  'clock-skew': () => ({
    code: 'CRED-009',
    message: 'The clock of this machine differs from Google’s by more than Google allows',
    remedy: 'Set it, for instance with: sudo timedatectl set-ntp true',
  }),

  'unknown-key': (_, { caller }) => ({
    code: 'CRED-003',
    message: `Google does not accept the key of ${caller?.principal ?? 'the service account'}, and does not say why: the key or its account is deleted or disabled, or the private key is another’s`,
    remedy: `Give a key of today, or a sign-in: ${others}`,
  }),
  'unknown-client': () => ({
    code: 'CRED-003',
    message: 'Google does not know the program that the sign-in on this machine was made with',
    remedy: 'Sign in again: gcloud auth application-default login',
  }),
  'wrong-secret': () => ({
    code: 'CRED-004',
    message: 'Google knows the service account, but the private key is not the one that belongs to its key',
    remedy: `Give the key document as it was downloaded: ${others}`,
  }),
  expired: () => ({
    code: 'CRED-005',
    message: 'The sign-in on this machine has expired or was revoked',
    remedy: 'Sign in again: gcloud auth application-default login',
  }),

  'not-authorized': (_, circumstances) => ({
    code: 'CRED-006',
    message: `The credentials are valid, but ${whoIn(circumstances)} is not allowed to decrypt with ${keyIn(circumstances)}`,
    ...granting(circumstances),
  }),
  'not-authorized-or-missing': (_, circumstances) => ({
    code: 'CRED-006',
    message: `Google does not say which: ${whoIn(circumstances)} is not allowed to decrypt with ${keyIn(circumstances)}, or there is no such key`,
    ...granting(circumstances),
  }),

  'key-disabled': (_, circumstances) => ({
    code: 'CRED-007',
    message: 'The version of the customer master key that wrapped the snapshot’s key is disabled',
    remedy: 'Have its administrator enable it, with the command shown by hand',
    byHand: versionCommand('enable', circumstances),
  }),
  'key-pending-deletion': (_, circumstances) => ({
    code: 'CRED-007',
    message:
      'The version of the customer master key that wrapped the snapshot’s key is going to be destroyed. Once it is, nothing opens the snapshot again',
    remedy: 'Have its administrator keep it, now, with the command shown by hand, and then enable it',
    byHand: versionCommand('restore', circumstances),
  }),
  'key-unusable': ({ message }) => ({
    code: 'CRED-007',
    message: `The customer master key cannot be used in its state: ${message}`,
    remedy: 'Ask its administrator: gcloud kms keys versions list shows the states',
  }),

  'key-not-found': (_, circumstances) => ({
    code: 'CRED-008',
    message: `There is no key ${keyIn(circumstances)}`,
    remedy:
      'Give the one that wrapped the snapshot’s key: --kms-key projects/P/locations/L/keyRings/R/cryptoKeys/K',
  }),
  'other-key': (_, circumstances) => ({
    code: 'CRED-008',
    message: `The master key was wrapped by another key than ${keyIn(circumstances)}`,
    remedy:
      'See keyVersionResourceID in the metadata file: it may name a newer key than the snapshot’s. Another one: --kms-key RESOURCE',
  }),
  'key-name-invalid': ({ message }) => ({
    code: 'CRED-008',
    message,
    remedy: 'Give it: --kms-key projects/P/locations/L/keyRings/R/cryptoKeys/K',
  }),
  'service-disabled': (_, { keyName }) => ({
    code: 'CRED-008',
    message: 'The project has not enabled the Cloud KMS API',
    remedy: `Have it enabled: gcloud services enable cloudkms.googleapis.com --project ${partsOf(keyName).projects}`,
  }),

  corrupted: ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Try again; if it stays so, something on the way changes what is sent',
  }),
  'not-a-ciphertext': (_, circumstances) => ({
    code: 'CRED-012',
    message: `Nothing in the snapshot unwraps as the master key of ${circumstances.key.keyId} with ${keyIn(circumstances)}`,
    remedy:
      'Name its file (--wrapped-key ID=FILE), see the key (--kms-key RESOURCE), or use --engine official',
  }),

  'no-credentials': () => ({
    code: 'CRED-013',
    message: 'This machine has no application default credentials of Google',
    remedy:
      'Sign in with: gcloud auth application-default login. Or give a service account’s key: --credentials stdin or prompt',
  }),
  'malformed-key': ({ message }) => ({
    code: 'CRED-013',
    message,
    remedy: `Give the key document as it was downloaded: ${others}`,
  }),
  unrecognised: ({ operation, errorName, httpStatus }) => ({
    code: 'CRED-008',
    message: `Google refuses ${operation} with ${errorName}${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}, which snapthaw does not know`,
    remedy: `See its text below; then try again, or give other credentials: ${others}`,
  }),
}

function granting(circumstances: Circumstances) {
  const { projects, locations, keyRings, cryptoKeys } = partsOf(circumstances.keyName)
  const who = circumstances.caller?.principal ?? 'ACCOUNT'
  const member = who.endsWith('.gserviceaccount.com') ? `serviceAccount:${who}` : `user:${who}`
  return {
    remedy: `Have it granted, with the command shown by hand, or give other credentials: ${others}`,
    byHand: shellCommand([
      ...['gcloud', 'kms', 'keys', 'add-iam-policy-binding', cryptoKeys],
      ...['--project', projects, '--location', locations, '--keyring', keyRings],
      ...['--member', member, '--role', 'roles/cloudkms.cryptoKeyDecrypter'],
    ]),
  }
}

function versionCommand(verb: 'enable' | 'restore', { keyName }: Circumstances): string {
  const { projects, locations, keyRings, cryptoKeys, cryptoKeyVersions } = partsOf(keyName)
  return shellCommand([
    ...['gcloud', 'kms', 'keys', 'versions', verb, cryptoKeyVersions],
    ...['--project', projects, '--location', locations, '--keyring', keyRings, '--key', cryptoKeys],
  ])
}

const kinds = ['projects', 'locations', 'keyRings', 'cryptoKeys', 'cryptoKeyVersions'] as const
type Parts = Readonly<Record<(typeof kinds)[number], string>>

/** projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N; a part that is not there stays a word in capitals. */
function partsOf(keyName: string | undefined): Parts {
  const words = keyName?.split('/') ?? []
  const after = (kind: string) => words[words.indexOf(kind) + 1]
  return Object.fromEntries(
    kinds.map(kind => [kind, words.includes(kind) ? after(kind) : kind.toUpperCase()]),
  ) as Parts
}

function whoIn({ caller }: Circumstances): string {
  return caller?.principal ?? 'the caller'
}

function keyIn({ keyName }: Circumstances): string {
  return keyName ?? 'the key'
}
