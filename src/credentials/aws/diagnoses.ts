import type { AwsReason } from '../../kms/aws-failure.ts'
import { masked } from '../../lib/secret.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import type { Circumstances, Diagnose, Diagnosis } from '../diagnosis.ts'
import type { SharedReason } from '../shared-diagnoses.ts'
import { keyIn, regionIn } from './circumstances.ts'
import { elsewhereOrDenied, keyNotFound, notAllowed } from './denied.ts'
import { isTemporary } from './dialect.ts'

const others = '--credentials profile, environment, stdin or prompt'

/** The catalogue of `snapshot.md`, by the reasons of `kms/aws-failure.ts`. */
export const awsDiagnoses: Readonly<Record<Exclude<AwsReason, SharedReason>, Diagnose>> = {
  'clock-skew': () => ({
    code: 'CRED-009',
    message: 'The clock of this machine differs from AWS’s by more than the 5 minutes that AWS allows',
    remedy: 'Set it, for instance with: sudo timedatectl set-ntp true',
  }),

  'unknown-access-key': (_, circumstances) => withoutToken(circumstances) ?? unknownKey(circumstances),
  'malformed-access-key': (_, circumstances) => ({
    code: 'CRED-003',
    message: `Access key ${keyIn(circumstances)} is not written as one: it holds a blank or another stray character`,
    remedy: `Give it again, without quotes and blanks: ${others}`,
  }),
  'wrong-secret': (_, circumstances) => ({
    code: 'CRED-004',
    message: `The cloud knows access key ${keyIn(circumstances)}, but the secret access key is not the one that belongs to it`,
    remedy: `Give both again, copied from the same place: ${others}`,
  }),
  expired: (_, circumstances) => ({
    code: 'CRED-005',
    message: `The temporary credentials of access key ${keyIn(circumstances)} have expired`,
    remedy: `Get new ones where these came from, and give them: ${others}`,
  }),
  'sso-expired': (_, { profile = 'NAME' }) => ({
    code: 'CRED-005',
    message: 'Nobody is signed in for this AWS profile any more',
    remedy: `Sign in with: ${shellCommand(['aws', 'sso', 'login', '--profile', profile])}`,
  }),

  'no-credentials': ({ message }) => ({ code: 'CRED-013', message, remedy: `Give credentials: ${others}` }),
  'profile-unusable': ({ message }) => ({
    code: 'CRED-013',
    message,
    remedy: 'Choose another: --profile NAME. The profiles stand in ~/.aws/config and ~/.aws/credentials',
  }),
  'process-failed': ({ message }) => ({
    code: 'CRED-013',
    message,
    remedy: 'Mend the program that credential_process names, or choose another profile: --profile NAME',
  }),
  'mfa-needed': ({ message }) => ({
    code: 'CRED-014',
    message,
    remedy: 'Give the code that it shows now: --mfa-code N',
  }),
  'region-missing': ({ message }) => ({ code: 'CRED-013', message, remedy: 'Give it: --region R' }),

  'not-authorized': notAllowed,
  'mfa-refused': () => ({
    code: 'CRED-014',
    message: 'AWS does not accept the MFA code',
    remedy:
      'Each code works once: wait for the next, see that the device is the one of --mfa-serial, and give it: --mfa-code N',
  }),
  'role-invalid': ({ message }) => ({
    code: 'CRED-014',
    message: `AWS does not accept the wish for a role as it is: ${message}`,
    remedy:
      'A role is named by its ARN, arn:aws:iam::ACCOUNT:role/NAME; the roleId of Atlas is none. With a role’s keys, another is assumed for at most an hour: --duration-seconds 3600',
  }),
  'refused-undecided': (failure, circumstances) =>
    circumstances.caller === undefined
      ? unknownOrNotAllowed(circumstances)
      : notAllowed(failure, circumstances),

  'key-elsewhere-or-denied': elsewhereOrDenied,
  'key-not-found': keyNotFound,
  'other-key': (_, circumstances) => ({
    code: 'CRED-008',
    message: `The master key was wrapped by another key than ${circumstances.keyName ?? 'the one that is named'}`,
    remedy: 'See customerMasterKeyId in the metadata file: it may name a newer key than the snapshot’s',
  }),
  'region-invalid': (_, circumstances) => ({
    code: 'CRED-008',
    message: `${regionIn(circumstances)} is no AWS region`,
    remedy: 'Give the region of the customer master key, as us-east-1 or US_EAST_1: --region R',
  }),
  'region-disabled': (_, circumstances) => ({
    code: 'CRED-008',
    message: `The AWS account has not enabled the region ${regionIn(circumstances)}`,
    remedy:
      'See that it is the region of the customer master key (--region R), or have the account enable it',
  }),
  'not-a-ciphertext': (_, circumstances) => ({
    code: 'CRED-012',
    message: `Nothing in the snapshot unwraps as the master key of ${circumstances.key.keyId} in ${regionIn(circumstances)}`,
    remedy: 'Name its file (--wrapped-key ID=FILE), see the region (--region R), or use --engine official',
  }),

  'key-disabled': () => ({
    code: 'CRED-007',
    message: 'The customer master key is disabled',
    remedy: 'Have its administrator enable it: aws kms enable-key --key-id KEY',
  }),
  'key-pending-deletion': () => ({
    code: 'CRED-007',
    message: 'The customer master key is going to be deleted. Once it is, nothing opens the snapshot again',
    remedy:
      'Have its administrator keep it, now: aws kms cancel-key-deletion --key-id KEY, then aws kms enable-key --key-id KEY',
  }),
  'key-unusable': ({ message }) => ({
    code: 'CRED-007',
    message: `The customer master key cannot be used in its state: ${message}`,
    remedy: 'Ask its administrator: aws kms describe-key --key-id KEY shows the state',
  }),

  unrecognised: ({ operation, errorName, httpStatus }) => ({
    code: 'CRED-008',
    message: `AWS refuses ${operation} with ${errorName}${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}, which snapthaw does not know`,
    remedy: `See its text below; then try again, or give other credentials: ${others}`,
  }),
}

function unknownKey(circumstances: Circumstances): Diagnosis {
  const { credentials } = circumstances
  const temporary = credentials?.provider === 'aws' && credentials.sessionToken !== undefined
  return temporary
    ? {
        code: 'CRED-003',
        message: `The cloud does not know access key ${keyIn(circumstances)} together with this session token`,
        remedy: `Access key, secret and token belong together: get new ones and give all three: ${others}`,
      }
    : {
        code: 'CRED-003',
        message: `The cloud does not know access key ${keyIn(circumstances)}`,
        remedy: `It was deleted or rotated since. Give the credentials of today: ${others}`,
      }
}

/** The trap: AWS answers to a temporary key without its token as to one that it has never seen. */
function withoutToken({ credentials }: Circumstances): Diagnosis | undefined {
  if (credentials?.provider !== 'aws' || credentials.sessionToken !== undefined) return undefined
  if (!isTemporary(credentials.accessKeyId)) return undefined
  return {
    code: 'CRED-002',
    message: `Access key ${masked(credentials.accessKeyId)} is temporary, and its session token is missing: without it AWS does not know the key`,
    remedy: `Give access key, secret and session token together: ${others}`,
  }
}

/** AWS gave no reason, and nobody said that the credentials are good. */
function unknownOrNotAllowed(circumstances: Circumstances): Diagnosis {
  return {
    code: 'CRED-003',
    message: `AWS refuses access key ${keyIn(circumstances)} without saying whether it is unknown or not allowed`,
    remedy: `See with: aws sts get-caller-identity. If that fails, give other credentials: ${others}`,
  }
}
