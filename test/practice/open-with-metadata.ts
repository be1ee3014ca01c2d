import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { credentialsFromMetadata } from '../../src/credentials/from-metadata.ts'
import { readMetadata } from '../../src/credentials/metadata.ts'
import { openKeyService } from '../../src/kms/open.ts'
import type { CloudCredentials, KeyService, Provider } from '../../src/kms/key-service.ts'
import { openKeystore } from '../../src/practice/encrypted-store/keystore.ts'
import type { Sandbox } from '../../src/practice/sandbox.ts'
import { readCredentials } from './open-practice.ts'

/** The credentials that a sandbox's metadata file holds. */
export async function metadataCredentials({ dbpath, endpoints }: Sandbox): Promise<CloudCredentials> {
  const folder = join(dbpath, 'cloudProviderCredentials')
  const file = (await readdir(folder)).find(name => name.endsWith('.metadata'))!
  const [keyId = '', provider] = basename(file, '.metadata').split('.')
  const metadataPath = join(folder, file)
  const reading = await readMetadata({ keyId, provider: provider as Provider, metadataPath })
  if (reading.kind === 'problem') throw new Error(reading.problem.finding.message)
  const found = credentialsFromMetadata(reading.metadata, { kmsEndpoint: endpoints.kms })
  if (found.kind === 'finding') throw new Error(found.finding.message)
  return found.credentials
}

/** The cloud of a sandbox, asked as the wizard asks it, until the test is over. */
export async function serviceOf(sandbox: Sandbox): Promise<KeyService> {
  const { environment } = sandbox
  const service = await openKeyService(await metadataCredentials(sandbox), { environment })
  onTestFinished(() => service.close())
  return service
}

/** How many keys the snapshot's keystore holds, opened with what the cloud unwraps. */
export async function openedKeys(sandbox: Sandbox): Promise<number> {
  const service = await serviceOf(sandbox)
  const { wrappedKey } = await readCredentials(sandbox)
  const masterKey = await service.unwrap({ blob: wrappedKey }, new AbortController().signal)
  const [id = ''] = await readdir(join(sandbox.dbpath, 'key.store'))
  return (await openKeystore(sandbox.dbpath, id, masterKey)).size
}
