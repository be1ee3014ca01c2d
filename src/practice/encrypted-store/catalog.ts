import type { UUID } from 'bson'

/** A document with its values as BSON types (`Int32`, `Long`, …): what was read is written again without a change. */
export type BsonDocument = Record<string, unknown>

export interface IndexSpec {
  readonly v: number
  readonly key: Readonly<Record<string, number>>
  readonly name: string
}

export interface CatalogIndex {
  readonly spec: IndexSpec
  /** The index's file, without `.wt`. */
  readonly ident: string
}

/** What `_mdb_catalog.wt` says of one collection. */
export interface CatalogEntry {
  /** `shop.orders` */
  readonly namespace: string
  readonly database: string
  readonly collection: string
  readonly uuid: UUID
  readonly options: BsonDocument
  readonly indexes: readonly CatalogIndex[]
  /** The collection's file, without `.wt`. */
  readonly ident: string
}

/** What `sizeStorer.wt` says of one collection: it is believed, not counted, just as mongod does. */
export interface CollectionSize {
  readonly records: number
  /** Bytes of all documents, uncompressed. */
  readonly bytes: number
}

export const catalogIdent = '_mdb_catalog'
export const sizeStorerIdent = 'sizeStorer'

/** How idents become paths: mongod's `--directoryperdb` and `--wiredTigerDirectoryForIndexes`. */
export interface Layout {
  readonly directoryPerDB: boolean
  readonly directoryForIndexes: boolean
}

/** An ident as mongod composes it, such as `collection-0-6135…`, or `shop/collection/0-6135…` with both options. */
export function composeIdent(
  layout: Layout,
  database: string,
  kind: 'collection' | 'index',
  suffix: string,
): string {
  return `${layout.directoryPerDB ? `${database}/` : ''}${kind}${layout.directoryForIndexes ? '/' : '-'}${suffix}`
}

/** The file of an ident, seen from the dbpath. */
export function fileOfIdent(ident: string): string {
  return `${ident}.wt`
}
