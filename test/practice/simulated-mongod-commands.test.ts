import { MongoServerError, type Document, type MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { driverFor, serveSnapshot } from './serve-snapshot.ts'

async function connected(...options: Parameters<typeof serveSnapshot>): Promise<MongoClient> {
  return driverFor(await serveSnapshot(...options))
}

async function refusal(command: Promise<Document>): Promise<MongoServerError> {
  const error: unknown = await command.catch((thrown: unknown) => thrown)
  if (!(error instanceof MongoServerError)) throw new TypeError('the server did not refuse')
  return error
}

describe('to the official driver', () => {
  it('lists databases with their sizes, collections and views', async () => {
    const client = await connected()
    const { databases } = await client.db('admin').admin().listDatabases()
    expect(databases.map(({ name }) => name)).toEqual(['admin', 'config', 'local', 'shop', 'support'])
    expect(databases.every(({ sizeOnDisk }) => Number(sizeOnDisk) > 0)).toBe(true)
    const collections = await client.db('shop').listCollections().toArray()
    expect(collections.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'carts: collection',
      'customers: collection',
      'orders: collection',
      'system.views: collection',
      'open_orders: view',
    ])
    expect(await client.db('shop').listCollections({ name: 'orders' }, { nameOnly: true }).toArray()).toEqual(
      [{ name: 'orders', type: 'collection' }],
    )
    expect(await client.db('nothing').listCollections().toArray()).toEqual([])
  })

  it('counts and reads every collection', async () => {
    const client = await connected()
    const orders = client.db('shop').collection('orders')
    expect(await orders.estimatedDocumentCount()).toBe(480)
    expect(await orders.countDocuments()).toBe(480)
    expect(await orders.countDocuments({ status: 'open' })).toBe(
      (await orders.find({ status: 'open' }).toArray()).length,
    )
    expect(await orders.findOne({ number: 10_001 })).toMatchObject({ number: 10_001, totalCents: 11_580 })
    expect(await client.db('shop').collection('carts').findOne()).toBeNull()
    expect(await client.db('shop').collection('missing').countDocuments()).toBe(0)
  })

  it('fetches in batches, with skip and limit', async () => {
    const client = await connected()
    const orders = client.db('shop').collection('orders')
    const all = await orders.find({}, { batchSize: 100 }).toArray()
    expect(all.map(order => Number(order.number))).toEqual(Array.from({ length: 480 }, (_, n) => 10_000 + n))
    expect(await orders.find().skip(478).toArray()).toHaveLength(2)
    expect(await orders.find().skip(10).limit(3).toArray()).toMatchObject([
      { number: 10_010 },
      { number: 10_011 },
      { number: 10_012 },
    ])
  })

  it('gives a cursor up when the client closes it', async () => {
    const client = await connected()
    const cursor = client.db('shop').collection('orders').find({}, { batchSize: 2 })
    await cursor.next()
    const id = cursor.id
    await cursor.close()
    const more = client.db('shop').command({ getMore: id, collection: 'orders' })
    expect(await refusal(more)).toMatchObject({ code: 43, codeName: 'CursorNotFound' })
  })

  it('serves the view', async () => {
    const client = await connected()
    const view = client.db('shop').collection('open_orders')
    const found = await view.find().toArray()
    expect(found.length).toBeGreaterThan(50)
    expect(new Set(found.map(order => String(order.status)))).toEqual(new Set(['open']))
    expect(await view.countDocuments()).toBe(found.length)
    expect(await view.estimatedDocumentCount()).toBe(found.length)
    const indexes = client.db('shop').command({ listIndexes: 'open_orders' })
    expect(await refusal(indexes)).toMatchObject({ codeName: 'CommandNotSupportedOnView' })
  })

  it('lists indexes, and tells statistics', async () => {
    const client = await connected()
    const shop = client.db('shop')
    expect((await shop.collection('orders').indexes()).map(({ name }) => name)).toEqual([
      '_id_',
      'customer_1',
      'placedAt_-1',
    ])
    expect(await shop.stats()).toMatchObject({ db: 'shop', collections: 4, views: 1, objects: 541 })
    expect(await shop.command({ collStats: 'orders' })).toMatchObject({
      count: 480,
      nindexes: 3,
      capped: false,
    })
    const [stats] = await shop
      .collection('orders')
      .aggregate([{ $collStats: { count: {}, storageStats: {} } }])
      .toArray()
    expect(stats).toMatchObject({ ns: 'shop.orders', count: 480, storageStats: { count: 480 } })
    expect(await refusal(shop.command({ listIndexes: 'missing' }))).toMatchObject({
      codeName: 'NamespaceNotFound',
    })
  })

  it('says what it is, everywhere', async () => {
    const client = await connected()
    const admin = client.db('admin')
    expect(await admin.command({ buildInfo: 1 })).toMatchObject({
      version: '7.0.14',
      snapthawSimulated: true,
    })
    expect(await admin.command({ serverStatus: 1 })).toMatchObject({
      pid: process.pid,
      snapthawSimulated: true,
      encryptionAtRest: { encryptionEnabled: true },
    })
    expect(await admin.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true, maxWireVersion: 21 })
    expect(await admin.command({ ping: 1 })).toMatchObject({ ok: 1 })
    expect(await admin.command({ connectionStatus: 1 })).toMatchObject({
      authInfo: { authenticatedUsers: [] },
    })
    expect((await admin.command({ whatsmyuri: 1 })).you).toMatch(/^127\.0\.0\.1:\d+$/)
    expect((await admin.command({ hostInfo: 1 })).system).toHaveProperty('hostname')
  })

  it('tells its options and parameters', async () => {
    const admin = (await connected()).db('admin')
    const { argv, parsed } = await admin.command({ getCmdLineOpts: 1 })
    expect(argv).toContain('--dbpath')
    expect(parsed).toHaveProperty('storage.dbPath')
    expect(await admin.command({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({
      featureCompatibilityVersion: { version: '7.0' },
    })
    expect(await refusal(admin.command({ getParameter: 1, nothing: 1 }))).toMatchObject({
      codeName: 'InvalidOptions',
    })
  })

  it('shows its log', async () => {
    const admin = (await connected()).db('admin')
    const { log } = await admin.command({ getLog: 'global' })
    expect((log as string[]).some(line => line.includes('Connection accepted'))).toBe(true)
    expect(await admin.command({ getLog: '*' })).toMatchObject({ names: ['global', 'startupWarnings'] })
    expect(await refusal(admin.command({ getLog: 'nothing' }))).toMatchObject({ codeName: 'BadValue' })
  })

  it.each<[Document, string, string]>([
    [{ atlasVersion: 1 }, 'CommandNotFound', "no such command: 'atlasVersion'"],
    [{ toString: 1 }, 'CommandNotFound', "no such command: 'toString'"],
    [{ insert: 'orders', documents: [{}] }, 'NotImplemented', 'only reads'],
    [{ find: 'orders', sort: { number: 1 } }, 'NotImplemented', "the option 'sort'"],
    [{ find: 'orders', filter: { number: { $gt: 1 } } }, 'NotImplemented', '$gt'],
    [{ find: 1 }, 'InvalidNamespace', 'invalid type'],
    [{ find: '' }, 'InvalidNamespace', 'no collection name'],
    [{ find: 'orders', filter: [] }, 'TypeMismatch', "'filter' must be a document"],
    [{ find: 'orders', limit: -1 }, 'BadValue', "'limit'"],
    [{ aggregate: 'orders', pipeline: [] }, 'BadValue', "'cursor' option is required"],
    [{ aggregate: 'orders', pipeline: [{ $out: 'x' }], cursor: {} }, 'NotImplemented', '$out'],
    [{ aggregate: 1, pipeline: [{ $currentOp: {} }], cursor: {} }, 'NotImplemented', 'without a collection'],
    [{ getMore: 1, collection: 'orders' }, 'CursorNotFound', 'cursor id 1 not found'],
    [{ shutdown: 1 }, 'Unauthorized', 'admin database'],
  ])('refuses %j', async (command, codeName, reason) => {
    const error = await refusal((await connected()).db('shop').command(command))
    expect(error).toMatchObject({ codeName })
    expect(error.message).toContain(reason)
  })
})

describe('a damaged document', () => {
  const damage = { kind: 'record', namespace: 'shop.orders', record: 150 } as const

  it('fails the reading that comes to it, and no other', async () => {
    const client = await connected({ damage })
    const orders = client.db('shop').collection('orders')
    expect(await orders.estimatedDocumentCount()).toBe(480)
    expect(await orders.findOne()).toMatchObject({ number: 10_000 })
    expect(await orders.find().limit(150).toArray()).toHaveLength(150)
    const error = await refusal(orders.find().toArray())
    expect(error).toMatchObject({ code: 8, codeName: 'UnknownError' })
    expect(error.message).toMatch(/^-31802: WT_ERROR.*record 150 of collection-.* does not decrypt/)
    expect(await client.db('support').collection('tickets').countDocuments()).toBe(36)
  })

  it('is found by validate', async () => {
    const client = await connected({ damage })
    expect(await client.db('shop').command({ validate: 'orders' })).toMatchObject({
      valid: false,
      nInvalidDocuments: 1,
      corruptRecords: [151],
    })
    expect(await client.db('shop').command({ validate: 'customers' })).toMatchObject({
      valid: true,
      nrecords: 60,
      keysPerIndex: { _id_: 60, email_1: 60 },
      errors: [],
    })
  })
})
