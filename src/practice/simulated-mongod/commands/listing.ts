import type { BsonDocument, CatalogEntry } from '../../encrypted-store/catalog.ts'
import { compileFilter } from '../filter.ts'
import { collectionsOf, databaseNames, requireCollection, viewsOf, type View } from '../namespaces.ts'
import type { Documents } from '../pipeline.ts'
import { collectionName, optionalDocument, optionalNumber, type Command, type Request } from './command.ts'
import { sizeOnDisk } from './statistics.ts'

/** Commands that tell what there is. */
export const listingCommands: Readonly<Record<string, Command>> = {
  async listDatabases({ body }, { store }) {
    const matches = compileFilter(optionalDocument(body, 'filter'))
    const all = await Promise.all(
      databaseNames(store).map(async name => ({
        name,
        sizeOnDisk: await sizeOnDisk(store, name),
        empty: false,
      })),
    )
    const databases = all.filter(database => matches(database))
    if (body.nameOnly === true) return { databases: databases.map(({ name }) => ({ name })) }
    const totalSize = databases.reduce((total, database) => total + database.sizeOnDisk, 0)
    return { databases, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024) }
  },

  async listCollections(request, { store, cursors }) {
    const { body, database } = request
    const matches = compileFilter(optionalDocument(body, 'filter'))
    const all = [
      ...collectionsOf(store, database).map(describeCollection),
      ...(await viewsOf(store, database)).map(describeView),
    ]
    const found = all.filter(description => matches(description))
    const shown = body.nameOnly === true ? found.map(({ name, type }) => ({ name, type })) : found
    return cursors.open(`${database}.$cmd.listCollections`, each(shown), {
      batchSize: cursorBatchSize(request),
    })
  },

  async listIndexes(request, { store, cursors }) {
    const entry = await requireCollection(store, request.database, collectionName(request))
    const specs = entry.indexes.map(({ spec }) => ({ ...spec }))
    return cursors.open(entry.namespace, each(specs), { batchSize: cursorBatchSize(request) })
  },
}

function describeCollection(entry: CatalogEntry): BsonDocument {
  const idIndex = entry.indexes.find(({ spec }) => spec.name === '_id_')
  return {
    name: entry.collection,
    type: 'collection',
    options: entry.options,
    info: { readOnly: false, uuid: entry.uuid },
    ...(idIndex === undefined ? {} : { idIndex: idIndex.spec }),
  }
}

function describeView({ name, viewOn, pipeline }: View): BsonDocument {
  return { name, type: 'view', options: { viewOn, pipeline }, info: { readOnly: true } }
}

function cursorBatchSize({ body }: Request): number | undefined {
  return optionalNumber(optionalDocument(body, 'cursor'), 'batchSize')
}

async function* each(documents: readonly BsonDocument[]): Documents {
  for (const document of documents) yield await Promise.resolve(document)
}
