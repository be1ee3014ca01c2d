import type { StorageOptions } from './snapshot.ts'

/** mongod writes about 200 bytes. */
export const mostStorageOptionsBytes = 64 * 1024

/**
 * What the bytes of storage.bson say: `{ storage: { engine, options: { directoryPerDB, directoryForIndexes, … } } }`.
 * Undefined when they say nothing of the kind.
 */
export async function storageOptionsIn(bytes: Uint8Array): Promise<StorageOptions | undefined> {
  const { deserialize } = await import('bson')
  try {
    const { storage } = deserialize(bytes) as {
      storage?: { engine?: unknown; options?: Record<string, unknown> }
    }
    if (storage?.options === undefined) return undefined
    return {
      engine: typeof storage.engine === 'string' ? storage.engine : undefined,
      directoryPerDB: storage.options.directoryPerDB === true,
      directoryForIndexes: storage.options.directoryForIndexes === true,
    }
  } catch {
    // bson throws its own errors for what is no document, and its own message says nothing to an operator.
    return undefined
  }
}
