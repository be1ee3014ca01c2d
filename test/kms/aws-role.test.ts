import { afterEach, beforeEach, expect, test } from 'vitest'
import { assumeRole } from '../../src/kms/aws-role.ts'
import { Secret } from '../../src/lib/secret.ts'
import { issuedKeys, keysFor, startAwsServer, stsAnswer, type AwsServer } from './aws-server.ts'

const signal = new AbortController().signal
const arn = 'arn:aws:sts::111122223333:assumed-role/restore/snapthaw-3f2a'
const request = {
  roleArn: 'arn:aws:iam::111122223333:role/restore',
  sessionName: 'snapthaw-3f2a',
  durationSeconds: 3600,
}

let aws: AwsServer
beforeEach(async () => {
  const keys = { id: 'ASIAISSUED', arn, expiration: '2026-01-01T01:00:00Z' }
  aws = await startAwsServer(() => issuedKeys('AssumeRole', keys))
})
afterEach(() => aws.close())

test('a role’s keys come with their token, their end and their ARN, for the region and endpoints of the base', async () => {
  const { credentials, expiration, arn: assumed } = await assumeRole(keysFor(aws), request, signal)
  expect(credentials).toMatchObject({
    provider: 'aws',
    region: 'us-east-1',
    kmsEndpoint: aws.url,
    stsEndpoint: aws.url,
  })
  expect(credentials.accessKeyId.reveal()).toBe('ASIAISSUED')
  expect(credentials.secretAccessKey.reveal()).toBe('issued-secret')
  expect(credentials.sessionToken.reveal()).toBe('issued-token')
  expect(expiration).toEqual(new Date('2026-01-01T01:00:00Z'))
  expect(assumed).toBe(arn)
})

test('STS is told the role, the session name and the duration, and nothing that was not given', async () => {
  await assumeRole(keysFor(aws), request, signal)
  expect(aws.requests[0]?.parameters).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: request.roleArn,
    RoleSessionName: 'snapthaw-3f2a',
    DurationSeconds: '3600',
  })
})

test('the external id and the MFA code go along where they are given', async () => {
  const mfa = { serial: 'arn:aws:iam::111122223333:mfa/operator', code: new Secret('123456') }
  await assumeRole(keysFor(aws), { ...request, externalId: 'from-atlas', mfa }, signal)
  expect(aws.requests[0]?.parameters).toMatchObject({
    ExternalId: 'from-atlas',
    SerialNumber: mfa.serial,
    TokenCode: '123456',
  })
})

test('a role can be assumed with a role’s keys', async () => {
  const first = await assumeRole(keysFor(aws), request, signal)
  await assumeRole(first.credentials, { ...request, roleArn: 'arn:aws:iam::444455556666:role/next' }, signal)
  expect(aws.requests[1]?.headers['x-amz-security-token']).toBe('issued-token')
})

test('an answer with half of the keys is not taken for keys', async () => {
  aws.answer = () =>
    stsAnswer('AssumeRole', '<Credentials><AccessKeyId>ASIAISSUED</AccessKeyId></Credentials>')
  await expect(assumeRole(keysFor(aws), request, signal)).rejects.toMatchObject({ reason: 'not-the-cloud' })
})
