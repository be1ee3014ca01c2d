import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/credentials/diagnose.ts'
import type { Circumstances } from '../../src/credentials/diagnosis.ts'
import { ownAwsFailure, type AwsReason } from '../../src/kms/aws-failure.ts'
import { KmsFailure, type KmsFailureClass } from '../../src/kms/failure.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import type { FailureCode } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'

const caller = { principal: 'arn:aws:iam::111122223333:user/operator' }
const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234'
const keys: AwsCredentials = {
  provider: 'aws',
  accessKeyId: new Secret('AKIAIOSFODNN7EXAMP7Q'),
  secretAccessKey: new Secret('canary-secret'),
  region: 'us-east-1',
}
const temporary: AwsCredentials = { ...keys, accessKeyId: new Secret('ASIAIOSFODNN7EXAMP7Q') }

function about(more: Partial<Circumstances> = {}): Circumstances {
  const key = {
    keyId: 'k1',
    provider: 'aws',
    metadataPath: '/db/cloudProviderCredentials/k1.aws.metadata',
  } as const
  return { key, credentials: keys, caller: undefined, keyName: undefined, ...more }
}

function told(reason: AwsReason, operation = 'kms:Decrypt', more: Partial<Circumstances> = {}) {
  return diagnose(ownAwsFailure({ class: 'configuration', reason, operation }, 'what AWS said'), about(more))
}

type Row = readonly [
  reason: AwsReason,
  operation: string,
  known: Partial<Circumstances>,
  code: FailureCode,
  message: string,
]

/** What tells failures apart that look alike is in the third column. */
// prettier-ignore
const rows: readonly Row[] = [
  ['unknown-access-key', 'sts:GetCallerIdentity', {}, 'CRED-003', 'The cloud does not know access key AKIA…7Q'],
  ['unknown-access-key', 'sts:GetCallerIdentity', { credentials: temporary }, 'CRED-002', 'Access key ASIA…7Q is temporary, and its session token is missing'],
  ['unknown-access-key', 'sts:GetCallerIdentity', { credentials: { ...temporary, sessionToken: new Secret('t') } }, 'CRED-003', 'The cloud does not know access key ASIA…7Q together with this session token'],
  ['malformed-access-key', 'kms:Decrypt', {}, 'CRED-003', 'Access key AKIA…7Q is not written as one'],
  ['wrong-secret', 'kms:Decrypt', {}, 'CRED-004', 'The cloud knows access key AKIA…7Q, but the secret'],
  ['expired', 'kms:Decrypt', {}, 'CRED-005', 'The temporary credentials of access key AKIA…7Q have expired'],
  ['sso-expired', 'credentials', {}, 'CRED-005', 'Nobody is signed in'],
  ['not-authorized', 'kms:Decrypt', { caller, keyName: keyArn }, 'CRED-006', `The credentials are valid, but ${caller.principal} is not allowed to kms:Decrypt with ${keyArn}`],
  ['not-authorized', 'kms:Decrypt', {}, 'CRED-006', 'Access key AKIA…7Q is not allowed to kms:Decrypt with the key'],
  ['not-authorized', 'sts:AssumeRole', { caller }, 'CRED-014', `AWS does not let ${caller.principal} do sts:AssumeRole`],
  ['refused-undecided', 'kms:Decrypt', { caller }, 'CRED-006', `${caller.principal} is not allowed`],
  ['refused-undecided', 'kms:Decrypt', {}, 'CRED-003', 'without saying whether it is unknown or not allowed'],
  ['key-disabled', 'kms:Decrypt', {}, 'CRED-007', 'is disabled'],
  ['key-pending-deletion', 'kms:Decrypt', {}, 'CRED-007', 'is going to be deleted'],
  ['key-unusable', 'kms:Decrypt', {}, 'CRED-007', 'cannot be used in its state: what AWS said'],
  ['key-elsewhere-or-denied', 'kms:Decrypt', { caller }, 'CRED-008', 'AWS does not say which: the key is in another region than us-east-1, does not exist any more, or is closed to arn:aws:iam::111122223333:user/operator'],
  ['key-elsewhere-or-denied', 'kms:Decrypt', { caller, keyName: keyArn.replace('us-east-1', 'eu-west-1') }, 'CRED-008', 'is in eu-west-1, and us-east-1 was asked'],
  ['key-elsewhere-or-denied', 'kms:Decrypt', { caller, keyName: keyArn }, 'CRED-006', `${caller.principal} is not allowed`],
  ['key-not-found', 'kms:Decrypt', { keyName: keyArn }, 'CRED-008', `There is no key ${keyArn} in us-east-1`],
  ['other-key', 'kms:Decrypt', { keyName: keyArn }, 'CRED-008', `was wrapped by another key than ${keyArn}`],
  ['region-invalid', 'kms:Decrypt', {}, 'CRED-008', 'us-east-1 is no AWS region'],
  ['region-disabled', 'kms:Decrypt', {}, 'CRED-008', 'has not enabled the region us-east-1'],
  ['unrecognised', 'kms:Decrypt', {}, 'CRED-008', 'which snapthaw does not know'],
  ['clock-skew', 'kms:Decrypt', {}, 'CRED-009', 'The clock of this machine differs'],
  ['timeout', 'kms:Decrypt', {}, 'CRED-010', 'AWS was not reached for kms:Decrypt: nothing answered in time'],
  ['connection-refused', 'kms:Decrypt', {}, 'CRED-010', 'the connection is refused'],
  ['connection-lost', 'kms:Decrypt', {}, 'CRED-010', 'the connection was cut off'],
  ['unknown-host', 'kms:Decrypt', {}, 'CRED-010', 'its name is not known to the DNS'],
  ['unreachable', 'kms:Decrypt', {}, 'CRED-010', 'there is no route to it'],
  ['certificate-untrusted', 'kms:Decrypt', {}, 'CRED-010', 'what AWS said'],
  ['certificate-name', 'kms:Decrypt', {}, 'CRED-010', 'a certificate for another name'],
  ['certificate-expired', 'kms:Decrypt', {}, 'CRED-010', 'not valid at this time'],
  ['not-tls', 'kms:Decrypt', {}, 'CRED-010', 'does not speak TLS'],
  ['proxy-address', 'kms:Decrypt', {}, 'CRED-010', 'what AWS said'],
  ['proxy-refused', 'kms:Decrypt', {}, 'CRED-010', 'wants a name and a password'],
  ['not-the-cloud', 'kms:Decrypt', {}, 'CRED-010', 'what AWS said'],
  ['plain-http', 'kms:Decrypt', {}, 'CRED-010', 'what AWS said'],
  ['service-error', 'kms:Decrypt', {}, 'CRED-010', 'AWS cannot answer kms:Decrypt at the moment'],
  ['throttled', 'kms:Decrypt', {}, 'CRED-011', 'asked too often'],
  ['not-a-ciphertext', 'kms:Decrypt', {}, 'CRED-012', 'Nothing in the snapshot unwraps as the master key of k1 in us-east-1'],
  ['no-credentials', 'credentials', { credentials: undefined }, 'CRED-013', 'what AWS said'],
  ['profile-unusable', 'credentials', { credentials: undefined }, 'CRED-013', 'what AWS said'],
  ['process-failed', 'credentials', { credentials: undefined }, 'CRED-013', 'what AWS said'],
  ['region-missing', 'credentials', { credentials: undefined }, 'CRED-013', 'what AWS said'],
  ['mfa-needed', 'credentials', { credentials: undefined }, 'CRED-014', 'what AWS said'],
  ['mfa-refused', 'sts:AssumeRole', {}, 'CRED-014', 'does not accept the MFA code'],
  ['role-invalid', 'sts:AssumeRole', {}, 'CRED-014', 'does not accept the wish for a role as it is: what AWS said'],
]

test.each(rows)('%s of %s is told, knowing %o: %s', (reason, operation, known, code, message) => {
  const failure = told(reason, operation, known)
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(message)
  expect(failure.remedy).not.toBe('')
  expect(failure.evidence).toEqual([`${operation}: what AWS said`])
  expect(failure.backTo).toBe('credentials')
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/canary|IOSFODNN7/)
})

test('a cancellation is one, and no diagnosis', () => {
  expect(told('cancelled').code).toBe('CANCELLED')
})

describe('what is in no provider’s table is told by its class', () => {
  test.each<[KmsFailureClass, FailureCode]>([
    ['stale', 'CRED-003'],
    ['missing', 'CRED-013'],
    ['permission', 'CRED-006'],
    ['key-state', 'CRED-007'],
    ['configuration', 'CRED-008'],
    ['clock', 'CRED-009'],
    ['transient', 'CRED-010'],
    ['data', 'CRED-012'],
  ])('%s is %s', (kind, code) => {
    const details = {
      provider: 'azure',
      class: kind,
      reason: 'of-tomorrow',
      operation: 'decrypt',
      errorName: 'E',
    } as const
    const failure = diagnose(new KmsFailure({ ...details, message: 'what it said' }), about())
    expect(failure).toMatchObject({ code, message: 'Azure refuses: what it said' })
  })
})
