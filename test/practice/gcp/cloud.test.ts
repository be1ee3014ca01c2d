import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { unwrapInProcess } from '../../kms/unwrap-process.ts'
import { temporaryFolder } from '../../temp-folder.ts'
import { openPractice, readCredentials } from '../open-practice.ts'
import { metadataCredentials, openedKeys, serviceOf } from '../open-with-metadata.ts'

it('is solved by the metadata file, with Google’s real client', async () => {
  const sandbox = await openPractice('gcp')
  const { metadata } = await readCredentials(sandbox)
  expect(metadata.keyVersionResourceId).toMatch(/^projects\/.*\/cryptoKeyVersions\/1$/)
  const { client_email: principal } = JSON.parse(metadata.serviceAccountKey!) as Record<string, string>
  expect(await (await serviceOf(sandbox)).check(new AbortController().signal)).toMatchObject({ principal })
  expect(await openedKeys(sandbox)).toBeGreaterThan(0)
})

it('is asked on loopback', async () => {
  const { endpoints } = await openPractice('gcp')
  expect(endpoints).toEqual({ kms: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string })
})

it('is opened again with the keys that it had', async () => {
  const root = join(await temporaryFolder(), 'sandbox')
  const first = await openPractice('gcp', { root })
  await first.close()
  expect(await openedKeys(await openPractice('gcp', { root }))).toBeGreaterThan(0)
})

it('is reached by a process that gets its environment and its endpoint', async () => {
  const sandbox = await openPractice('gcp', { environment: { HTTPS_PROXY: 'http://127.0.0.1:1' } })
  const { wrappedKey } = await readCredentials(sandbox)
  const { stdout } = await unwrapInProcess(
    await metadataCredentials(sandbox),
    wrappedKey,
    sandbox.environment,
  )
  expect(stdout).toMatch(/^[\da-f]{64}$/)
})

it('keeps what is secret to its owner, and is refused when it is no longer what was written', async () => {
  const { root } = await openPractice('gcp')
  const account = join(root, 'gcp', 'account.json')
  expect((await stat(account)).mode & 0o077).toBe(0)
  await writeFile(account, '[]')
  await expect(openPractice('gcp', { root })).rejects.toMatchObject({ code: 'USAGE-004' })
})
