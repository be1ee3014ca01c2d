import type { BsonDocument } from '../../encrypted-store/catalog.ts'
import { documentsOf, findNamespace } from '../namespaces.ts'
import { compilePipeline, countOf, type Documents } from '../pipeline.ts'
import { isDocument } from '../bson-document.ts'
import { CommandFailure, notSimulated } from './command-failure.ts'
import {
  collectionName,
  optionalDocument,
  optionalNumber,
  type Command,
  type ServerState,
} from './command.ts'
import { collectionStatistics } from './statistics.ts'

/** Commands that read documents. */
export const readingCommands: Readonly<Record<string, Command>> = {
  find(request, { store, cursors }) {
    const { body, database } = request
    const name = collectionName(request)
    refuse(body, ['sort', 'projection', 'collation', 'min', 'max', 'tailable'])
    const limit = optionalNumber(body, 'limit') ?? 0
    const select = compilePipeline([
      { $match: optionalDocument(body, 'filter') },
      { $skip: optionalNumber(body, 'skip') ?? 0 },
      ...(limit > 0 ? [{ $limit: limit }] : []),
    ])
    return cursors.open(`${database}.${name}`, select(documentsOf(store, database, name)), {
      batchSize: optionalNumber(body, 'batchSize'),
      singleBatch: body.singleBatch === true,
    })
  },

  async getMore({ body }, { cursors }) {
    const id = String(body.getMore)
    const answer = await cursors.more(id, optionalNumber(body, 'batchSize'))
    if (answer === undefined) throw new CommandFailure('CursorNotFound', `cursor id ${id} not found`)
    return answer
  },

  killCursors({ body }, { cursors }) {
    const ids = Array.isArray(body.cursors) ? (body.cursors as unknown[]) : []
    const killed = ids.filter(id => cursors.kill(String(id)))
    const notFound = ids.filter(id => !killed.includes(id))
    return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] }
  },

  async count(request, server) {
    const { body, database } = request
    const name = collectionName(request)
    const query = optionalDocument(body, 'query')
    const isWhole = Object.keys(query).length === 0
    const found =
      (isWhole ? await storedCount(server, database, name) : undefined) ??
      (await countOf(compilePipeline([{ $match: query }])(documentsOf(server.store, database, name))))
    const n = Math.max(found - (optionalNumber(body, 'skip') ?? 0), 0)
    const limit = optionalNumber(body, 'limit') ?? 0
    return { n: limit > 0 ? Math.min(n, limit) : n }
  },

  aggregate(request, server) {
    const { body, database } = request
    const pipeline: unknown = body.pipeline
    if (!Array.isArray(pipeline))
      throw new CommandFailure('TypeMismatch', "Field 'pipeline' must be an array")
    if (!isDocument(body.cursor)) {
      throw new CommandFailure(
        'BadValue',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      )
    }
    refuse(body, ['explain', 'collation', 'let'])
    if (typeof body.aggregate !== 'string') throw notSimulated('an aggregation without a collection')
    const name = collectionName(request)
    return server.cursors.open(`${database}.${name}`, aggregated(server, database, name, pipeline), {
      batchSize: optionalNumber(body.cursor, 'batchSize'),
    })
  },
}

/** `$collStats` may only come first, and tells of the collection instead of reading it. */
function aggregated(
  server: ServerState,
  database: string,
  name: string,
  pipeline: readonly unknown[],
): Documents {
  const [first, ...rest] = pipeline
  const asked = isDocument(first) ? first.$collStats : undefined
  if (!isDocument(asked)) return compilePipeline(pipeline)(documentsOf(server.store, database, name))
  return compilePipeline(rest)(collectionStatistics(server.store, database, name, Object.keys(asked)))
}

/** What the size storer says: mongod believes it without reading a document. Undefined for a view. */
async function storedCount(
  { store }: ServerState,
  database: string,
  name: string,
): Promise<number | undefined> {
  const found = await findNamespace(store, database, name)
  if (found.kind === 'collection') return store.size(found.entry).records
  return found.kind === 'missing' ? 0 : undefined
}

/** Refuses what would change the result and is not simulated; an empty value changes nothing. */
function refuse(body: BsonDocument, fields: readonly string[]): void {
  for (const field of fields) {
    const value = body[field]
    const isEmpty = value == null || value === false || (isDocument(value) && Object.keys(value).length === 0)
    if (!isEmpty) throw notSimulated(`the option '${field}' of this command`)
  }
}
