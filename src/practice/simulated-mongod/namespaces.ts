import type { BsonDocument, CatalogEntry } from '../encrypted-store/catalog.ts'
import { CommandFailure } from './commands/command-failure.ts'
import type { EncryptedStore } from '../encrypted-store/open-store.ts'
import { compilePipeline, type Documents } from './pipeline.ts'

export interface View {
  readonly name: string
  readonly viewOn: string
  readonly pipeline: readonly unknown[]
}

/** The names of all databases, sorted. */
export function databaseNames(store: EncryptedStore): string[] {
  return [...new Set(store.catalog.map(entry => entry.database))].sort()
}

/** The collections of one database, in the order of their names. */
export function collectionsOf(store: EncryptedStore, database: string): CatalogEntry[] {
  return store.catalog
    .filter(entry => entry.database === database)
    .sort((one, other) => (one.collection < other.collection ? -1 : 1))
}

/** The views of one database: mongod keeps them as documents of `system.views`. */
export async function viewsOf(store: EncryptedStore, database: string): Promise<View[]> {
  const entry = store.catalog.find(({ namespace }) => namespace === `${database}.system.views`)
  const views: View[] = []
  if (entry === undefined) return views
  for await (const { _id: namespace, viewOn, pipeline } of recordsOf(store, entry)) {
    views.push({
      name: String(namespace).slice(database.length + 1),
      viewOn: String(viewOn),
      pipeline: pipeline as unknown[],
    })
  }
  return views
}

/** A namespace as it is: a collection, a view, or nothing. */
export type Namespace =
  | { readonly kind: 'collection'; readonly entry: CatalogEntry }
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'missing' }

export async function findNamespace(
  store: EncryptedStore,
  database: string,
  name: string,
): Promise<Namespace> {
  const entry = store.catalog.find(({ namespace }) => namespace === `${database}.${name}`)
  if (entry !== undefined) return { kind: 'collection', entry }
  const view = (await viewsOf(store, database)).find(candidate => candidate.name === name)
  return view === undefined ? { kind: 'missing' } : { kind: 'view', view }
}

/** The collection of this name. Throws `CommandFailure` for a view and for a namespace that does not exist. */
export async function requireCollection(
  store: EncryptedStore,
  database: string,
  name: string,
): Promise<CatalogEntry> {
  const found = await findNamespace(store, database, name)
  if (found.kind === 'collection') return found.entry
  if (found.kind === 'missing') {
    throw new CommandFailure('NamespaceNotFound', `ns does not exist: ${database}.${name}`)
  }
  throw new CommandFailure(
    'CommandNotSupportedOnView',
    `Namespace ${database}.${name} is a view, not a collection`,
  )
}

/** The documents of a collection or a view, decrypted one by one as they are asked for; none where there is neither. */
export async function* documentsOf(store: EncryptedStore, database: string, name: string): Documents {
  const found = await findNamespace(store, database, name)
  if (found.kind === 'collection') yield* recordsOf(store, found.entry)
  if (found.kind === 'view') {
    const { viewOn, pipeline } = found.view
    yield* compilePipeline(pipeline)(documentsOf(store, database, viewOn))
  }
}

async function* recordsOf(store: EncryptedStore, entry: CatalogEntry): AsyncGenerator<BsonDocument> {
  const records = await store.records(entry)
  for (let index = 0; index < records.count; index++) yield records.read(index)
}
