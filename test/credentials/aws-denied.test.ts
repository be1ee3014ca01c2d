import { describe, expect, test } from 'vitest'
import { denialIn } from '../../src/credentials/aws/denial.ts'
import { diagnose } from '../../src/credentials/diagnose.ts'
import type { Circumstances } from '../../src/credentials/diagnosis.ts'
import { ownAwsFailure } from '../../src/kms/aws-failure.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import { Secret } from '../../src/lib/secret.ts'

const caller = { principal: 'arn:aws:iam::111122223333:user/operator' }
const keyArn = 'arn:aws:kms:us-east-1:444455556666:key/1234'
const roleArn = 'arn:aws:iam::444455556666:role/restore'
const credentials: AwsCredentials = {
  provider: 'aws',
  accessKeyId: new Secret('AKIAIOSFODNN7EXAMP7Q'),
  secretAccessKey: new Secret('canary-secret'),
  region: 'us-east-1',
}
const known: Circumstances = {
  key: { keyId: 'k1', provider: 'aws', metadataPath: '/db/cloudProviderCredentials/k1.aws.metadata' },
  credentials,
  caller,
  keyName: undefined,
}

// As AWS words it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, and
// https://github.com/jbrt/ec2cryptomatic/issues/26 for the one of a key's policy.
const onKey = `User: ${caller.principal} is not authorized to perform: kms:Decrypt on resource: ${keyArn}`
const onRole = `User: ${caller.principal} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`

describe('which policy stands in the way', () => {
  test.each([
    [onKey, 'unsaid'],
    [`${onKey} because no identity-based policy allows the kms:Decrypt action`, 'own'],
    [`${onKey} because no session policy allows the kms:Decrypt action`, 'own'],
    [`${onKey} because no permissions boundary allows the kms:Decrypt action`, 'own'],
    [`${onKey} because no resource-based policy allows the kms:Decrypt action`, 'of-the-resource'],
    [`${onRole} because no role trust policy allows the sts:AssumeRole action`, 'of-the-resource'],
    [`${onKey} with an explicit deny in a service control policy`, 'forbidding'],
    [`${onKey} with an explicit deny in an identity-based policy`, 'forbidding'],
    [`${onKey} because no service control policy allows the kms:Decrypt action`, 'forbidding'],
  ])('%s: %s', (text, policy) => {
    expect(denialIn(text).policy).toBe(policy)
  })

  test('and what it protects, where AWS names it', () => {
    expect(denialIn(onKey).resource).toBe(keyArn)
    expect(denialIn('Access denied').resource).toBeUndefined()
  })
})

function denied(operation: string, text: string, more: Partial<Circumstances> = {}) {
  const failure = ownAwsFailure({ class: 'permission', reason: 'not-authorized', operation }, text)
  return diagnose(failure, { ...known, ...more })
}

const statementIn = (json: string | undefined) => {
  const policy = JSON.parse(json ?? '{}') as { Statement?: readonly unknown[] }
  return policy.Statement?.[0] ?? policy
}

describe('the policy that is shown for copying', () => {
  test('is the smallest one for the caller, for the key that AWS names', () => {
    const failure = denied('kms:Decrypt', `${onKey} because no identity-based policy allows it`)
    expect(failure).toMatchObject({ code: 'CRED-006', message: expect.stringContaining(keyArn) as string })
    expect(statementIn(failure.byHand)).toMatchObject({ Action: 'kms:Decrypt', Resource: keyArn })
  })

  test('leaves open what nobody names', () => {
    const failure = denied('kms:Decrypt', 'Access denied: not authorized to perform kms:Decrypt')
    expect(statementIn(failure.byHand)).toMatchObject({
      Resource: 'arn:aws:kms:us-east-1:ACCOUNT:key/KEY-ID',
    })
  })

  test('is a statement for the key’s policy where that is what lacks, with the caller in it', () => {
    const failure = denied('kms:Decrypt', `${onKey} because no resource-based policy allows it`)
    expect(statementIn(failure.byHand)).toMatchObject({ Principal: { AWS: caller.principal } })
    expect(failure.remedy).toContain('the key’s policy')
  })

  test('is none where something forbids it', () => {
    const failure = denied('kms:Decrypt', `${onKey} with an explicit deny in a service control policy`)
    expect(failure.byHand).toBeUndefined()
    expect(failure.remedy).toContain('no permission outdoes')
  })

  test('is the trust policy of a role, on the conditions that were given, where AWS does not say why', () => {
    const role = { arn: roleArn, externalId: 'drill', mfa: 'required' } as const
    const failure = denied('sts:AssumeRole', onRole, { role })
    expect(failure).toMatchObject({
      code: 'CRED-014',
      message: `AWS does not let ${caller.principal} assume ${roleArn}: the role does not exist, does not trust the caller, or asks for another external ID or for MFA`,
    })
    expect(statementIn(failure.byHand)).toMatchObject({
      Principal: { AWS: caller.principal },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': 'drill' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    })
  })

  test('is one for the caller where AWS says that their own policies lack it', () => {
    const role = { arn: roleArn, externalId: undefined, mfa: 'not-required' } as const
    const failure = denied('sts:AssumeRole', `${onRole} because no identity-based policy allows it`, { role })
    expect(failure.message).toBe(`AWS does not let ${caller.principal} assume ${roleArn}`)
    expect(statementIn(failure.byHand)).toMatchObject({ Action: 'sts:AssumeRole', Resource: roleArn })
  })

  test('is left out where nobody knows for whom it would be', () => {
    const role = { arn: roleArn, externalId: undefined, mfa: 'not-required' } as const
    expect(denied('sts:AssumeRole', onRole, { role, caller: undefined }).byHand).toBeUndefined()
  })
})

test('a key whose ARN names another region is looked for there, however AWS words it', () => {
  const failure = ownAwsFailure(
    { class: 'configuration', reason: 'key-not-found', operation: 'kms:Decrypt' },
    'Invalid arn eu-west-1',
  )
  const keyName = keyArn.replace('us-east-1', 'eu-west-1')
  expect(diagnose(failure, { ...known, keyName })).toMatchObject({
    code: 'CRED-008',
    remedy: 'Ask there: --region eu-west-1',
  })
})

test('the profile is named where its keys are not known, and in the command that mends it', () => {
  const more = { credentials: undefined, caller: undefined, profile: 'my restore' }
  const stale = ownAwsFailure({ class: 'stale', reason: 'wrong-secret', operation: 'sts:AssumeRole' }, 'x')
  expect(diagnose(stale, { ...known, ...more }).message).toContain('access key of profile my restore')
  const sso = ownAwsFailure({ class: 'missing', reason: 'sso-expired', operation: 'credentials' }, 'x')
  expect(diagnose(sso, { ...known, ...more }).remedy).toContain("aws sso login --profile 'my restore'")
})
