import type { AwsReason } from '../../kms/aws-failure.ts'
import type { NetworkReason } from '../../kms/network-failure.ts'
import { masked } from '../../lib/secret.ts'
import type { Circumstances, Diagnose, Diagnosis } from '../diagnosis.ts'
import { isTemporary } from './dialect.ts'

const others = '--credentials profile, environment, stdin or prompt'

/** The catalogue of `snapshot.md`, by the reasons of `kms/aws-failure.ts`. */
export const awsDiagnoses: Readonly<Record<Exclude<AwsReason, NetworkReason>, Diagnose>> = {
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
  'sso-expired': () => ({
    code: 'CRED-005',
    message: 'Nobody is signed in for this AWS profile any more',
    remedy: 'Sign in with: aws sso login --profile NAME',
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

  'not-authorized': (failure, circumstances) =>
    failure.operation === 'kms:Decrypt'
      ? mayNotDecrypt(circumstances)
      : mayNotAssume(failure.operation, circumstances),
  'mfa-refused': () => ({
    code: 'CRED-014',
    message: 'AWS does not accept the MFA code',
    remedy:
      'Each code works once: wait for the next, see that the device is the one of --mfa-serial, and give it: --mfa-code N',
  }),
  'role-invalid': () => ({
    code: 'CRED-014',
    message: 'AWS does not accept the role, the external id or the MFA device as one',
    remedy:
      'A role is named by its ARN, arn:aws:iam::ACCOUNT:role/NAME: --assume-role ARN. The roleId of Atlas is none',
  }),
  'refused-undecided': (_, circumstances) =>
    circumstances.caller === undefined
      ? {
          code: 'CRED-003',
          message: `AWS refuses access key ${keyIn(circumstances)} without saying whether it is unknown or not allowed`,
          remedy: `See with: aws sts get-caller-identity. If that fails, give other credentials: ${others}`,
        }
      : mayNotDecrypt(circumstances),

  'key-elsewhere-or-denied': (_, circumstances) => elsewhereOrDenied(circumstances),
  'key-not-found': (_, circumstances) => ({
    code: 'CRED-008',
    message: `There is no key ${circumstances.keyName ?? ''} in ${regionIn(circumstances)}`,
    remedy: 'Give the region of the customer master key: --region R',
  }),
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

  throttled: () => ({
    code: 'CRED-011',
    message: 'AWS has been asked too often by this account and refuses for the moment',
    remedy: 'Try again in a minute',
  }),
  'service-error': ({ operation, httpStatus }) => ({
    code: 'CRED-010',
    message: `AWS cannot answer ${operation} at the moment${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}`,
    remedy: 'Try again; https://health.aws.amazon.com shows whether the service is disturbed',
  }),
  'proxy-refused': () => ({
    code: 'CRED-010',
    message: 'The proxy that HTTPS_PROXY names wants a name and a password',
    remedy: 'Put them into it: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT',
  }),
  'not-the-cloud': ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Sign in to the network, or see what HTTPS_PROXY and the endpoints lead to',
  }),
  'plain-http': ({ message }) => ({
    code: 'CRED-010',
    message,
    remedy: 'Give an https URL, or leave the endpoint to AWS',
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

function mayNotDecrypt(circumstances: Circumstances): Diagnosis {
  const { caller, keyName = 'the key' } = circumstances
  const who =
    caller === undefined
      ? `Access key ${keyIn(circumstances)}`
      : `The credentials are valid, but ${caller.principal}`
  return {
    code: 'CRED-006',
    message: `${who} is not allowed to kms:Decrypt with ${keyName}`,
    remedy: 'Have kms:Decrypt on the key granted to it, or assume a role that has it: --assume-role ARN',
  }
}

/** AWS says the same of a role that does not exist, of one that does not trust the caller, and of an external id that is wrong or missing. */
function mayNotAssume(operation: string, { caller }: Circumstances): Diagnosis {
  return {
    code: 'CRED-014',
    message: `AWS does not let ${caller?.principal ?? 'the caller'} do ${operation}: the role does not exist, does not trust the caller, or asks for another external id or for MFA`,
    remedy:
      'See the role’s trust policy; it needs the caller as principal. --external-id ID, --mfa-serial ARN and --mfa-code N',
  }
}

/** AWS gives one answer to three questions. What is known of the key and the caller decides, where it can. */
function elsewhereOrDenied(circumstances: Circumstances): Diagnosis {
  const { caller, keyName } = circumstances
  // arn:aws:kms:REGION:ACCOUNT:key/ID; a key may also be named by its id alone.
  const keyRegion = keyName?.split(':')[3]
  const region = regionIn(circumstances)
  if (keyRegion !== undefined && keyRegion !== region) {
    return {
      code: 'CRED-008',
      message: `The key ${keyName} is in ${keyRegion}, and ${region} was asked`,
      remedy: `Ask there: --region ${keyRegion}`,
    }
  }
  if (keyRegion === region) return mayNotDecrypt(circumstances)
  return {
    code: 'CRED-008',
    message: `AWS does not say which: the key is in another region than ${region}, does not exist any more, or is closed to ${caller?.principal ?? 'the caller'}`,
    remedy: 'See the region first (--region R), then whether kms:Decrypt on the key is granted to the caller',
  }
}

function keyIn({ credentials }: Circumstances): string {
  return credentials?.provider === 'aws' ? masked(credentials.accessKeyId) : '…'
}

function regionIn({ credentials }: Circumstances): string {
  return credentials?.provider === 'aws' ? credentials.region : 'the region'
}
