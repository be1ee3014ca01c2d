import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize } from 'bson'
import { systemErrorCode } from '../../lib/failure.ts'
import type { MongodOptions } from './options.ts'
import { initFailure } from './start-failure.ts'

const checked = ['directoryPerDB', 'directoryForIndexes'] as const

/**
 * Compares the layout that was asked for with the one in storage.bson. Throws `StartFailure` (exit code 100) when they
 * differ. A dbpath without storage.bson has no opinion, as with mongod.
 */
export async function checkStorageOptions(options: MongodOptions): Promise<void> {
  const stored = await readStorageOptions(join(options.dbpath, 'storage.bson'))
  for (const name of checked) {
    const current = stored[name]
    if (typeof current === 'boolean' && current !== options[name]) {
      throw initFailure(
        `InvalidOptions: Requested option conflicts with current storage engine option for ${name}; you requested` +
          ` ${options[name]} but the current server storage is already set to ${current} and cannot be changed`,
      )
    }
  }
}

interface StorageMetadata {
  readonly storage?: { readonly options?: Readonly<Record<string, unknown>> }
}

async function readStorageOptions(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const metadata = deserialize(await readFile(path)) as StorageMetadata
    return metadata.storage?.options ?? {}
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return {}
    throw initFailure(`FileStreamFailed: Failed to read or parse the storage metadata file: ${path}`, cause)
  }
}
