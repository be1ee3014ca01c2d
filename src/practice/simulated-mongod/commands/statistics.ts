import { hostname } from 'node:os'
import { statfs } from 'node:fs/promises'
import type { BsonDocument, CatalogEntry } from '../../encrypted-store/catalog.ts'
import type { EncryptedStore } from '../../encrypted-store/open-store.ts'
import { collectionsOf, requireCollection, viewsOf } from '../namespaces.ts'
import type { Documents } from '../pipeline.ts'
import { collectionName, type Command } from './command.ts'

/** Commands that tell sizes and counts. Nothing is decrypted for them. */
export const statisticsCommands: Readonly<Record<string, Command>> = {
  async collStats(request, { store }) {
    const entry = await requireCollection(store, request.database, collectionName(request))
    return { ns: entry.namespace, ...(await storageStatistics(store, entry)), scaleFactor: 1 }
  },

  async dbStats({ database }, { store, options }) {
    const entries = collectionsOf(store, database)
    const all = await Promise.all(entries.map(entry => storageStatistics(store, entry)))
    const sum = (field: keyof StorageStatistics) => all.reduce((total, one) => total + Number(one[field]), 0)
    const { blocks, bavail, bsize } = await statfs(options.dbpath)
    const objects = sum('count')
    return {
      db: database,
      collections: entries.length,
      views: (await viewsOf(store, database)).length,
      objects,
      avgObjSize: objects === 0 ? 0 : sum('size') / objects,
      dataSize: sum('size'),
      storageSize: sum('storageSize'),
      indexes: sum('nindexes'),
      indexSize: sum('totalIndexSize'),
      totalSize: sum('totalSize'),
      scaleFactor: 1,
      fsUsedSize: (blocks - bavail) * bsize,
      fsTotalSize: blocks * bsize,
    }
  },
}

interface StorageStatistics {
  readonly size: number
  readonly count: number
  readonly avgObjSize: number
  readonly storageSize: number
  readonly freeStorageSize: number
  readonly capped: boolean
  readonly nindexes: number
  readonly indexSizes: Readonly<Record<string, number>>
  readonly totalIndexSize: number
  readonly totalSize: number
}

async function storageStatistics(store: EncryptedStore, entry: CatalogEntry): Promise<StorageStatistics> {
  const { records, bytes } = store.size(entry)
  const storageSize = await store.bytesOnDisk(entry.ident)
  const indexSizes = await Promise.all(
    entry.indexes.map(async ({ spec, ident }) => [spec.name, await store.bytesOnDisk(ident)] as const),
  )
  const totalIndexSize = indexSizes.reduce((total, [, size]) => total + size, 0)
  return {
    size: bytes,
    count: records,
    avgObjSize: records === 0 ? 0 : Math.floor(bytes / records),
    storageSize,
    freeStorageSize: 0,
    capped: entry.options.capped === true,
    nindexes: entry.indexes.length,
    indexSizes: Object.fromEntries(indexSizes),
    totalIndexSize,
    totalSize: storageSize + totalIndexSize,
  }
}

/** The one document of `$collStats`, with the parts that were asked for: `count`, `storageStats`. */
export async function* collectionStatistics(
  store: EncryptedStore,
  database: string,
  name: string,
  asked: readonly string[],
): Documents {
  const entry = await requireCollection(store, database, name)
  const parts: BsonDocument = { ns: entry.namespace, host: hostname(), localTime: new Date() }
  if (asked.includes('count')) parts.count = store.size(entry).records
  if (asked.includes('storageStats')) parts.storageStats = await storageStatistics(store, entry)
  yield parts
}

/** Bytes that a database takes on disk, its indexes included. */
export async function sizeOnDisk(store: EncryptedStore, database: string): Promise<number> {
  const idents = collectionsOf(store, database).flatMap(entry => [
    entry.ident,
    ...entry.indexes.map(index => index.ident),
  ])
  const sizes = await Promise.all(idents.map(ident => store.bytesOnDisk(ident)))
  return sizes.reduce((total, size) => total + size, 0)
}
