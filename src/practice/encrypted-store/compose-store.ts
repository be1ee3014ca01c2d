import { createHash } from 'node:crypto'
import { calculateObjectSize, serialize, UUID } from 'bson'
import type { Secret } from '../../lib/secret.ts'
import {
  catalogIdent,
  composeIdent,
  fileOfIdent,
  sizeStorerIdent,
  type BsonDocument,
  type CatalogEntry,
  type IndexSpec,
  type Layout,
} from './catalog.ts'
import { keystorePath, newDatabaseKeys, sealKeystore, systemKey } from './keystore.ts'
import { sealRecords } from './sealed-file.ts'

export interface CollectionContent {
  readonly name: string
  readonly documents: readonly BsonDocument[]
  /** Beside `_id_`, which a collection has when its documents have an `_id`: the oplog's have none. */
  readonly indexes?: readonly IndexSpec[]
  readonly options?: BsonDocument
}

export interface DatabaseContent {
  readonly name: string
  readonly collections: readonly CollectionContent[]
}

export interface StoreContent {
  readonly layout: Layout
  readonly kmipKeyId: string
  readonly masterKey: Secret
  readonly databases: readonly DatabaseContent[]
}

export interface ComposedStore {
  /** Paths seen from the dbpath. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly catalog: readonly CatalogEntry[]
}

const idIndex: IndexSpec = { v: 2, key: { _id: 1 }, name: '_id_' }

/** All files of a store, sealed: keystore, catalog, sizes, collections and indexes. */
export function composeStore(content: StoreContent): ComposedStore {
  const { kmipKeyId, masterKey, databases } = content
  const keys = newDatabaseKeys(databases.map(database => database.name))
  const files = new Map([[keystorePath(kmipKeyId), sealKeystore(kmipKeyId, masterKey, keys)]])
  const seal = (ident: string, owner: string, documents: readonly BsonDocument[]) => {
    const key = keys.get(owner)
    if (key === undefined) throw new RangeError(`No key for ${owner}`)
    files.set(
      fileOfIdent(ident),
      sealRecords(
        ident,
        key,
        documents.map(document => serialize(document)),
      ),
    )
  }

  const nextSuffix = suffixes(kmipKeyId)
  const catalog: CatalogEntry[] = []
  const sizes: BsonDocument[] = []
  for (const database of databases) {
    for (const collection of database.collections) {
      const entry = catalogEntry(content.layout, database.name, collection, nextSuffix)
      catalog.push(entry)
      sizes.push(sizeRecord(entry, collection))
      seal(entry.ident, database.name, collection.documents)
      for (const index of entry.indexes) {
        seal(index.ident, database.name, [indexRecord(index.spec, collection.documents)])
      }
    }
  }
  seal(catalogIdent, systemKey, catalog.map(catalogRecord))
  seal(sizeStorerIdent, systemKey, sizes)
  for (const key of keys.values()) key.wipe()
  return { files, catalog }
}

function catalogEntry(
  layout: Layout,
  database: string,
  collection: CollectionContent,
  nextSuffix: () => string,
): CatalogEntry {
  const namespace = `${database}.${collection.name}`
  return {
    namespace,
    database,
    collection: collection.name,
    uuid: uuidOf(namespace),
    options: collection.options ?? {},
    ident: composeIdent(layout, database, 'collection', nextSuffix()),
    indexes: indexSpecs(collection).map(spec => ({
      spec,
      ident: composeIdent(layout, database, 'index', nextSuffix()),
    })),
  }
}

function indexSpecs(collection: CollectionContent): readonly IndexSpec[] {
  const others = collection.indexes ?? []
  return collection.documents.every(document => '_id' in document) ? [idIndex, ...others] : others
}

/** The shape of a record of mongod's own _mdb_catalog, as far as the practice needs it. */
function catalogRecord(entry: CatalogEntry): BsonDocument {
  return {
    md: {
      ns: entry.namespace,
      options: { uuid: entry.uuid, ...entry.options },
      indexes: entry.indexes.map(index => ({ spec: index.spec, ready: true })),
    },
    idxIdent: Object.fromEntries(entry.indexes.map(index => [index.spec.name, index.ident])),
    ns: entry.namespace,
    ident: entry.ident,
  }
}

function sizeRecord(entry: CatalogEntry, collection: CollectionContent): BsonDocument {
  const bytes = collection.documents.reduce((sum, document) => sum + calculateObjectSize(document), 0)
  return { _id: entry.ident, numRecords: collection.documents.length, dataSize: bytes }
}

/** All entries of an index in one record: they are only counted, and sealing each would be most of the work. */
function indexRecord(spec: IndexSpec, documents: readonly BsonDocument[]): BsonDocument {
  const fields = Object.keys(spec.key)
  return { entries: documents.map(document => fields.map(field => document[field] ?? null)) }
}

/** `0-6135246780124578934`, `1-…`: a counter and, as in mongod, a number that is the same for one whole dbpath. */
function suffixes(kmipKeyId: string): () => string {
  const dbpathNumber = createHash('sha256').update(kmipKeyId).digest().readBigUInt64BE() >> 1n
  let counter = 0
  return () => `${counter++}-${dbpathNumber}`
}

/** The same UUID for the same namespace, so that two snapshots of the same content have the same catalog. */
function uuidOf(namespace: string): UUID {
  const bytes = createHash('sha256').update(namespace).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return new UUID(bytes)
}
