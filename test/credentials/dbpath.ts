import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Provider } from '../../src/kms/key-service.ts'
import type { KeyFile } from '../../src/credentials/key-file.ts'
import { readMetadata, type Metadata } from '../../src/credentials/metadata.ts'

/** A dbpath with an empty cloudProviderCredentials. */
export interface Dbpath {
  readonly path: string
  /** `<dbpath>/cloudProviderCredentials` */
  readonly folder: string
  key(keyId?: string, provider?: Provider): KeyFile
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Writes the metadata of the key `k1` and reads it. */
  metadata(content: string | Uint8Array, provider?: Provider): Promise<Metadata>
  remove(): Promise<void>
}

export async function createDbpath(): Promise<Dbpath> {
  const path = await mkdtemp(join(tmpdir(), 'snapthaw-dbpath-'))
  const folder = join(path, 'cloudProviderCredentials')
  await mkdir(folder)
  const dbpath: Dbpath = {
    path,
    folder,
    key: (keyId = 'k1', provider = 'aws') => ({
      keyId,
      provider,
      metadataPath: join(folder, `${keyId}.${provider}.metadata`),
    }),
    write: async (name, content) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    metadata: async (content, provider = 'aws') => {
      await dbpath.write(`k1.${provider}.metadata`, content)
      const reading = await readMetadata(dbpath.key('k1', provider))
      if (reading.kind === 'metadata') return reading.metadata
      throw new Error(reading.problem.finding.message)
    },
    remove: () => rm(path, { recursive: true }),
  }
  return dbpath
}

/** As the seed shows it, with long-term keys. */
export const ordinary = `{
  "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
  "secretAccessKey": "canary-secret",
  "roleId": "",
  "region": "us-east-1"
}
`
