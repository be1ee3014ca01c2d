import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fromIni } from '@aws-sdk/credential-providers'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { openKeystore } from '../../src/practice/encrypted-store/keystore.ts'
import type { Sandbox } from '../../src/practice/sandbox.ts'
import { scenarios } from '../../src/practice/scenarios.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { openPractice, readCredentials } from './open-practice.ts'

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

describe.each(scenarios)('the scenario $id', scenario => {
  it('says what it is about', () => {
    for (const text of [scenario.title, scenario.goesWrong, scenario.learnt])
      expect(text.length).toBeGreaterThan(20)
  })

  it('tells the learner everything that its answers use', async () => {
    const { answers, handout } = await openPractice(scenario.id)
    const { credentials, region, mend, ...told } = answers
    expect(credentials).toMatch(/^(metadata|profile)$/)
    expect(region).toBe(scenario.cloud.provider === 'aws' ? 'us-east-1' : undefined)
    expect(mend ?? 'memory').toBe('memory')
    for (const value of Object.values(told)) expect(handout.join('\n')).toContain(value)
  })
})

describe.each(scenarios.filter(({ cloud }) => cloud.provider === 'aws'))(
  'the scenario $id of AWS',
  scenario => {
    it('is solved by its answers, by somebody who tries again', async () => {
      const sandbox = await openPractice(scenario.id)
      const keys = await answeredKeys(sandbox)
      const region = sandbox.answers.region
      await decrypt(sandbox, keys, region).catch(() => 'refused once')
      await expectToOpen(sandbox, keys, region)
    })
  },
)

describe('what goes wrong', () => {
  it('nothing, in first-restore', async () => {
    const sandbox = await openPractice('first-restore')
    await expectToOpen(sandbox, await metadataKeys(sandbox))
  })

  it('rotated-keys: AWS does not know the access key of the metadata file', async () => {
    const sandbox = await openPractice('rotated-keys')
    const keys = await metadataKeys(sandbox)
    await expect(whoAmI(sandbox, keys)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  it('role-based: the metadata file has a roleId and no keys, and the operator may not decrypt', async () => {
    const sandbox = await openPractice('role-based')
    const { metadata } = await readCredentials(sandbox)
    expect(metadata).toMatchObject({ accessKeyId: '', secretAccessKey: '' })
    expect(metadata.roleId).toMatch(/^[\da-f]{24}$/)
    const keys = await profileKeys(sandbox, 'operator')
    await expect(decrypt(sandbox, keys)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('user/alice is not authorized to perform: kms:Decrypt') as string,
    })
  })

  it('no-session-token: AWS does not know temporary keys without their token', async () => {
    const sandbox = await openPractice('no-session-token')
    const keys = await metadataKeys(sandbox)
    expect(keys.accessKeyId).toMatch(/^ASIA/)
    await expect(decrypt(sandbox, keys)).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
    const { accessKeyId, secretAccessKey } = await profileKeys(sandbox, 'snapshot-restore')
    expect(keys).toEqual({ accessKeyId, secretAccessKey })
  })

  it('no-permission: AWS knows the access key of the metadata file, and does not let it decrypt', async () => {
    const sandbox = await openPractice('no-permission')
    const keys = await metadataKeys(sandbox)
    expect((await whoAmI(sandbox, keys)).Arn).toBe('arn:aws:iam::111122223333:user/atlas-encryption')
    await expect(decrypt(sandbox, keys)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('key-disabled: AWS refuses once, and the handout says when it no longer does', async () => {
    const root = join(await temporaryFolder(), 'sandbox')
    const sandbox = await openPractice('key-disabled', { root })
    expect(sandbox.handout.join()).toContain('enables it')
    const keys = await metadataKeys(sandbox)
    await expect(decrypt(sandbox, keys)).rejects.toMatchObject({ name: 'DisabledException' })
    await expectToOpen(sandbox, keys)
    expect((await openPractice('key-disabled', { root })).handout.join()).toContain('has enabled')
  })

  it('wrong-region: AWS does not know the key in the region of the metadata file', async () => {
    const sandbox = await openPractice('wrong-region')
    const keys = await metadataKeys(sandbox)
    await expect(decrypt(sandbox, keys)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('does not exist in this region') as string,
    })
  })
})

/** Does what the answers say. */
async function answeredKeys(sandbox: Sandbox): Promise<Keys> {
  const { answers } = sandbox
  const profile = answers.profile
  const keys = profile === undefined ? await metadataKeys(sandbox) : await profileKeys(sandbox, profile)
  return answers['assume-role'] === undefined ? keys : assumeRole(sandbox, keys)
}

async function metadataKeys(sandbox: Sandbox): Promise<Keys> {
  const { accessKeyId = '', secretAccessKey = '' } = (await readCredentials(sandbox)).metadata
  return { accessKeyId, secretAccessKey }
}

async function profileKeys({ environment }: Sandbox, profile: string): Promise<Keys> {
  return fromIni({
    profile,
    filepath: environment.AWS_SHARED_CREDENTIALS_FILE!,
    configFilepath: environment.AWS_CONFIG_FILE!,
    ignoreCache: true,
  })()
}

async function assumeRole(sandbox: Sandbox, keys: Keys): Promise<Keys> {
  const { answers } = sandbox
  const { Credentials } = await stsClient(sandbox, keys).send(
    new AssumeRoleCommand({
      RoleArn: answers['assume-role'],
      RoleSessionName: 'snapthaw-3f2a',
      ExternalId: answers['external-id'],
      SerialNumber: answers['mfa-serial'],
      TokenCode: answers['mfa-code'],
    }),
  )
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  }
}

function whoAmI(sandbox: Sandbox, keys: Keys) {
  return stsClient(sandbox, keys).send(new GetCallerIdentityCommand({}))
}

async function decrypt(
  { dbpath, endpoints }: Sandbox,
  keys: Keys,
  region?: string,
): Promise<Uint8Array | undefined> {
  const { metadata, wrappedKey } = await readCredentials({ dbpath })
  const client = new KMSClient({
    endpoint: endpoints.kms!,
    region: region ?? metadata.region!,
    credentials: credentialsOf(keys),
    maxAttempts: 1,
  })
  onTestFinished(() => client.destroy())
  return (await client.send(new DecryptCommand({ CiphertextBlob: wrappedKey }))).Plaintext
}

function stsClient({ endpoints }: Sandbox, keys: Keys): STSClient {
  const client = new STSClient({
    endpoint: endpoints.sts!,
    region: 'us-east-1',
    credentials: credentialsOf(keys),
    maxAttempts: 1,
  })
  onTestFinished(() => client.destroy())
  return client
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: Keys) {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** What comes out of the cloud is the master key that the snapshot's keystore wants. */
async function expectToOpen(sandbox: Sandbox, keys: Keys, region?: string): Promise<void> {
  const masterKey = new Secret((await decrypt(sandbox, keys, region)) ?? '')
  const [id = ''] = await readdir(join(sandbox.dbpath, 'key.store'))
  expect((await openKeystore(sandbox.dbpath, id, masterKey)).size).toBeGreaterThan(0)
}
