import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, type UUID } from 'bson'
import type { Secret } from '../../lib/secret.ts'
import {
  catalogIdent,
  fileOfIdent,
  sizeStorerIdent,
  type BsonDocument,
  type CatalogEntry,
  type CatalogIndex,
  type CollectionSize,
  type IndexSpec,
} from './catalog.ts'
import { systemKey, type DatabaseKeys } from './keystore.ts'
import { readSealedFile, unsealRecord, type SealedFile } from './sealed-file.ts'

/** The data of a practice snapshot, opened with its database keys. Records are decrypted when they are asked for. */
export interface EncryptedStore {
  readonly catalog: readonly CatalogEntry[]
  size(entry: CatalogEntry): CollectionSize
  records(entry: CatalogEntry): Promise<StoredRecords>
  /** How many entries an index of the collection has. Throws `DamagedRecord`. */
  indexEntries(entry: CatalogEntry, index: CatalogIndex): Promise<number>
  /** Bytes that the ident's file takes on disk. */
  bytesOnDisk(ident: string): Promise<number>
}

export interface StoredRecords {
  readonly count: number
  /** A document in the clear. Throws `DamagedRecord`. */
  read(index: number): BsonDocument
}

interface CatalogRecord {
  readonly md: {
    readonly options: BsonDocument & { readonly uuid: UUID }
    readonly indexes: readonly { readonly spec: IndexSpec }[]
  }
  readonly idxIdent: Readonly<Record<string, string>>
  readonly ns: string
  readonly ident: string
}

/** Opens catalog and sizes. Throws `DamagedRecord` when one of them is damaged, `NotSealed` when it is something else. */
export async function openStore(dbpath: string, keys: DatabaseKeys): Promise<EncryptedStore> {
  // Whole files are read: a practice snapshot's are a few hundred kilobytes at most.
  const open = async (ident: string): Promise<SealedFile> =>
    readSealedFile(ident, await readFile(join(dbpath, fileOfIdent(ident))))

  const system = keyOf(keys, systemKey)
  const catalog = unsealAll(await open(catalogIdent), system).map(record =>
    catalogEntry(deserialize(record) as CatalogRecord),
  )
  const sizes = new Map(
    unsealAll(await open(sizeStorerIdent), system).map(record => {
      const size = deserialize(record)
      return [String(size._id), { records: Number(size.numRecords), bytes: Number(size.dataSize) }]
    }),
  )

  return {
    catalog,
    size: entry => sizes.get(entry.ident) ?? { records: 0, bytes: 0 },
    async records(entry) {
      const file = await open(entry.ident)
      const key = keyOf(keys, entry.database)
      return {
        count: file.count,
        read: index => deserialize(unsealRecord(file, index, key), { promoteValues: false }),
      }
    },
    async indexEntries({ database }, { ident }) {
      const { entries } = deserialize(unsealRecord(await open(ident), 0, keyOf(keys, database)))
      return Array.isArray(entries) ? entries.length : 0
    },
    bytesOnDisk: async ident => (await stat(join(dbpath, fileOfIdent(ident)))).size,
  }
}

function unsealAll(file: SealedFile, key: Secret): Buffer[] {
  return Array.from({ length: file.count }, (_, index) => unsealRecord(file, index, key))
}

function keyOf(keys: DatabaseKeys, name: string): Secret {
  const key = keys.get(name)
  if (key === undefined) throw new RangeError(`The keystore has no key for ${name}`)
  return key
}

function catalogEntry(record: CatalogRecord): CatalogEntry {
  const { uuid, ...options } = record.md.options
  const dot = record.ns.indexOf('.')
  return {
    namespace: record.ns,
    database: record.ns.slice(0, dot),
    collection: record.ns.slice(dot + 1),
    uuid,
    options,
    ident: record.ident,
    indexes: record.md.indexes.map(({ spec }) => ({ spec, ident: record.idxIdent[spec.name] ?? '' })),
  }
}
