import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import type { AzureState } from '../../src/practice/azure/state.ts'
import type { Sandbox } from '../../src/practice/sandbox.ts'
import { credentialStep, lastAsked, sandboxOf } from './credential-step.ts'

type Metadata = Readonly<
  Record<'tenantId' | 'clientId' | 'secret' | 'keyIdentifier' | 'azureEnvironment', string>
>

async function metadataFile({ dbpath }: Sandbox): Promise<string> {
  const folder = join(dbpath, 'cloudProviderCredentials')
  return join(
    folder,
    (await readdir(folder)).find(name => name.endsWith('.metadata'))!,
  )
}

const readMetadata = async (sandbox: Sandbox) =>
  JSON.parse(await readFile(await metadataFile(sandbox), 'utf8')) as Metadata

/** A sandbox whose metadata file holds another client secret than Entra ID knows, and the one that it knows. */
async function withStaleSecret(): Promise<{ sandbox: Sandbox; metadata: Metadata }> {
  const sandbox = await sandboxOf('azure')
  const metadata = await readMetadata(sandbox)
  await writeFile(await metadataFile(sandbox), JSON.stringify({ ...metadata, secret: 'stale-canary' }))
  return { sandbox, metadata }
}

const changed = (change: (state: AzureState) => AzureState) => (raw: Record<string, unknown>) =>
  change(raw as AzureState)

test('the client secret of the metadata file opens the key', async () => {
  const outcome = await credentialStep(await sandboxOf('azure'), { unattended: true })
  expect(outcome.access).toMatchObject({ kind: 'opened' })
  expect(outcome.notes).toContain('Key Vault unwrapped the key with decrypt, RSA-OAEP')
})

test('another one is typed in, with what the file knows as defaults, and written to the file', async () => {
  const { sandbox, metadata } = await withStaleSecret()
  const { tenantId, clientId, secret } = metadata
  const outcome = await credentialStep(sandbox, {
    answers: ['prompt', tenantId, clientId, new Secret(secret), 'file', true],
  })
  expect(outcome.failure).toBeUndefined()
  expect(outcome.ids).toEqual([
    'credentials',
    'azure-tenant-id',
    'azure-client-id',
    'azure-client-secret',
    'mend',
    'write-metadata',
  ])
  expect(outcome.asked[0]).toMatchObject({ failure: { code: 'CRED-004' }, default: 'environment' })
  expect(lastAsked(outcome, 'azure-client-id')).toMatchObject({ default: clientId })
  expect(JSON.stringify(outcome.asked)).not.toContain(secret)
  expect(await readMetadata(sandbox)).toEqual(metadata)
})

test('another one comes from variables, and on standard input as az prints it', async () => {
  const { sandbox, metadata } = await withStaleSecret()
  const { tenantId, clientId, secret } = metadata
  const fromVariables = await credentialStep(sandbox, {
    unattended: true,
    answers: ['memory'],
    flags: { credentials: 'environment' },
    environment: {
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: secret,
    },
  })
  expect(fromVariables.summary).toContain('AZURE_CLIENT_SECRET')
  const printed = { appId: clientId, displayName: 'restore', password: secret, tenant: tenantId }
  const fromStdin = await credentialStep(sandbox, {
    unattended: true,
    answers: ['memory'],
    flags: { credentials: 'stdin' },
    stdin: JSON.stringify(printed),
  })
  expect(fromStdin.summary).toContain('standard input')
})

test('profiles are AWS’s: that is said, and other sources are offered', async () => {
  const { failure } = await credentialStep(await sandboxOf('azure'), {
    unattended: true,
    flags: { credentials: 'profile' },
  })
  expect(failure).toMatchObject({
    code: 'CRED-013',
    message: expect.stringContaining('profiles are AWS’s') as string,
  })
})

test('what grants the permission is shown, for whoever may', async () => {
  const forbidden = changed(state => ({
    ...state,
    vaults: state.vaults.map(vault => ({ ...vault, grants: [] })),
  }))
  const outcome = await credentialStep(await sandboxOf('azure', forbidden), { unattended: true })
  expect(outcome.failure).toMatchObject({ code: 'CRED-006' })
  expect(outcome.notes).toContain('az role assignment create')
})

test('where the key is no more, another one can be named', async () => {
  const sandbox = await sandboxOf('azure')
  const metadata = await readMetadata(sandbox)
  const wrong = metadata.keyIdentifier.replace('/atlas-cmk/', '/another/')
  await writeFile(await metadataFile(sandbox), JSON.stringify({ ...metadata, keyIdentifier: wrong }))
  const outcome = await credentialStep(sandbox, { answers: ['metadata', metadata.keyIdentifier, 'memory'] })
  expect(outcome.failure).toBeUndefined()
  expect(outcome.ids).toEqual(['credentials', 'kms-key', 'mend'])
  expect(outcome.asked[0]).toMatchObject({ failure: { code: 'CRED-008' }, default: 'metadata' })
  const flagged = await credentialStep(sandbox, {
    unattended: true,
    answers: ['memory'],
    flags: { 'kms-key': metadata.keyIdentifier },
  })
  expect(flagged.access).toMatchObject({ kind: 'opened' })
})

test('a key identifier that is no vault’s gets no token', async () => {
  const { failure } = await credentialStep(await sandboxOf('azure'), {
    unattended: true,
    flags: { 'kms-key': 'https://vault.example.com/keys/k/1' },
  })
  expect(failure).toMatchObject({
    code: 'CRED-008',
    message: expect.stringContaining('no token is sent there') as string,
  })
})
