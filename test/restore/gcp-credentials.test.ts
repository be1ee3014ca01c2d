import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import type { GcpState } from '../../src/practice/gcp/state.ts'
import type { Sandbox } from '../../src/practice/sandbox.ts'
import { credentialStep, sandboxOf } from './credential-step.ts'

type Metadata = Readonly<Record<'serviceAccountKey' | 'keyVersionResourceId', string>>

async function metadataFile({ dbpath }: Sandbox): Promise<string> {
  const folder = join(dbpath, 'cloudProviderCredentials')
  return join(
    folder,
    (await readdir(folder)).find(name => name.endsWith('.metadata'))!,
  )
}

/** A sandbox whose metadata file belongs to a role, so that the key of its service account is the operator's to give. */
async function roleBased(): Promise<{ sandbox: Sandbox; keyDocument: string; keyFile: string }> {
  const sandbox = await sandboxOf('gcp')
  const path = await metadataFile(sandbox)
  const metadata = JSON.parse(await readFile(path, 'utf8')) as Metadata
  const { serviceAccountKey: keyDocument, keyVersionResourceId } = metadata
  await writeFile(path, JSON.stringify({ keyVersionResourceId, roleId: '65f1c0ffee5eed0123456789' }))
  const keyFile = join(sandbox.root, 'key.json')
  await writeFile(keyFile, keyDocument)
  return { sandbox, keyDocument, keyFile }
}

const changed = (change: (state: GcpState) => GcpState) => (raw: Record<string, unknown>) =>
  change(raw as unknown as GcpState)

test('the service account’s key of the metadata file opens the key', async () => {
  const outcome = await credentialStep(await sandboxOf('gcp'), { unattended: true })
  expect(outcome.failure).toBeUndefined()
  expect(outcome.summary).toMatch(
    /^the metadata file · atlas@atlas-encryption-\d+\.iam\.gserviceaccount\.com$/,
  )
})

test('the key comes from a file, or pasted without being shown', async () => {
  const { sandbox, keyDocument, keyFile } = await roleBased()
  const fromFile = await credentialStep(sandbox, { answers: ['prompt', keyFile, 'memory'] })
  expect(fromFile.failure).toBeUndefined()
  expect(fromFile.asked[0]).toMatchObject({
    failure: { code: 'CRED-001', remedy: expect.not.stringContaining('--assume-role') as string },
  })
  expect(fromFile.summary).toContain(`the key file ${keyFile}`)
  const pasted = await credentialStep(sandbox, {
    answers: ['prompt', 'paste', new Secret(keyDocument), 'memory'],
  })
  expect(pasted.ids).toEqual(['credentials', 'gcp-key-file', 'gcp-key', 'mend'])
  expect(pasted.asked[2]).toMatchObject({ kind: 'secret' })
  expect(pasted.summary).toContain('what was pasted')
})

test('the key comes from a flag, from the variable that Google’s tools know, and on standard input', async () => {
  const { sandbox, keyDocument, keyFile } = await roleBased()
  const ways = [
    { flags: { credentials: 'prompt', 'gcp-key-file': keyFile } },
    {
      flags: { credentials: 'environment' },
      environment: { GOOGLE_APPLICATION_CREDENTIALS: keyFile },
    },
    { flags: { credentials: 'stdin' }, stdin: keyDocument },
  ]
  for (const way of ways) {
    const outcome = await credentialStep(sandbox, { unattended: true, answers: ['memory'], ...way })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.access).toMatchObject({
      kind: 'opened',
      keys: [{ obtained: { credentials: { identity: { kind: 'service-account' } } } }],
    })
  }
})

test.each([
  ['is not there', undefined, 'cannot be read'],
  ['is of a user', '{"type": "authorized_user", "refresh_token": "canary"}', 'service_account'],
  ['is no JSON', 'canary', 'no JSON'],
])('a key file that %s is refused, and nothing of it repeated', async (_, content, message) => {
  const { sandbox } = await roleBased()
  const file = join(sandbox.root, 'other.json')
  if (content !== undefined) await writeFile(file, content)
  const { failure } = await credentialStep(sandbox, {
    unattended: true,
    flags: { credentials: 'prompt', 'gcp-key-file': file },
  })
  expect(failure).toMatchObject({
    code: 'CRED-013',
    message: expect.stringContaining(message) as string,
  })
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary')
})

test('a key that was deleted, and one that may not decrypt, are told apart', async () => {
  const deleted = changed(state => ({
    ...state,
    serviceAccounts: state.serviceAccounts.map(each => ({
      ...each,
      keys: each.keys.map(key => ({ ...key, state: 'deleted' as const })),
    })),
  }))
  const stale = await credentialStep(await sandboxOf('gcp', deleted), { unattended: true })
  expect(stale.failure).toMatchObject({ code: 'CRED-003' })
  const forbidden = changed(state => ({ ...state, grants: [] }))
  const denied = await credentialStep(await sandboxOf('gcp', forbidden), { unattended: true })
  expect(denied.failure).toMatchObject({ code: 'CRED-006' })
  expect(denied.notes).toContain('gcloud kms keys add-iam-policy-binding atlas-cmk')
})
