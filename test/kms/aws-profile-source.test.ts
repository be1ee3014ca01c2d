import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { profileCredentials } from '../../src/kms/aws-profile-source.ts'
import type { FoundCredentials, SourceRequest } from '../../src/kms/aws-source.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createAwsHome, type AwsHome } from './aws-home.ts'
import { issuedKeys, startAwsServer, type AwsServer } from './aws-server.ts'

const signal = new AbortController().signal

let home: AwsHome
let aws: AwsServer
beforeEach(async () => {
  home = await createAwsHome()
  aws = await startAwsServer(({ operation, parameters }) =>
    issuedKeys(operation.replace('sts:', ''), {
      id: 'ASIAISSUED',
      arn: String(parameters.RoleArn).replace(':role/', ':assumed-role/') + '/session',
      expiration: '2030-01-01T00:00:00Z',
    }),
  )
  await home.writeCredentials(
    '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\nregion = eu-west-1\n',
  )
})
afterEach(async () => {
  await aws.close()
  await home.remove()
})

function resolve(name: string, more: Partial<SourceRequest> = {}): Promise<FoundCredentials> {
  const request = {
    environment: home.environment,
    region: 'US_EAST_1',
    stsEndpoint: aws.url,
    sessionName: 'snapthaw-1',
  }
  return profileCredentials(name, { ...request, ...more }, signal)
}

/** What a found set of keys is, in the clear. */
function clear({ credentials, origin, expiration }: FoundCredentials) {
  const { accessKeyId, secretAccessKey, sessionToken, region } = credentials
  return {
    keys: [accessKeyId.reveal(), secretAccessKey.reveal(), sessionToken?.reveal()],
    region,
    origin,
    expiration,
  }
}

describe('keys', () => {
  test('are those of the file, for the region of the key', async () => {
    expect(clear(await resolve('base'))).toEqual({
      keys: ['AKIABASE', 'base-secret', undefined],
      region: 'us-east-1',
      origin: 'profile base',
      expiration: undefined,
    })
  })

  test('are for the profile’s region, or the environment’s, where nobody knows the key’s', async () => {
    expect((await resolve('base', { region: undefined })).credentials.region).toBe('eu-west-1')
    await home.writeCredentials('[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n')
    const environment = { ...home.environment, AWS_DEFAULT_REGION: 'ap-south-1' }
    expect((await resolve('base', { region: undefined, environment })).credentials.region).toBe('ap-south-1')
    await expect(resolve('base', { region: undefined })).rejects.toMatchObject({ reason: 'region-missing' })
  })

  test('come with their session token', async () => {
    await home.writeCredentials(
      '[s]\naws_access_key_id = ASIA\naws_secret_access_key = x\naws_session_token = the-token\n',
    )
    expect((await resolve('s')).credentials.sessionToken?.reveal()).toBe('the-token')
  })
})

describe('a role', () => {
  test('is assumed with the keys of its source profile', async () => {
    await home.writeConfig(`
[profile admin]
role_arn = arn:aws:iam::111122223333:role/admin
source_profile = base
external_id = ext
duration_seconds = 1800
`)
    expect(clear(await resolve('admin'))).toEqual({
      keys: ['ASIAISSUED', 'issued-secret', 'issued-token'],
      region: 'us-east-1',
      origin: 'profile admin',
      expiration: new Date('2030-01-01T00:00:00Z'),
    })
    const [request] = aws.requests
    expect(request?.headers.authorization).toContain('Credential=AKIABASE/')
    expect(request?.parameters).toMatchObject({
      RoleArn: 'arn:aws:iam::111122223333:role/admin',
      RoleSessionName: 'snapthaw-1',
      ExternalId: 'ext',
      DurationSeconds: '1800',
    })
  })

  test('may be reached through another role', async () => {
    await home.writeConfig(`
[profile first]
role_arn = arn:aws:iam::1:role/first
source_profile = base
role_session_name = mine
[profile second]
role_arn = arn:aws:iam::2:role/second
source_profile = first
`)
    await resolve('second')
    expect(aws.requests.map(({ parameters }) => [parameters.RoleArn, parameters.RoleSessionName])).toEqual([
      ['arn:aws:iam::1:role/first', 'mine'],
      ['arn:aws:iam::2:role/second', 'snapthaw-1'],
    ])
    expect(aws.requests[1]?.headers['x-amz-security-token']).toBe('issued-token')
  })

  test('may be assumed with the profile’s own keys', async () => {
    await home.writeConfig('[profile base]\nrole_arn = arn:aws:iam::1:role/own\nsource_profile = base\n')
    expect(clear(await resolve('base')).keys[0]).toBe('ASIAISSUED')
    expect(aws.requests[0]?.headers.authorization).toContain('Credential=AKIABASE/')
  })

  test('may be assumed with the keys of the given environment, whatever this process has', async () => {
    await home.writeConfig('[profile e]\nrole_arn = arn:aws:iam::1:role/e\ncredential_source = Environment\n')
    await expect(resolve('e')).rejects.toMatchObject({ reason: 'profile-unusable' })
    const environment = { ...home.environment, AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'x' }
    await resolve('e', { environment })
    expect(aws.requests[0]?.headers.authorization).toContain('Credential=AKIAENV/')
  })

  test('asks for the code of its MFA device, and says so where nobody can be asked', async () => {
    await home.writeConfig(`
[profile admin]
role_arn = arn:aws:iam::1:role/admin
source_profile = base
mfa_serial = arn:aws:iam::1:mfa/me
`)
    const asked: string[] = []
    await resolve('admin', {
      mfaCode: serial => {
        asked.push(serial)
        return Promise.resolve(new Secret('654321'))
      },
    })
    expect(asked).toEqual(['arn:aws:iam::1:mfa/me'])
    expect(aws.requests[0]?.parameters).toMatchObject({
      SerialNumber: 'arn:aws:iam::1:mfa/me',
      TokenCode: '654321',
    })
    await expect(resolve('admin')).rejects.toMatchObject({ reason: 'mfa-needed' })
  })

  test('that leads in a circle is told', async () => {
    await home.writeConfig(`
[profile a]
role_arn = arn:aws:iam::1:role/a
source_profile = b
[profile b]
role_arn = arn:aws:iam::1:role/b
source_profile = a
`)
    await expect(resolve('a')).rejects.toThrow('The AWS profiles a, b lead to each other in a circle')
  })
})

describe('a program', () => {
  const printing = (keys: Readonly<Record<string, unknown>>) =>
    writeFile(join(home.folder, 'keys.json'), JSON.stringify(keys)).then(() =>
      home.writeConfig('[profile vault]\ncredential_process = cat "$HOME/keys.json"\n'),
    )

  test('prints the keys, and runs in the given environment', async () => {
    await printing({
      Version: 1,
      AccessKeyId: 'ASIAP',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: '2030-01-01T00:00:00Z',
    })
    const { keys, expiration } = clear(await resolve('vault'))
    expect(keys).toEqual(['ASIAP', 's', 't'])
    expect(expiration).toEqual(new Date('2030-01-01T00:00:00Z'))
  })

  test('that prints keys which are over is told', async () => {
    await printing({
      Version: 1,
      AccessKeyId: 'ASIAP',
      SecretAccessKey: 's',
      Expiration: '2020-01-01T00:00:00Z',
    })
    await expect(resolve('vault')).rejects.toMatchObject({ class: 'stale', reason: 'expired' })
  })

  test.each([
    ['prints something else', 'echo canary-output', 'printed no credentials of Version 1'],
    ['fails', 'echo canary-output >&2; exit 3', 'ended with code 3'],
  ])('that %s is told, and what it printed is not', async (_, command, message) => {
    await home.writeConfig(`[profile vault]\ncredential_process = ${command}\n`)
    const error: unknown = await resolve('vault').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      class: 'missing',
      reason: 'process-failed',
      message: expect.stringContaining(message) as string,
    })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary')
  })

  test('is stopped with the signal', async () => {
    const cancel = new AbortController()
    await home.writeConfig('[profile vault]\ncredential_process = touch "$HOME/begun" && sleep 60\n')
    const request = { environment: home.environment, region: 'us-east-1', sessionName: 's' }
    const waiting = profileCredentials('vault', request, cancel.signal)
    cancel.abort()
    await expect(waiting).rejects.toMatchObject({ reason: 'cancelled' })
  })
})

test('a web identity token is exchanged for keys, at the given STS', async () => {
  const token = join(home.folder, 'token')
  await writeFile(token, 'the-web-token')
  await home.writeConfig(
    `[profile pod]\nrole_arn = arn:aws:iam::1:role/pod\nweb_identity_token_file = ${token}\n`,
  )
  expect(clear(await resolve('pod')).keys[0]).toBe('ASIAISSUED')
  expect(aws.requests[0]).toMatchObject({
    operation: 'sts:AssumeRoleWithWebIdentity',
    parameters: { WebIdentityToken: 'the-web-token', RoleSessionName: 'snapthaw-1' },
  })
})

describe('SSO', () => {
  const profile = `
[profile people]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Restore
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`

  test('that nobody is signed in to says how to sign in', async () => {
    await home.writeConfig(profile)
    await expect(resolve('people')).rejects.toMatchObject({ class: 'missing', reason: 'sso-expired' })
  })

  test('gives the role’s keys to whoever is signed in', async () => {
    await home.writeConfig(profile)
    await home.writeSsoToken('corp', { accessToken: 'signed-in', expiresAt: '2030-01-01T00:00:00Z' })
    aws.answer = ({ headers }) => ({
      status: headers['x-amz-sso_bearer_token'] === 'signed-in' ? 200 : 401,
      body: JSON.stringify({
        roleCredentials: {
          accessKeyId: 'ASIASSO',
          secretAccessKey: 's',
          sessionToken: 't',
          expiration: 1893456000000,
        },
      }),
    })
    // The SDK keeps sign-ins in the home of the process itself, so this is one of its own.
    const script = join(import.meta.dirname, 'fixtures', 'profile-keys.ts')
    const env = { ...home.environment, AWS_ENDPOINT_URL_SSO: aws.url }
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'people'], { env })
    expect(JSON.parse(stdout)).toEqual({ accessKeyId: 'ASIASSO', expiration: '2030-01-01T00:00:00.000Z' })
  })
})

test('a profile that is not there is told with those that are', async () => {
  await expect(resolve('nobody')).rejects.toThrow('There is no AWS profile nobody; there are: base')
})

test('a profile without anything is told', async () => {
  await home.writeConfig('[profile empty]\nregion = eu-west-1\n')
  await expect(resolve('empty')).rejects.toThrow('has nothing that leads to credentials')
})
