import { describe, expect, test } from 'vitest'
import {
  assumeRolePolicy,
  decryptPolicy,
  roleArnProblem,
  trustablePrincipal,
  trustPolicy,
  whoTrustsWhom,
} from '../../src/credentials/aws/advice.ts'

const caller = { principal: 'arn:aws:iam::111122223333:user/operator' }
const roleArn = 'arn:aws:iam::444455556666:role/restore'

describe('the policies for copying', () => {
  test('allow kms:Decrypt on the key and nothing else', () => {
    const keyArn = 'arn:aws:kms:us-east-1:444455556666:key/1234'
    expect(JSON.parse(decryptPolicy({ keyArn }))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'OpenSnapshot', Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn }],
    })
  })

  test('leave in capitals what is not known', () => {
    expect(decryptPolicy({ region: 'eu-west-1' })).toContain('"arn:aws:kms:eu-west-1:ACCOUNT:key/KEY-ID"')
    expect(decryptPolicy({})).toContain('"arn:aws:kms:REGION:ACCOUNT:key/KEY-ID"')
  })

  test('allow sts:AssumeRole on the role and nothing else', () => {
    expect(JSON.parse(assumeRolePolicy(roleArn))).toMatchObject({
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn }],
    })
  })

  test('have the role trust the caller, on its conditions', () => {
    expect(JSON.parse(trustPolicy(caller, { mfa: 'not-required' }))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'SnapshotRestore',
          Effect: 'Allow',
          Principal: { AWS: caller.principal },
          Action: 'sts:AssumeRole',
        },
      ],
    })
    expect(JSON.parse(trustPolicy(caller, { externalId: 'from-atlas', mfa: 'required' }))).toMatchObject({
      Statement: [
        {
          Condition: {
            StringEquals: { 'sts:ExternalId': 'from-atlas' },
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          },
        },
      ],
    })
  })
})

test.each([
  [caller.principal, caller.principal],
  ['arn:aws:sts::111122223333:assumed-role/admin/session-1', 'arn:aws:iam::111122223333:role/admin'],
  [
    'arn:aws-cn:sts::111122223333:assumed-role/admin/me@example.com',
    'arn:aws-cn:iam::111122223333:role/admin',
  ],
])('a trust policy names %s as %s', (arn, principal) => {
  expect(trustablePrincipal(arn)).toBe(principal)
})

test('who trusts whom names both sides', () => {
  const text = whoTrustsWhom(caller, roleArn).join('\n')
  expect(text).toContain(caller.principal)
  expect(text).toContain(roleArn)
  expect(text).toContain('the external ID of Atlas')
})

describe('the ARN of a role', () => {
  test.each([
    roleArn,
    'arn:aws:iam::444455556666:role/teams/data/restore',
    'arn:aws-us-gov:iam::444455556666:role/r',
  ])('may be %s', arn => {
    expect(roleArnProblem(arn)).toBeUndefined()
  })

  test.each([
    ['5f1e2d3c4b5a69788796a5b4', 'This is a roleId of Atlas, which AWS does not know'],
    ['arn:aws:sts::1:assumed-role/restore/me', 'This is a session of a role'],
    ['arn:aws:iam::444455556666:user/me', 'The ARN of a role looks like'],
    ['restore', 'The ARN of a role looks like'],
    ['', 'The ARN of a role looks like'],
  ])('is not %o: %s', (text, problem) => {
    expect(roleArnProblem(text)).toContain(problem)
  })
})
