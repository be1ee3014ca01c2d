import { Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import type { BsonDocument } from '../../src/practice/encrypted-store/catalog.ts'
import { createCursors } from '../../src/practice/simulated-mongod/cursors.ts'
import { compileFilter } from '../../src/practice/simulated-mongod/filter.ts'
import { compilePipeline, type Documents } from '../../src/practice/simulated-mongod/pipeline.ts'

const id = new ObjectId()
const document = {
  _id: id,
  count: new Int32(5),
  big: Long.fromNumber(7),
  name: 'Ada',
  none: null,
  at: new Date(0),
  tags: ['a', 'b'],
  items: [{ article: 'cup', quantity: new Int32(2) }],
  city: { name: 'Oslo' },
}

describe('a filter', () => {
  it.each<[BsonDocument]>([
    [{}],
    [{ _id: new ObjectId(id.toHexString()) }],
    [{ name: 'Ada' }],
    [{ name: { $eq: 'Ada' } }],
    [{ count: 5 }],
    [{ count: new Double(5) }],
    [{ big: 7 }],
    [{ at: new Date(0) }],
    [{ none: null }],
    [{ missing: null }],
    [{ tags: 'b' }],
    [{ tags: ['a', 'b'] }],
    [{ 'items.quantity': 2 }],
    [{ 'city.name': 'Oslo' }],
    [{ city: { name: 'Oslo' } }],
    [{ name: 'Ada', count: 5 }],
  ])('%j finds the document', filter => {
    expect(compileFilter(filter)(document)).toBe(true)
  })

  it.each<[BsonDocument]>([
    [{ _id: new ObjectId() }],
    [{ name: 'ada' }],
    [{ count: '5' }],
    [{ count: 6 }],
    [{ name: null }],
    [{ tags: 'c' }],
    [{ tags: ['a'] }],
    [{ 'city.name.first': 'Oslo' }],
    [{ name: 'Ada', count: 6 }],
  ])('%j does not', filter => {
    expect(compileFilter(filter)(document)).toBe(false)
  })

  it.each<[BsonDocument, string]>([
    [{ $or: [] }, '$or'],
    [{ count: { $gt: 1 } }, '$gt'],
  ])('%j is refused rather than misunderstood', (filter, operator) => {
    expect(() => compileFilter(filter)).toThrow(`does not know the query operator ${operator}`)
  })
})

async function* numbers(count: number): Documents {
  for (let n = 0; n < count; n++) yield await Promise.resolve({ n })
}

describe('a pipeline', () => {
  const run = async (pipeline: unknown[], documents = numbers(5)) => {
    const results: BsonDocument[] = []
    for await (const result of compilePipeline(pipeline)(documents)) results.push(result)
    return results
  }

  it('selects, skips and limits', async () => {
    expect(await run([])).toHaveLength(5)
    expect(await run([{ $match: { n: 3 } }])).toEqual([{ n: 3 }])
    expect(await run([{ $skip: 1 }, { $limit: 2 }])).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('counts as drivers ask it to', async () => {
    expect(await run([{ $match: {} }, { $group: { _id: 1, n: { $sum: 1 } } }])).toEqual([{ _id: 1, n: 5 }])
    expect(await run([{ $count: 'all' }])).toEqual([{ all: 5 }])
    expect(await run([{ $count: 'all' }], numbers(0))).toEqual([])
  })

  it('reads no more than it was asked for', async () => {
    let read = 0
    async function* watched(): Documents {
      for await (const one of numbers(5)) {
        read++
        yield one
      }
    }
    expect(await run([{ $limit: 2 }], watched())).toHaveLength(2)
    expect(read).toBe(2)
  })

  it.each([
    [[{ $sort: { n: 1 } }], 'does not know the pipeline stage $sort'],
    [[{ $group: { _id: '$n', n: { $sum: 1 } } }], 'this $group'],
    [[{ $group: { _id: 1, n: { $sum: '$n' } } }], 'this $group'],
    [[{}], 'exactly one field'],
    [[{ $match: 1 }], 'must be an expression in an object'],
  ])('%j is refused before anything is read', (pipeline, reason) => {
    expect(() => compilePipeline(pipeline)).toThrow(reason)
  })
})

interface Batch {
  readonly cursor: { readonly id: Long; readonly firstBatch?: unknown[]; readonly nextBatch?: unknown[] }
}

describe('a cursor', () => {
  it('hands out batches until there is nothing left', async () => {
    const cursors = createCursors()
    const { cursor } = (await cursors.open('a.b', numbers(5), { batchSize: 2 })) as unknown as Batch
    expect(cursor.firstBatch).toEqual([{ n: 0 }, { n: 1 }])
    const id = String(cursor.id)
    expect(await cursors.more(id, 2)).toMatchObject({
      cursor: { nextBatch: [{ n: 2 }, { n: 3 }], ns: 'a.b' },
    })
    const last = (await cursors.more(id)) as unknown as Batch
    expect(last.cursor.nextBatch).toEqual([{ n: 4 }])
    expect(last.cursor.id.isZero()).toBe(true)
    expect(await cursors.more(id)).toBeUndefined()
  })

  it('is done with after one batch when the client wants no more', async () => {
    const { cursor } = (await createCursors().open('a.b', numbers(5), {
      batchSize: 2,
      singleBatch: true,
    })) as unknown as Batch
    expect(cursor.firstBatch).toHaveLength(2)
    expect(cursor.id.isZero()).toBe(true)
  })

  it('can be killed once', async () => {
    const cursors = createCursors()
    const { cursor } = (await cursors.open('a.b', numbers(5), { batchSize: 1 })) as unknown as Batch
    expect(cursors.kill(String(cursor.id))).toBe(true)
    expect(cursors.kill(String(cursor.id))).toBe(false)
    expect(await cursors.more(String(cursor.id))).toBeUndefined()
  })

  it('is gone when reading on fails', async () => {
    async function* breaking(): Documents {
      yield await Promise.resolve({ n: 0 })
      throw new Error('damaged')
    }
    const cursors = createCursors()
    const { cursor } = (await cursors.open('a.b', breaking(), { batchSize: 1 })) as unknown as Batch
    await expect(cursors.more(String(cursor.id))).rejects.toThrow('damaged')
    expect(await cursors.more(String(cursor.id))).toBeUndefined()
  })
})
