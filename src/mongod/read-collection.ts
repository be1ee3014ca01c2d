import type { MongoClient } from 'mongodb'
import type { Finding } from '../lib/failure.ts'
import { serverRefusal } from './client.ts'

/** `deep` runs `validate` on every collection too, which reads all of it. */
export type Depth = 'quick' | 'deep'

export interface Namespace {
  readonly database: string
  readonly name: string
  readonly kind: 'collection' | 'timeseries' | 'view'
}

export interface CollectionHealth {
  readonly name: string
  readonly kind: Namespace['kind']
  /** Documents, as the collection's metadata counts them. Undefined where nothing but reading it all would tell. */
  readonly count: number | undefined
  /**
   * `document`: one was read · `empty`: there is none · `unreadable` · `skipped`: see the findings · `view`: it stores
   * nothing of its own, and running it would read other collections
   */
  readonly reading: 'document' | 'empty' | 'unreadable' | 'skipped' | 'view'
}

export interface CollectionReport {
  readonly database: string
  readonly collection: CollectionHealth
  readonly findings: readonly Finding[]
}

/** `shop.orders` */
export function fullName({ database, name }: Namespace): string {
  return `${database}.${name}`
}

/** A collection that nothing was learnt about. */
export function skipped({ database, name, kind }: Namespace, findings: readonly Finding[]): CollectionReport {
  return { database, collection: { name, kind, count: undefined, reading: 'skipped' }, findings }
}

/** Counts a collection and reads one document of it. Throws where the server does not answer. */
export async function readCollection(
  client: MongoClient,
  namespace: Namespace,
  depth: Depth,
): Promise<CollectionReport> {
  const { database, name, kind } = namespace
  if (kind === 'view')
    return { database, collection: { name, kind, count: undefined, reading: 'view' }, findings: [] }
  try {
    const collection = client.db(database).collection(name)
    // The measurements of a time series are counted by reading them all; its buckets are a collection of their own.
    const count = kind === 'timeseries' ? undefined : await collection.estimatedDocumentCount()
    // Not decoded: whether it decrypts is the question, and not whether the driver likes its values.
    const document = await collection.find({}, { limit: 1, raw: true }).next()
    const findings = depth === 'deep' && kind === 'collection' ? await validate(client, namespace) : []
    return {
      database,
      collection: { name, kind, count, reading: document === null ? 'empty' : 'document' },
      findings,
    }
  } catch (error) {
    const finding = findingOf(fullName(namespace), error)
    if (finding.code === 'CHECK-003') return skipped(namespace, [finding])
    return {
      database,
      collection: { name, kind, count: undefined, reading: 'unreadable' },
      findings: [finding],
    }
  }
}

async function validate(client: MongoClient, namespace: Namespace): Promise<readonly Finding[]> {
  const name = fullName(namespace)
  try {
    const result = await client.db(namespace.database).command({ validate: namespace.name })
    if (result.valid !== false) return []
    const errors = Array.isArray(result.errors) ? result.errors.map(String) : []
    return [
      {
        code: 'CHECK-002',
        severity: 'error',
        message: `${name} is not valid: ${errors[0] ?? 'validate gives no reason'}`,
        remedy: 'Restore it from another snapshot, or save what can be read of it with mongodump',
      },
    ]
  } catch (error) {
    return [findingOf(name, error)]
  }
}

/** Answers that do not speak of the data: the server does not let it be read this way, or it is gone meanwhile. */
const notAboutTheData: ReadonlyMap<number, string> = new Map([
  [13, 'reading it needs a login'],
  [26, 'it has been dropped meanwhile'],
  [50, 'it took too long'],
  [59, 'the server does not know the command'],
  [115, 'the server does not support it here'],
  [166, 'the server does not support it on a view'],
])

/** ShutdownInProgress, InterruptedAtShutdown: the server still answers, for a moment. */
const shuttingDown: readonly number[] = [91, 11600]

/** What a refusal means for a namespace. Throws what is no refusal, or the last words of a server that ends. */
export function findingOf(namespace: string, error: unknown): Finding {
  const refusal = serverRefusal(error)
  if (refusal === undefined || shuttingDown.includes(refusal.code)) throw error
  const reason = notAboutTheData.get(refusal.code)
  return reason === undefined
    ? {
        code: 'CHECK-001',
        severity: 'error',
        message: `${namespace} cannot be read: ${refusal.message}`,
        remedy: 'The rest can be used. For this part take another snapshot, or extract this one again.',
      }
    : {
        code: 'CHECK-003',
        severity: 'warning',
        message: `${namespace} was not looked at: ${reason}`,
        remedy: 'Look at it by hand, in mongosh',
      }
}
