import { expect, test } from 'vitest'
import { openAws } from '../../src/kms/aws.ts'
import type { AwsReason } from '../../src/kms/aws-failure.ts'
import { assumeRole } from '../../src/kms/aws-role.ts'
import { KmsFailure, type KmsFailureClass } from '../../src/kms/failure.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  callerIdentity,
  keysFor,
  kmsError,
  startAwsServer,
  stsError,
  type Reply,
  type SeenRequest,
} from './aws-server.ts'

const signal = new AbortController().signal

const unknown = 'The security token included in the request is invalid.'
const expired = 'The security token included in the request is expired'
const mismatch = 'The request signature we calculated does not match the signature you provided.'
const slow =
  'Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)'
const fast =
  'Signature not yet current: 20260101T010000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)'
const notAuthorized =
  'User: arn:aws:iam::111122223333:user/operator is not authorized to perform: kms:Decrypt on resource: ' +
  'arn:aws:kms:us-east-1:111122223333:key/1234 because no identity-based policy allows the kms:Decrypt action'
const elsewhere =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'
const mayNotAssume =
  'User: arn:aws:iam::111122223333:user/operator is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/x'
const loginPage = { status: 200, body: '<html>Welcome to the hotel</html>' }
const anHourAhead = { date: new Date(Date.now() + 3_600_000).toUTCString() }

const decrypt = 'kms:Decrypt'
const identity = 'sts:GetCallerIdentity'
const assume = 'sts:AssumeRole'
type Operation = typeof decrypt | typeof identity | typeof assume
type Row = readonly [
  what: string,
  operation: Operation,
  reply: Reply,
  kind: KmsFailureClass,
  reason: AwsReason,
]

/** The table of AWS's errors, a row each, and the forms in which emulators give them. */
// prettier-ignore
const rows: readonly Row[] = [
  ['a key that KMS does not know', decrypt, kmsError('UnrecognizedClientException', unknown), 'stale', 'unknown-access-key'],
  ['a key that STS does not know', identity, stsError('InvalidClientTokenId', unknown), 'stale', 'unknown-access-key'],
  ['a session that is over, to KMS', decrypt, kmsError('ExpiredTokenException', expired), 'stale', 'expired'],
  ['a session that is over, to STS', identity, stsError('ExpiredToken', expired), 'stale', 'expired'],
  ['a wrong secret, to KMS', decrypt, kmsError('InvalidSignatureException', mismatch), 'stale', 'wrong-secret'],
  ['a wrong secret, to STS', identity, stsError('SignatureDoesNotMatch', mismatch), 'stale', 'wrong-secret'],
  ['a key id with a blank in it', decrypt, kmsError('IncompleteSignatureException'), 'stale', 'malformed-access-key'],
  ['a slow clock, to KMS', decrypt, kmsError('InvalidSignatureException', slow), 'clock', 'clock-skew'],
  ['a fast clock, to KMS', decrypt, kmsError('InvalidSignatureException', fast), 'clock', 'clock-skew'],
  ['a slow clock, to STS', identity, stsError('SignatureDoesNotMatch', slow), 'clock', 'clock-skew'],
  ['a request out of its time', decrypt, kmsError('RequestExpired'), 'clock', 'clock-skew'],
  ['a clock too far off', decrypt, kmsError('RequestTimeTooSkewed'), 'clock', 'clock-skew'],
  ['a wrong secret and a wrong clock', decrypt, { ...kmsError('InvalidSignatureException', mismatch), headers: anHourAhead }, 'stale', 'wrong-secret'],
  ['no permission to decrypt', decrypt, kmsError('AccessDeniedException', notAuthorized), 'permission', 'not-authorized'],
  ['no permission to assume a role', assume, stsError('AccessDenied', mayNotAssume), 'permission', 'not-authorized'],
  ['a denial without a known text', assume, stsError('AccessDenied', 'no'), 'permission', 'not-authorized'],
  ['a wrong MFA code', assume, stsError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. '), 'permission', 'mfa-refused'],
  ['a key elsewhere or closed', decrypt, kmsError('AccessDeniedException', elsewhere), 'configuration', 'key-elsewhere-or-denied'],
  ['a key elsewhere, as moto says it', decrypt, kmsError('AccessDeniedException'), 'configuration', 'key-elsewhere-or-denied'],
  ['no such key', decrypt, kmsError('NotFoundException', 'Key does not exist'), 'configuration', 'key-not-found'],
  ['another key', decrypt, kmsError('IncorrectKeyException'), 'configuration', 'other-key'],
  ['a region that the account has not enabled', assume, stsError('RegionDisabledException'), 'configuration', 'region-disabled'],
  ['an ARN that is none', assume, stsError('ValidationError', '5f0000000000000000000000 is invalid', 400), 'configuration', 'role-invalid'],
  ['bytes that are no ciphertext', decrypt, kmsError('InvalidCiphertextException'), 'data', 'not-a-ciphertext'],
  ['a disabled key', decrypt, kmsError('DisabledException', 'arn:aws:kms:… is disabled.'), 'key-state', 'key-disabled'],
  ['a key that will be deleted', decrypt, kmsError('KMSInvalidStateException', 'arn:aws:kms:… is pending deletion.'), 'key-state', 'key-pending-deletion'],
  ['a key in another state', decrypt, kmsError('KMSInvalidStateException', 'arn:aws:kms:… is pending import.'), 'key-state', 'key-unusable'],
  ['too many requests, by name', decrypt, kmsError('ThrottlingException', 'Rate exceeded'), 'transient', 'throttled'],
  ['too many requests, by status', decrypt, { status: 429, body: '' }, 'transient', 'throttled'],
  ['an error inside KMS', decrypt, kmsError('KMSInternalException', '', 500), 'transient', 'service-error'],
  ['a dependency of KMS that hangs', decrypt, kmsError('DependencyTimeoutException', '', 503), 'transient', 'service-error'],
  ['a key that cannot be had now', decrypt, kmsError('KeyUnavailableException', '', 500), 'transient', 'service-error'],
  ['an error by its status only', identity, { status: 503, body: '' }, 'transient', 'service-error'],
  ['a connection that is cut', decrypt, 'cut', 'transient', 'connection-lost'],
  ['a request that is not signed', decrypt, kmsError('MissingAuthenticationTokenException'), 'missing', 'no-credentials'],
  ['XML to a question in JSON, as moto refuses', decrypt, stsError('SignatureDoesNotMatch', 'x'), 'permission', 'refused-undecided'],
  ['a refusal by its status only', identity, { status: 403, body: '' }, 'permission', 'refused-undecided'],
  ['a proxy that wants a password', decrypt, { status: 407, body: '<html>' }, 'transient', 'proxy-refused'],
  ['a login page, to KMS', decrypt, loginPage, 'transient', 'not-the-cloud'],
  ['a login page, to STS', identity, loginPage, 'transient', 'not-the-cloud'],
  ['a login page, to AssumeRole', assume, loginPage, 'transient', 'not-the-cloud'],
  ['an error that no table has', decrypt, kmsError('QuantumException', 'no'), 'configuration', 'unrecognised'],
]

test.concurrent.each(rows)('%s (%s) is told', async (_, operation, reply, kind, reason) => {
  const failure = await failureOf(operation, () => reply)
  expect({ class: failure.class, reason: failure.reason, operation: failure.operation }).toEqual({
    class: kind,
    reason,
    operation,
  })
})

test('the message is what AWS says, and names the action and the ARN', async () => {
  const failure = await failureOf(decrypt, () => kmsError('AccessDeniedException', notAuthorized))
  expect(failure.message).toBe(notAuthorized)
})

test('an answer without a text is told by its name', async () => {
  const failure = await failureOf(decrypt, () => kmsError('InvalidCiphertextException'))
  expect(failure.message).toBe('kms:Decrypt was answered with InvalidCiphertextException (HTTP 400)')
})

test('neither the secret, the token nor the MFA code is repeated, whatever AWS quotes', async () => {
  const said = 'bad canary-secret/access+key 424242\nx-amz-security-token:canary-session-token'
  const failure = await failureOf(assume, () => stsError('ValidationError', said, 400))
  expect(failure.message).toBe('bad [secret] [secret]')
  expect(failure.cause).toBeUndefined()
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/canary|424242/)
})

test('a key that AWS does not know is asked about once', async () => {
  const seen: SeenRequest[] = []
  await failureOf(identity, request => {
    seen.push(request)
    return stsError('InvalidClientTokenId', unknown)
  })
  expect(seen).toHaveLength(1)
})

test('what passes by itself is asked again', async () => {
  const aws = await startAwsServer()
  aws.answer = () => (aws.requests.length < 3 ? { status: 503, body: '' } : callerIdentity())
  const service = openAws(keysFor(aws))
  await service.check(signal)
  service.close()
  await aws.close()
  expect(aws.requests).toHaveLength(3)
})

async function failureOf(operation: Operation, answer: (request: SeenRequest) => Reply): Promise<KmsFailure> {
  const aws = await startAwsServer(answer)
  const credentials = keysFor(aws, { sessionToken: new Secret('canary-session-token') })
  const service = openAws(credentials)
  const role = { roleArn: 'arn:aws:iam::1:role/x', sessionName: 'restore', durationSeconds: 900 }
  const mfa = { serial: 'arn:aws:iam::1:mfa/x', code: new Secret('424242') }
  const asking = {
    [decrypt]: () => service.unwrap({ blob: Buffer.alloc(64) }, signal),
    [identity]: () => service.check(signal),
    [assume]: () => assumeRole(credentials, { ...role, mfa }, signal),
  }
  try {
    await asking[operation]()
  } catch (error) {
    if (error instanceof KmsFailure) return error
    throw error
  } finally {
    service.close()
    await aws.close()
  }
  throw new Error(`${operation} did not fail`)
}
