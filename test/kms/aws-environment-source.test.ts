import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { environmentCredentials } from '../../src/kms/aws-environment-source.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { createAwsHome, type AwsHome } from './aws-home.ts'
import { issuedKeys, listening, startAwsServer } from './aws-server.ts'

const signal = new AbortController().signal

let home: AwsHome
beforeEach(async () => void (home = await createAwsHome()))
afterEach(() => home.remove())

function resolve(more: Environment, stsEndpoint?: string) {
  const environment = { ...home.environment, ...more }
  return environmentCredentials(
    { environment, region: 'eu-west-1', sessionName: 'snapthaw-1', stsEndpoint },
    signal,
  )
}

test('keys in variables come first, with token and end', async () => {
  const { credentials, origin, expiration } = await resolve({
    AWS_ACCESS_KEY_ID: 'ASIAENV',
    AWS_SECRET_ACCESS_KEY: 'env-secret',
    AWS_SESSION_TOKEN: 'env-token',
    AWS_CREDENTIAL_EXPIRATION: '2030-01-01T00:00:00Z',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere',
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod',
  })
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  expect([accessKeyId, secretAccessKey, sessionToken].map(each => each?.reveal())).toEqual([
    'ASIAENV',
    'env-secret',
    'env-token',
  ])
  expect(origin).toBe('AWS_ACCESS_KEY_ID')
  expect(expiration).toEqual(new Date('2030-01-01T00:00:00Z'))
})

test('a web identity token comes next', async () => {
  const arn = 'arn:aws:sts::1:assumed-role/pod/s'
  const aws = await startAwsServer(() =>
    issuedKeys('AssumeRoleWithWebIdentity', { id: 'ASIAPOD', arn, expiration: '2030-01-01T00:00:00Z' }),
  )
  const token = join(home.folder, 'token')
  await writeFile(token, 'the-web-token')
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod',
    AWS_ROLE_SESSION_NAME: 'pod-7',
  }
  const { credentials, origin } = await resolve(variables, aws.url)
  await aws.close()
  expect(credentials.accessKeyId.reveal()).toBe('ASIAPOD')
  expect(origin).toBe('web identity token')
  expect(aws.requests[0]?.parameters).toMatchObject({
    WebIdentityToken: 'the-web-token',
    RoleSessionName: 'pod-7',
  })
})

test('then the role of the container, asked with its token', async () => {
  const container: Server = createServer((request, response) => {
    response.statusCode = request.headers.authorization === 'the-pod-token' ? 200 : 401
    response.end(
      JSON.stringify({
        AccessKeyId: 'ASIAECS',
        SecretAccessKey: 's',
        Token: 't',
        Expiration: '2030-01-01T00:00:00Z',
      }),
    )
  })
  const { credentials, origin } = await resolve({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${await listening(container)}/role`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the-pod-token',
  })
  container.close()
  expect(credentials.accessKeyId.reveal()).toBe('ASIAECS')
  expect(credentials.region).toBe('eu-west-1')
  expect(origin).toBe('role of this container')
})

test('then the role of the instance', async () => {
  const instance = createServer((request, response) => {
    const answers: Readonly<Record<string, string>> = {
      '/latest/api/token': 'imds-token',
      '/latest/meta-data/iam/security-credentials/': 'restore-role',
      '/latest/meta-data/iam/security-credentials/restore-role': JSON.stringify({
        Code: 'Success',
        AccessKeyId: 'ASIAEC2',
        SecretAccessKey: 's',
        Token: 't',
        Expiration: '2030-01-01T00:00:00Z',
      }),
    }
    response.end(answers[request.url ?? ''])
  })
  // The SDK takes the address of the service from the process itself, so this is one of its own.
  const env = {
    HOME: home.folder,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${await listening(instance)}`,
  }
  const script = join(import.meta.dirname, 'fixtures', 'environment-keys.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env })
  instance.closeAllConnections()
  instance.close()
  expect(JSON.parse(stdout)).toEqual({ accessKeyId: 'ASIAEC2', origin: 'role of this instance' })
})

test('an environment without any says what was looked for', async () => {
  await expect(resolve({ AWS_ACCESS_KEY_ID: 'AKIAHALF' })).rejects.toMatchObject({
    class: 'missing',
    reason: 'no-credentials',
    message:
      'This environment has no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set; ' +
      'AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set; there is no container role; ' +
      'no instance metadata service answers',
  })
})
