import type { MongoClient } from 'mongodb'
import { Failure, type Finding } from '../lib/failure.ts'
import { isDriverError, serverRefusal, withClient } from './client.ts'
import {
  findingOf,
  fullName,
  readCollection,
  skipped,
  type CollectionHealth,
  type CollectionReport,
  type Depth,
  type Namespace,
} from './read-collection.ts'

export interface CheckRequest {
  readonly port: number
  /** `deep` runs `validate` on every collection too. */
  readonly depth: Depth
  /** The words of argv that mongod was started with. */
  readonly argv: readonly string[]
  readonly onProgress: (progress: CheckProgress) => void
  readonly signal: AbortSignal
}

export interface CheckProgress {
  /** Collections that have been looked at, and all of them. */
  readonly done: number
  readonly total: number
  /** The one that is being read, `shop.orders`; undefined at the end. */
  readonly namespace: string | undefined
}

export interface DatabaseHealth {
  readonly name: string
  /** Bytes. */
  readonly sizeOnDisk: number
  readonly collections: readonly CollectionHealth[]
}

/** What a client sees of the restored data. */
export interface Health {
  readonly version: string
  /** featureCompatibilityVersion: `7.0`. Undefined where the server does not say it. */
  readonly fcv: string | undefined
  /** Words of argv that the server does not report: empty when all of them arrived. */
  readonly argumentsLost: readonly string[]
  readonly databases: readonly DatabaseHealth[]
  /** CHECK-001 unreadable · 002 invalid · 003 not looked at · 004 the server went away. Empty when all is well. */
  readonly findings: readonly Finding[]
}

/**
 * Counts every collection and reads one document of each: that proves that the data decrypts, and not only the catalog.
 * What is wrong with a collection is a finding. Throws CHECK-004 when the server does not even list its collections, and
 * the signal's reason when it aborts.
 */
export async function checkData(request: CheckRequest): Promise<Health> {
  const { port, argv, signal } = request
  try {
    return await withClient(port, signal, async client => {
      const server = await describeServer(client, argv)
      const catalog = await readCatalog(client)
      const reports = await readAll(client, catalog.namespaces, request)
      return {
        ...server,
        databases: catalog.databases.map(database => ({
          ...database,
          collections: reports
            .filter(report => report.database === database.name)
            .map(({ collection }) => collection),
        })),
        findings: [...catalog.findings, ...reports.flatMap(report => report.findings)],
      }
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!isDriverError(error)) throw error
    throw new Failure({
      code: 'CHECK-004',
      message: `mongod on port ${port} does not answer the check`,
      remedy: seeWhyItEnded,
      evidence: [error.message],
      cause: error,
    })
  }
}

async function describeServer(client: MongoClient, argv: readonly string[]) {
  const admin = client.db('admin')
  await admin.command({ hello: 1 })
  const { version } = await admin.command({ buildInfo: 1 })
  const options = await admin.command({ getCmdLineOpts: 1 })
  const reported = Array.isArray(options.argv) ? options.argv : []
  return {
    version: String(version),
    fcv: await featureCompatibilityVersion(client),
    argumentsLost: argv.filter(word => !reported.includes(word)),
  }
}

async function featureCompatibilityVersion(client: MongoClient): Promise<string | undefined> {
  try {
    const answer = await client.db('admin').command({ getParameter: 1, featureCompatibilityVersion: 1 })
    const fcv = answer.featureCompatibilityVersion as { readonly version?: unknown } | undefined
    return typeof fcv?.version === 'string' ? fcv.version : undefined
  } catch (error) {
    if (serverRefusal(error) === undefined) throw error
    return undefined
  }
}

async function readCatalog(client: MongoClient) {
  const { databases } = await client.db('admin').admin().listDatabases()
  const namespaces: Namespace[] = []
  const findings: Finding[] = []
  for (const { name } of databases) {
    try {
      namespaces.push(...(await listNamespaces(client, name)))
    } catch (error) {
      findings.push(findingOf(name, error))
    }
  }
  return {
    databases: databases.map(({ name, sizeOnDisk = 0 }) => ({ name, sizeOnDisk })),
    namespaces,
    findings,
  }
}

async function listNamespaces(client: MongoClient, database: string): Promise<readonly Namespace[]> {
  const collections = await client.db(database).listCollections({}, { nameOnly: true }).toArray()
  return collections
    .map(
      ({ name, type }) =>
        ({ database, name, kind: type === 'view' || type === 'timeseries' ? type : 'collection' }) as const,
    )
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** Looks at one collection after the other. Where the server goes away, the rest is skipped, and a finding says so. */
async function readAll(
  client: MongoClient,
  namespaces: readonly Namespace[],
  { depth, onProgress, signal }: CheckRequest,
): Promise<readonly CollectionReport[]> {
  const reports: CollectionReport[] = []
  const total = namespaces.length
  for (const [done, namespace] of namespaces.entries()) {
    onProgress({ done, total, namespace: fullName(namespace) })
    try {
      reports.push(await readCollection(client, namespace, depth))
    } catch (error) {
      signal.throwIfAborted()
      if (!isDriverError(error)) throw error
      const gone = goneWhileReading(namespace, total - done)
      return [
        ...reports,
        skipped(namespace, [gone]),
        ...namespaces.slice(done + 1).map(next => skipped(next, [])),
      ]
    }
  }
  onProgress({ done: total, total, namespace: undefined })
  return reports
}

const seeWhyItEnded = 'See in its log why it ended, start it again and repeat the check'

function goneWhileReading(namespace: Namespace, notRead: number): Finding {
  return {
    code: 'CHECK-004',
    severity: 'error',
    message: `mongod went away while ${fullName(namespace)} was read; ${notRead} collections are not checked`,
    remedy: seeWhyItEnded,
  }
}
