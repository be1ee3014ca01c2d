import { randomBytes } from 'node:crypto'
import { calculateObjectSize, Long } from 'bson'
import type { BsonDocument } from '../encrypted-store/catalog.ts'
import type { Documents } from './pipeline.ts'

/** Results that are still to be fetched. */
export interface Cursors {
  /** The first batch, as `{ cursor: { id, ns, firstBatch } }`. An id of 0 says that this is all. */
  open(namespace: string, documents: Documents, options?: CursorOptions): Promise<BsonDocument>
  /** The next batch, or undefined when there is no such cursor. */
  more(id: string, batchSize?: number): Promise<BsonDocument | undefined>
  /** Whether there was such a cursor. */
  kill(id: string): boolean
}

export interface CursorOptions {
  readonly batchSize?: number | undefined
  /** The client does not want more than the first batch. */
  readonly singleBatch?: boolean
}

const defaultFirstBatch = 101
/** A batch ends with the document that takes it past this many bytes, so it stays below the message limit. */
const enoughBytes = 16 * 1024 * 1024
/** The oldest is forgotten for the newest: a client that never closes its cursors costs no more than this. */
const mostCursors = 500

interface OpenCursor {
  readonly namespace: string
  readonly documents: AsyncIterator<BsonDocument>
}

export function createCursors(): Cursors {
  const waiting = new Map<string, OpenCursor>()

  // A cursor is put back only when more may follow: whatever goes wrong in between, it is gone.
  const nextBatch = async (
    field: string,
    cursor: OpenCursor,
    batchSize: number,
    id?: string,
  ): Promise<BsonDocument> => {
    const { documents, isLast } = await take(cursor.documents, batchSize)
    if (isLast || id === undefined)
      return { cursor: { [field]: documents, id: Long.ZERO, ns: cursor.namespace } }
    waiting.set(id, cursor)
    const [oldest] = waiting.keys()
    if (waiting.size > mostCursors && oldest !== undefined) waiting.delete(oldest)
    return { cursor: { [field]: documents, id: Long.fromString(id), ns: cursor.namespace } }
  }

  return {
    open(namespace, documents, { batchSize = defaultFirstBatch, singleBatch = false } = {}) {
      const cursor = { namespace, documents: documents[Symbol.asyncIterator]() }
      return nextBatch('firstBatch', cursor, batchSize, singleBatch ? undefined : newCursorId())
    },
    async more(id, batchSize = Infinity) {
      const cursor = waiting.get(id)
      waiting.delete(id)
      return cursor && nextBatch('nextBatch', cursor, batchSize, id)
    },
    kill: id => waiting.delete(id),
  }
}

/** A positive 64-bit number, as a text. */
function newCursorId(): string {
  return String((randomBytes(8).readBigUInt64BE() >> 1n) | 1n)
}

async function take(
  source: AsyncIterator<BsonDocument>,
  most: number,
): Promise<{ readonly documents: readonly BsonDocument[]; readonly isLast: boolean }> {
  const documents: BsonDocument[] = []
  for (let bytes = 0; documents.length < most && bytes < enoughBytes;) {
    const next = await source.next()
    if (next.done === true) return { documents, isLast: true }
    documents.push(next.value)
    bytes += calculateObjectSize(next.value)
  }
  return { documents, isLast: false }
}
