import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { unwrapInProcess } from '../../kms/unwrap-process.ts'
import { temporaryFolder } from '../../temp-folder.ts'
import { openPractice, readCredentials } from '../open-practice.ts'
import { metadataCredentials, openedKeys, serviceOf } from '../open-with-metadata.ts'

it('is solved by the metadata file, with Azure’s real SDK under Azure’s own names', async () => {
  const sandbox = await openPractice('azure')
  const { metadata } = await readCredentials(sandbox)
  expect(metadata.keyIdentifier).toMatch(/^https:\/\/[\w-]+\.vault\.azure\.net\/keys\/[\w-]+\/[\da-f]{32}$/)
  const service = await serviceOf(sandbox)
  expect(await service.check(new AbortController().signal)).toEqual({
    principal: metadata.clientId,
    detail: `tenant ${metadata.tenantId}`,
  })
  expect(await openedKeys(sandbox)).toBeGreaterThan(0)
})

it('is opened again with the keys that it had, whatever its ports', async () => {
  const root = join(await temporaryFolder(), 'sandbox')
  const first = await openPractice('azure', { root })
  await first.close()
  expect(await openedKeys(await openPractice('azure', { root }))).toBeGreaterThan(0)
})

it('is reached by a process that gets its environment', async () => {
  const sandbox = await openPractice('azure')
  const { wrappedKey } = await readCredentials(sandbox)
  const { stdout } = await unwrapInProcess(
    await metadataCredentials(sandbox),
    wrappedKey,
    sandbox.environment,
  )
  expect(stdout).toMatch(/^[\da-f]{64}$/)
})

it('leads past the operator’s own proxy, and to nobody but itself', async () => {
  const own = {
    HTTPS_PROXY: 'http://proxy.corp:3128',
    NO_PROXY: '*',
    no_proxy: '*',
    AZURE_CLIENT_SECRET: 'canary',
  }
  const sandbox = await openPractice('azure', { environment: own })
  expect(sandbox.endpoints).toEqual({})
  expect(sandbox.environment.AZURE_CLIENT_SECRET).toBeUndefined()
  expect(await openedKeys(sandbox)).toBeGreaterThan(0)
  const proxy = connect(Number(new URL(sandbox.environment.HTTPS_PROXY!).port), '127.0.0.1')
  await once(proxy, 'connect')
  proxy.write('CONNECT www.example.com:443 HTTP/1.1\r\n\r\n')
  expect(await text(proxy)).toMatch(/^HTTP\/1\.1 403 /)
})

it('keeps what is secret to its owner', async () => {
  const { root } = await openPractice('azure')
  for (const file of ['account.json', 'certificate-key.pem', 'certificate.pem']) {
    expect((await stat(join(root, 'azure', file))).mode & 0o077, file).toBe(0)
  }
})

it('is refused when its account is no longer what was written', async () => {
  const { root } = await openPractice('azure')
  await writeFile(join(root, 'azure', 'account.json'), '{"tenants":[]}')
  await expect(openPractice('azure', { root })).rejects.toMatchObject({ code: 'USAGE-004' })
})
