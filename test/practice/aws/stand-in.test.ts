import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { encryptUnder } from '../../../src/practice/aws/ciphertext.ts'
import { nextCodes } from '../../../src/practice/aws/mfa.ts'
import type { AwsState } from '../../../src/practice/aws/state.ts'
import {
  alice,
  aliceKeys,
  assume,
  blob,
  chainedRole,
  decrypt,
  delegatedRole,
  deleted,
  device,
  disabledKey,
  dyingKey,
  expired,
  farKey,
  faulty,
  forbiddenKey,
  foreignKey,
  guardedRole,
  inactive,
  key,
  kms,
  masterKey,
  otherKey,
  plainRole,
  post,
  refusalOf,
  session,
  signedDecrypt,
  standIn,
  strangersRole,
  whoAmI,
  type Asking,
  type Keys,
} from './account.ts'

const hour = 3_600_000

describe('what is granted', () => {
  it('tells a user who they are', async () => {
    const answer = await whoAmI(await standIn())
    expect(answer).toMatchObject({ Arn: alice, Account: '111122223333', UserId: 'AIDACKCEVSQ6C2EXAMPLE' })
    expect(answer.$metadata.requestId).toMatch(/^[\da-f-]{36}$/)
  })

  it('tells a session of a role who it is', async () => {
    const { endpoint } = await standIn()
    expect(await whoAmI({ endpoint, keys: session })).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/plain/alice',
      UserId: 'AROADBQP57FF2AEXAMPLE:alice',
    })
  })

  it.each<[string, string | undefined]>([
    ['without a key id', undefined],
    ['with the ARN of the key', key.arn],
    ['with the id of the key', key.arn.slice(key.arn.lastIndexOf('/') + 1)],
  ])('decrypts %s', async (_, KeyId) => {
    const answer = await decrypt(await standIn(), KeyId === undefined ? {} : { KeyId })
    expect(answer.Plaintext).toEqual(new Uint8Array(masterKey))
    expect(answer).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    expect(answer.$metadata.requestId).toMatch(/^[\da-f-]{36}$/)
  })

  it('decrypts in the region that the request is signed for', async () => {
    const { endpoint } = await standIn()
    const answer = await decrypt(
      { endpoint, region: 'eu-west-1' },
      { CiphertextBlob: encryptUnder(farKey, masterKey) },
    )
    expect(answer.KeyId).toBe(farKey.arn)
  })

  it('hands out keys for a role that work with their token until they expire', async () => {
    const aws = await standIn()
    const { Credentials, AssumedRoleUser } = await assume(aws, plainRole, { DurationSeconds: 900 })
    const keys = keysOf(Credentials)
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/plain/snapthaw-3f2a')
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 890_000)
    expect((await decrypt({ endpoint: aws.endpoint, keys })).KeyId).toBe(key.arn)
    await aws.change(state => ({ ...state, clockOffset: 901_000 }))
    // The SDK sets its clock by the answer, and then it is the expiry that is left.
    const afterwards = await refusalOf(decrypt({ endpoint: aws.endpoint, keys, attempts: 3 }))
    expect(afterwards).toMatchObject({ name: 'ExpiredTokenException', status: 400 })
  })

  it('hands out keys for a role that asks for an external ID and an MFA code', async () => {
    const code = nextCodes(device, 1)[0]
    const { Credentials } = await assume(await standIn(), guardedRole, {
      ExternalId: 'restore-drill',
      SerialNumber: device.serial,
      TokenCode: code,
    })
    expect(Credentials?.SessionToken).toMatch(/^IQoJb3JpZ2luX2Vj/)
  })

  it('lets a session assume a further role for up to an hour', async () => {
    const { endpoint } = await standIn()
    const answer = await assume({ endpoint, keys: session }, chainedRole, { DurationSeconds: 3600 })
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA/)
  })

  it('lets a role that trusts the whole account be assumed by a user whose own policy allows it', async () => {
    const aws = await standIn()
    expect(await refusalOf(assume(aws, delegatedRole))).toMatchObject({ name: 'AccessDenied' })
    await aws.change(state => ({
      ...state,
      users: state.users.map(user => ({
        ...user,
        allows: [{ action: 'sts:AssumeRole' as const, resource: delegatedRole }],
      })),
    }))
    expect((await assume(aws, delegatedRole)).Credentials).toBeDefined()
  })
})

const invalidToken = 'The security token included in the request is invalid.'
const mismatch =
  /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret/

/** One refusal of both services: the keys that are used, the world that differs, and what the SDK gets to see. */
const refusedByBoth: readonly {
  readonly what: string
  readonly keys?: Keys
  readonly world?: Partial<AwsState>
  readonly sts: string
  readonly kms: string
  readonly message: string | RegExp
}[] = [
  {
    what: 'an access key that never was',
    keys: { ...aliceKeys, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    ...unknown(),
  },
  { what: 'a deleted access key', keys: deleted, ...unknown() },
  { what: 'an inactive access key', keys: inactive, ...unknown() },
  { what: 'temporary keys without their token', keys: withoutToken(session), ...unknown() },
  {
    what: 'temporary keys with another token',
    keys: { ...session, sessionToken: expired.sessionToken },
    ...unknown(),
  },
  {
    what: 'long-term keys with a token',
    keys: { ...aliceKeys, sessionToken: session.sessionToken },
    ...unknown(),
  },
  {
    what: 'a wrong secret',
    keys: { ...aliceKeys, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    sts: 'SignatureDoesNotMatch',
    kms: 'InvalidSignatureException',
    message: mismatch,
  },
  {
    what: 'an expired session',
    keys: expired,
    sts: 'ExpiredToken',
    kms: 'ExpiredTokenException',
    message: 'The security token included in the request is expired',
  },
  {
    what: 'a clock that is an hour slow',
    world: { clockOffset: hour },
    sts: 'SignatureDoesNotMatch',
    kms: 'InvalidSignatureException',
    message:
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - (5|15) min\.\)$/,
  },
  {
    what: 'a clock that is an hour fast',
    world: { clockOffset: -hour },
    sts: 'SignatureDoesNotMatch',
    kms: 'InvalidSignatureException',
    message:
      /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ (5|15) min\.\)$/,
  },
]

describe('what both services refuse', () => {
  it.each(refusedByBoth)('refuses $what', async ({ keys, world, message, ...names }) => {
    const { endpoint } = await standIn(world)
    const asking: Asking = { endpoint, ...(keys === undefined ? {} : { keys }) }
    const text: unknown = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await refusalOf(whoAmI(asking))).toEqual({ name: names.sts, status: 403, message: text })
    expect(await refusalOf(decrypt(asking))).toEqual({ name: names.kms, status: 400, message: text })
  })

  it('refuses a signature for the other service', async () => {
    const { endpoint } = await standIn()
    const { headers } = await signedDecrypt(endpoint)
    const { authorization = '', 'x-amz-date': date = '' } = headers
    const answer = await post(endpoint, { authorization, 'x-amz-date': date }, 'Action=GetCallerIdentity')
    expect(answer.status).toBe(403)
    expect(answer.text).toContain("Credential should be scoped to correct service: 'sts'")
  })

  it('asks an unsigned request for its signature', async () => {
    const { endpoint } = await standIn()
    const answer = await post(endpoint, {}, 'Action=GetCallerIdentity&Version=2011-06-15')
    expect(answer).toMatchObject({ status: 403, type: 'text/xml' })
    expect(answer.text).toContain('<Code>MissingAuthenticationToken</Code>')
  })

  it('refuses a body or a header that is not the one that was signed', async () => {
    const { endpoint } = await standIn()
    const { headers, body } = await signedDecrypt(endpoint)
    expect(await post(endpoint, headers, body)).toMatchObject({ status: 200 })
    const otherBody = await post(endpoint, headers, body.replace('AQIC', 'AQID'))
    const otherHeader = await post(endpoint, { ...headers, 'x-amz-user-agent': 'somebody else' }, body)
    for (const { status, text } of [otherBody, otherHeader]) {
      expect(status).toBe(400)
      expect(JSON.parse(text)).toMatchObject({ __type: 'InvalidSignatureException' })
    }
  })

  it('quotes what it would have signed, session token included, where KMS does', async () => {
    const { endpoint } = await standIn()
    const keys = { ...session, secretAccessKey: aliceKeys.secretAccessKey }
    expect((await refusalOf(decrypt({ endpoint, keys }))).message).toContain(session.sessionToken)
    expect((await refusalOf(whoAmI({ endpoint, keys }))).message).not.toContain(session.sessionToken)
  })

  it('does not know what it was not asked to learn', async () => {
    const { endpoint } = await standIn()
    const unknown = kms({ endpoint }).send(new DescribeKeyCommand({ KeyId: key.arn }))
    expect(await refusalOf(unknown)).toMatchObject({ name: 'UnknownOperationException', status: 400 })
  })
})

const flipped = Buffer.from(blob)
flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1)
const elsewhere =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'

describe('what KMS refuses', () => {
  it.each<[what: string, input: Parameters<typeof decrypt>[1], name: string, message: string]>([
    [
      'a key that the caller may not use, named',
      { CiphertextBlob: encryptUnder(forbiddenKey, masterKey), KeyId: forbiddenKey.arn },
      'AccessDeniedException',
      `User: ${alice} is not authorized to perform: kms:Decrypt on resource: ${forbiddenKey.arn} because no identity-based policy allows the kms:Decrypt action`,
    ],
    [
      'a key that the caller may not use, not named',
      { CiphertextBlob: encryptUnder(forbiddenKey, masterKey) },
      'AccessDeniedException',
      `User: ${alice} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`,
    ],
    [
      'a key of another account',
      { CiphertextBlob: encryptUnder(foreignKey, masterKey) },
      'AccessDeniedException',
      `User: ${alice} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    ],
    [
      'a ciphertext of another region',
      { CiphertextBlob: encryptUnder(farKey, masterKey) },
      'AccessDeniedException',
      elsewhere,
    ],
    [
      'the id of a key of another region',
      { KeyId: farKey.arn.slice(farKey.arn.lastIndexOf('/') + 1) },
      'NotFoundException',
      `Key '${farKey.arn.replace('eu-west-1', 'us-east-1')}' does not exist`,
    ],
    [
      'the ARN of a key of another region',
      { KeyId: farKey.arn },
      'NotFoundException',
      'Invalid arn eu-west-1',
    ],
    [
      'a key that did not make the ciphertext',
      { KeyId: otherKey.arn },
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    ],
    [
      'a disabled key',
      { CiphertextBlob: encryptUnder(disabledKey, masterKey) },
      'DisabledException',
      `${disabledKey.arn} is disabled.`,
    ],
    [
      'a key that is to be deleted',
      { CiphertextBlob: encryptUnder(dyingKey, masterKey) },
      'KMSInvalidStateException',
      `${dyingKey.arn} is pending deletion.`,
    ],
    // Without a text in the answer, the SDK has one of its own.
    [
      'what is no ciphertext',
      { CiphertextBlob: Buffer.from('garbage') },
      'InvalidCiphertextException',
      'UnknownError',
    ],
    ['a flipped bit', { CiphertextBlob: flipped }, 'InvalidCiphertextException', 'UnknownError'],
    [
      'an encryption context that was not there',
      { EncryptionContext: { purpose: 'test' } },
      'InvalidCiphertextException',
      'UnknownError',
    ],
  ])('refuses %s', async (_, input, name, message) => {
    expect(await refusalOf(decrypt(await standIn(), input))).toEqual({ name, message, status: 400 })
  })
})

const notAuthorized = (role: string, who = alice) =>
  `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${role}`
const rightCode = nextCodes(device, 1)[0]
const wrongCode = rightCode === '000000' ? '000001' : '000000'
const guarded = { ExternalId: 'restore-drill', SerialNumber: device.serial, TokenCode: rightCode }

describe('which roles STS refuses', () => {
  it.each<[what: string, role: string, input: Parameters<typeof assume>[2], name: string, message: string]>([
    ['a role that is not there', `${plainRole}er`, {}, 'AccessDenied', notAuthorized(`${plainRole}er`)],
    ['a role that trusts somebody else', strangersRole, {}, 'AccessDenied', notAuthorized(strangersRole)],
    [
      'a missing external ID',
      guardedRole,
      { ...guarded, ExternalId: undefined },
      'AccessDenied',
      notAuthorized(guardedRole),
    ],
    [
      'a wrong external ID',
      guardedRole,
      { ...guarded, ExternalId: 'other' },
      'AccessDenied',
      notAuthorized(guardedRole),
    ],
    [
      'a missing MFA code',
      guardedRole,
      { ExternalId: 'restore-drill' },
      'AccessDenied',
      notAuthorized(guardedRole),
    ],
    [
      'an MFA device without a code',
      guardedRole,
      { ...guarded, TokenCode: undefined },
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    ],
    [
      'the MFA device of somebody else',
      guardedRole,
      { ...guarded, SerialNumber: 'arn:aws:iam::111122223333:mfa/bob' },
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    ],
    [
      'a wrong MFA code',
      guardedRole,
      { ...guarded, TokenCode: wrongCode },
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    ],
    [
      'an MFA code of letters',
      guardedRole,
      { ...guarded, TokenCode: 'abc' },
      'ValidationError',
      String.raw`2 validation errors detected: Value 'abc' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\d]*; Value 'abc' at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6`,
    ],
    [
      'the roleId of an Atlas project',
      '65f1c0ffee5eed0123456789',
      {},
      'ValidationError',
      '65f1c0ffee5eed0123456789 is invalid',
    ],
    ['the ARN of a user', alice, {}, 'ValidationError', `${alice} is invalid`],
    [
      'an ARN that is too short',
      'arn:aws:iam',
      {},
      'ValidationError',
      "1 validation error detected: Value 'arn:aws:iam' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
    [
      'a session name with a space in it',
      plainRole,
      { RoleSessionName: 'a b' },
      'ValidationError',
      String.raw`1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    ],
    [
      'less than a quarter of an hour',
      plainRole,
      { DurationSeconds: 899 },
      'ValidationError',
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      'more than half a day',
      plainRole,
      { DurationSeconds: 43_201 },
      'ValidationError',
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [
      'more than the role grants',
      plainRole,
      { DurationSeconds: 7201 },
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
  ])('refuses %s', async (_, role, input, name, message) => {
    const status = name === 'AccessDenied' ? 403 : 400
    expect(await refusalOf(assume(await standIn(), role, input))).toEqual({ name, message, status })
  })

  it('refuses more than an hour where one role assumes another', async () => {
    const { endpoint } = await standIn()
    expect(
      await refusalOf(assume({ endpoint, keys: session }, chainedRole, { DurationSeconds: 3601 })),
    ).toEqual({
      name: 'ValidationError',
      status: 400,
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
  })

  it('takes an MFA code once', async () => {
    const aws = await standIn()
    const [first, second] = nextCodes(device, 2)
    await assume(aws, guardedRole, { ...guarded, TokenCode: first })
    const again = await refusalOf(assume(aws, guardedRole, { ...guarded, TokenCode: first }))
    expect(again.message).toBe('MultiFactorAuthentication failed with invalid MFA one time pass code. ')
    expect((await assume(aws, guardedRole, { ...guarded, TokenCode: second })).Credentials).toBeDefined()
  })
})

describe('how it misbehaves when told to', () => {
  it.each([
    ['throttled', 'Throttling', 400, 'ThrottlingException', 400],
    ['failing', 'InternalFailure', 500, 'KMSInternalException', 500],
    ['key-unavailable', 'ServiceUnavailable', 503, 'KeyUnavailableException', 500],
    ['key-disabled', 'ServiceUnavailable', 503, 'DisabledException', 400],
    ['dependency-timeout', 'ServiceUnavailable', 503, 'DependencyTimeoutException', 503],
  ] as const)('refuses as %s', async (as, stsName, stsStatus, kmsName, kmsStatus) => {
    const aws = await standIn(
      faulty({ service: 'sts', does: 'refuse', as }, { service: 'kms', does: 'refuse', as }),
    )
    expect(await refusalOf(whoAmI(aws))).toMatchObject({ name: stsName, status: stsStatus })
    expect(await refusalOf(decrypt(aws))).toMatchObject({ name: kmsName, status: kmsStatus })
  })

  it('throttles as many requests as it is told, and no more', async () => {
    const aws = await standIn(faulty({ service: 'kms', does: 'refuse', as: 'throttled', times: 2 }))
    expect((await refusalOf(decrypt(aws))).name).toBe('ThrottlingException')
    expect((await refusalOf(decrypt(aws))).name).toBe('ThrottlingException')
    expect((await decrypt(aws)).KeyId).toBe(key.arn)
  })

  it('is outlived by the SDK when it throttles once', async () => {
    const { endpoint } = await standIn(faulty({ service: 'kms', does: 'refuse', as: 'throttled', times: 1 }))
    const { $metadata } = await decrypt({ endpoint, attempts: 3 })
    expect($metadata.attempts).toBe(2)
  })

  it('hangs', async () => {
    const aws = await standIn(faulty({ service: 'kms', does: 'hang' }))
    expect((await refusalOf(decrypt(aws))).name).toBe('TimeoutError')
    // One service hangs, the other does not.
    expect((await whoAmI(aws)).Arn).toBe(alice)
  })

  it('resets the connection', async () => {
    const aws = await standIn(faulty({ service: 'kms', does: 'reset', times: 1 }))
    expect((await refusalOf(decrypt(aws))).message).toMatch(/socket hang up|ECONNRESET/)
    expect((await decrypt(aws)).KeyId).toBe(key.arn)
  })

  it('answers late', async () => {
    const { endpoint } = await standIn(faulty({ service: 'kms', does: 'delay', millis: 120 }))
    const asked = performance.now()
    expect((await decrypt({ endpoint })).KeyId).toBe(key.arn)
    expect(performance.now() - asked).toBeGreaterThan(110)
  })

  it('lets the SDK set its clock by the answers', async () => {
    const { endpoint } = await standIn({ clockOffset: -hour })
    expect((await decrypt({ endpoint, attempts: 2 })).KeyId).toBe(key.arn)
    expect((await whoAmI({ endpoint, attempts: 2 })).Arn).toBe(alice)
  })

  it('cuts off who is still waiting when it closes', async () => {
    const aws = await standIn(faulty({ service: 'sts', does: 'hang' }))
    const waiting = refusalOf(fetch(aws.endpoint, { method: 'POST', body: 'Action=GetCallerIdentity' }))
    await aws.close()
    expect((await waiting).message).toBe('fetch failed')
  })
})

function unknown() {
  return { sts: 'InvalidClientTokenId', kms: 'UnrecognizedClientException', message: invalidToken }
}

function withoutToken({ accessKeyId, secretAccessKey }: Keys): Keys {
  return { accessKeyId, secretAccessKey }
}

function keysOf(credentials: Awaited<ReturnType<typeof assume>>['Credentials']) {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  }
}
