import type { Document } from 'bson'
import { afterEach, describe, expect, it } from 'vitest'
import { checkData, type CheckProgress, type CheckRequest } from '../../src/mongod/health.ts'
import { cursor, refusal, serveOpMsg, type Answer, type OpMsgServer } from './op-msg-server.ts'

interface Stored {
  readonly type?: 'view' | 'timeseries'
  readonly documents?: number
  /** Instead of the answer to this command. */
  readonly on?: Readonly<Record<string, Answer>>
}
type Data = Readonly<Record<string, Readonly<Record<string, Stored>>>>

let server: OpMsgServer
let asked: string[]
afterEach(() => server.close())

const argv = ['--dbpath', '/data/rs0', '--port', '27017']

async function serve(data: Data, more: Readonly<Record<string, Answer>> = {}): Promise<void> {
  asked = []
  server = await serveOpMsg((name, command) => {
    const database = command.$db as string
    const collection = String(command[name])
    asked.push(database === 'admin' ? name : `${name} ${database}.${collection}`)
    const stored = data[database]?.[collection]
    return (
      more[`${name} ${database}`] ??
      more[name] ??
      stored?.on?.[name] ??
      answers(data, database, stored)[name]?.(collection)
    )
  })
}

const answers = (
  data: Data,
  database: string,
  stored: Stored | undefined,
): Record<string, (collection: string) => Document> => ({
  buildInfo: () => ({ version: '7.0.14' }),
  getCmdLineOpts: () => ({ argv: ['mongod', ...argv], parsed: {} }),
  getParameter: () => ({ featureCompatibilityVersion: { version: '7.0' } }),
  listDatabases: () => ({
    databases: Object.keys(data).map(name => ({ name, sizeOnDisk: 4096, empty: false })),
  }),
  listCollections: () =>
    cursor(
      `${database}.$cmd.listCollections`,
      Object.entries(data[database] ?? {}).map(([name, { type }]) => ({ name, type: type ?? 'collection' })),
    ),
  count: () => ({ n: stored?.documents ?? 0 }),
  find: collection => cursor(`${database}.${collection}`, (stored?.documents ?? 0) > 0 ? [{ _id: 1 }] : []),
  validate: collection => ({ ns: `${database}.${collection}`, valid: true, errors: [] }),
})

function check(more: Partial<CheckRequest> = {}) {
  const progress: CheckProgress[] = []
  const health = checkData({
    port: server.port,
    depth: 'quick',
    argv,
    onProgress: step => progress.push(step),
    signal: new AbortController().signal,
    ...more,
  })
  return health.then(found => ({ ...found, progress }))
}

describe('checking the data', () => {
  it('describes the server and every collection of every database', async () => {
    await serve({ shop: { orders: { documents: 3 }, carts: {} }, local: { 'oplog.rs': { documents: 10 } } })
    const { progress, ...health } = await check()
    expect(health).toEqual({
      version: '7.0.14',
      fcv: '7.0',
      argumentsLost: [],
      databases: [
        {
          name: 'shop',
          sizeOnDisk: 4096,
          collections: [
            { name: 'carts', kind: 'collection', count: 0, reading: 'empty' },
            { name: 'orders', kind: 'collection', count: 3, reading: 'document' },
          ],
        },
        {
          name: 'local',
          sizeOnDisk: 4096,
          collections: [{ name: 'oplog.rs', kind: 'collection', count: 10, reading: 'document' }],
        },
      ],
      findings: [],
    })
    expect(progress).toEqual([
      { done: 0, total: 3, namespace: 'shop.carts' },
      { done: 1, total: 3, namespace: 'shop.orders' },
      { done: 2, total: 3, namespace: 'local.oplog.rs' },
      { done: 3, total: 3, namespace: undefined },
    ])
  })

  it('reads one document through a cursor, and no more', async () => {
    await serve({ shop: { orders: { documents: 3 } } })
    await check()
    expect(asked).toContain('find shop.orders')
    expect(asked.filter(command => command.startsWith('getMore'))).toEqual([])
  })

  it('names the words of the command that did not arrive', async () => {
    await serve({})
    expect((await check({ argv: [...argv, '--enableEncryption'] })).argumentsLost).toEqual([
      '--enableEncryption',
    ])
  })

  it('does not run views, and does not count a time series, whose buckets are counted', async () => {
    await serve({
      iot: {
        weather: { type: 'timeseries', documents: 100 },
        'system.buckets.weather': { documents: 2 },
        hottest: { type: 'view' },
        'system.views': { documents: 2 },
      },
    })
    const { databases, findings } = await check({ depth: 'deep' })
    expect(findings).toEqual([])
    expect(databases[0]!.collections).toEqual([
      { name: 'hottest', kind: 'view', count: undefined, reading: 'view' },
      { name: 'system.buckets.weather', kind: 'collection', count: 2, reading: 'document' },
      { name: 'system.views', kind: 'collection', count: 2, reading: 'document' },
      { name: 'weather', kind: 'timeseries', count: undefined, reading: 'document' },
    ])
    expect(asked.filter(command => command.endsWith('iot.hottest'))).toEqual([])
    expect(asked.filter(command => command.startsWith('validate'))).toEqual([
      'validate iot.system.buckets.weather',
      'validate iot.system.views',
    ])
  })

  it('finds an unreadable collection, and reads on', async () => {
    await serve({
      shop: { bad: { documents: 5, on: { find: refusal(8, 'decryption failed') } }, good: { documents: 1 } },
    })
    const { databases, findings } = await check()
    expect(findings).toMatchObject([
      { code: 'CHECK-001', severity: 'error', message: 'shop.bad cannot be read: decryption failed' },
    ])
    expect(databases[0]!.collections.map(({ reading }) => reading)).toEqual(['unreadable', 'document'])
  })

  it('says what it was not let look at, and why', async () => {
    await serve({ shop: { locked: { on: { count: refusal(13, 'not authorized') } } } })
    const { databases, findings } = await check()
    expect(findings).toMatchObject([
      {
        code: 'CHECK-003',
        severity: 'warning',
        message: expect.stringMatching(/shop\.locked .*login/) as string,
      },
    ])
    expect(databases[0]!.collections[0]).toMatchObject({ reading: 'skipped', count: undefined })
  })

  it('finds a database whose collections cannot be listed', async () => {
    await serve(
      { shop: { orders: { documents: 1 } }, broken: {} },
      { 'listCollections broken': refusal(8, 'catalog is damaged') },
    )
    const { databases, findings } = await check()
    expect(findings).toMatchObject([
      { code: 'CHECK-001', message: 'broken cannot be read: catalog is damaged' },
    ])
    expect(databases.map(({ name, collections }) => [name, collections.length])).toEqual([
      ['shop', 1],
      ['broken', 0],
    ])
  })

  it('validates only when it is to look deep', async () => {
    await serve({ shop: { orders: { documents: 1 } } })
    await check()
    expect(asked).not.toContain('validate shop.orders')
    await check({ depth: 'deep' })
    expect(asked).toContain('validate shop.orders')
  })

  it('finds what validate calls invalid, and what it refuses', async () => {
    await serve({
      shop: {
        a: {
          documents: 1,
          on: { validate: { valid: false, errors: ['index _id_ is inconsistent', 'and more'] } },
        },
        b: { documents: 1, on: { validate: refusal(115, 'cannot') } },
      },
    })
    const { databases, findings } = await check({ depth: 'deep' })
    expect(findings).toMatchObject([
      { code: 'CHECK-002', severity: 'error', message: 'shop.a is not valid: index _id_ is inconsistent' },
      { code: 'CHECK-003', message: expect.stringContaining('shop.b') as string },
    ])
    expect(databases[0]!.collections.map(({ reading }) => reading)).toEqual(['document', 'document'])
  })

  it.each<[string, Answer]>([
    ['breaks the connection', 'hang up'],
    ['says that it shuts down', refusal(91, 'The server is in shutdown')],
  ])('names what it was reading when the server %s', async (_, answer) => {
    await serve({
      shop: { a: { documents: 1 }, b: { documents: 1, on: { find: answer } }, c: { documents: 1 } },
    })
    const { databases, findings } = await check()
    expect(findings).toMatchObject([
      {
        code: 'CHECK-004',
        severity: 'error',
        message: expect.stringMatching(/shop\.b.*2 collections/) as string,
      },
    ])
    expect(databases[0]!.collections.map(({ reading }) => reading)).toEqual([
      'document',
      'skipped',
      'skipped',
    ])
  })

  it('fails when the server does not even list its databases', async () => {
    await serve({}, { listDatabases: 'hang up' })
    await expect(check()).rejects.toMatchObject({ code: 'CHECK-004', exitCode: 7 })
  })

  it('does without the compatibility version where the server does not give it', async () => {
    await serve({}, { getParameter: refusal(13, 'no') })
    expect((await check()).fcv).toBeUndefined()
  })

  it('ends when it is cancelled, in the middle of a command', async () => {
    const cancel = new AbortController()
    await serve({ shop: { a: { documents: 1 }, b: { documents: 1 } } })
    const checking = check({ signal: cancel.signal, onProgress: ({ done }) => done === 1 && cancel.abort() })
    await expect(checking).rejects.toThrow('aborted')
  })
})
