import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { openKeystore } from '../../src/practice/encrypted-store/keystore.ts'
import { openStore } from '../../src/practice/encrypted-store/open-store.ts'
import { DamagedRecord, practiceLabel } from '../../src/practice/encrypted-store/sealed-file.ts'
import { surveySnapshot } from '../../src/snapshot/survey.ts'
import { makeSnapshot, masterKey } from './make-snapshot.ts'

async function filesOf(dbpath: string): Promise<string[]> {
  const entries = await readdir(dbpath, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(dbpath.length + 1))
}

async function open(dbpath: string) {
  return openStore(dbpath, await openKeystore(dbpath, 'key-1', new Secret(masterKey)))
}

async function documents(dbpath: string, namespace: string) {
  const store = await open(dbpath)
  const records = await store.records(store.catalog.find(entry => entry.namespace === namespace)!)
  return Array.from({ length: records.count }, (_, index) => records.read(index))
}

describe('a generated snapshot', () => {
  it('is what the survey of a real snapshot expects', async () => {
    const dbpath = await makeSnapshot({ version: '7.0.14', directoryPerDB: true })
    const survey = await surveySnapshot(dbpath, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    expect(survey).toMatchObject({
      dbpath,
      encryption: 'enterprise',
      serverVersion: { version: '7.0.14' },
      wiredTigerVersion: expect.stringContaining('WiredTiger 11.2.0') as string,
      storage: { engine: 'wiredTiger', directoryPerDB: true, directoryForIndexes: false },
      keys: [{ keyId: 'key-1', provider: 'aws' }],
      keystoreIds: ['key-1'],
      lockedBy: undefined,
    })
    expect(survey.findings.filter(finding => finding.severity === 'error')).toEqual([])
    expect(survey.findings.map(finding => finding.code)).toContain('SNAP-016')
  })

  it('has the files of a dbpath', async () => {
    const files = await filesOf(await makeSnapshot())
    const expected = [
      'WiredTiger',
      'WiredTiger.turtle',
      'WiredTiger.wt',
      'storage.bson',
      '_mdb_catalog.wt',
      'sizeStorer.wt',
    ]
    expect(files).toEqual(
      expect.arrayContaining([...expected, 'mongod.lock', 'journal/WiredTigerLog.0000000001']),
    )
    expect(files.filter(file => /^collection-\d+-\d+\.wt$/.test(file)).length).toBeGreaterThan(5)
    expect(files.filter(file => /^index-\d+-\d+\.wt$/.test(file)).length).toBeGreaterThan(5)
  })

  it('says in every file of WiredTiger that it is none', async () => {
    const dbpath = await makeSnapshot()
    const wiredTiger = (await filesOf(dbpath)).filter(file =>
      /\.wt$|\.turtle$|^WiredTiger$|^journal/.test(file),
    )
    expect(wiredTiger.length).toBeGreaterThan(10)
    for (const file of wiredTiger)
      expect(await readFile(join(dbpath, file), 'utf8'), file).toContain(practiceLabel)
  })

  it('shows neither its data nor its master key to somebody without the key', async () => {
    const dbpath = await makeSnapshot()
    for (const file of await filesOf(dbpath)) {
      const bytes = await readFile(join(dbpath, file))
      expect(bytes.includes('example.com'), file).toBe(false)
      expect(bytes.includes('shop.orders'), file).toBe(false)
      expect(bytes.includes(masterKey), file).toBe(false)
    }
  })

  it('holds a small shop, with a view, and what a replica set member keeps beside it', async () => {
    const dbpath = await makeSnapshot()
    const { catalog } = await open(dbpath)
    expect(catalog.map(entry => entry.namespace)).toEqual(
      expect.arrayContaining([
        'shop.orders',
        'shop.customers',
        'shop.system.views',
        'local.oplog.rs',
        'config.transactions',
      ]),
    )
    expect(await documents(dbpath, 'shop.orders')).toHaveLength(480)
    expect(await documents(dbpath, 'shop.system.views')).toMatchObject([
      { _id: 'shop.open_orders', viewOn: 'orders' },
    ])
    const customers = new Set(
      (await documents(dbpath, 'shop.customers')).map(customer => String(customer._id)),
    )
    for (const order of await documents(dbpath, 'shop.orders'))
      expect(customers).toContain(String(order.customer))
  })

  it('has the same documents every time', async () => {
    const [one, other] = [await makeSnapshot(), await makeSnapshot()]
    for (const namespace of ['shop.orders', 'support.tickets', 'local.oplog.rs']) {
      expect(await documents(one, namespace)).toEqual(await documents(other, namespace))
    }
  })

  it.each([
    ['6.0.19', '6.0', 'WiredTiger 11.0'],
    ['8.0.4', '8.0', 'WiredTiger 11.3'],
  ])(
    'of a mongod %s has its feature compatibility version and its WiredTiger',
    async (version, fcv, wiredTiger) => {
      const dbpath = await makeSnapshot({ version })
      expect(await documents(dbpath, 'admin.system.version')).toContainEqual({
        _id: 'featureCompatibilityVersion',
        version: fcv,
      })
      expect((await readFile(join(dbpath, 'WiredTiger'), 'utf8')).split('\n')[1]).toContain(wiredTiger)
      expect(await readFile(join(dbpath, 'mongod.log'), 'utf8')).toContain(`"version":"${version}"`)
    },
  )

  it('refuses to be of a version that the practice does not know', async () => {
    await expect(makeSnapshot({ version: '3.4.1' })).rejects.toThrow('knows no mongod 3.4.1')
  })

  it('keeps metadata and wrapped key as they were given, for the owner only', async () => {
    const dbpath = await makeSnapshot({
      metadata: { provider: 'gcp', keyId: 'key-1', content: '{ "a": 1 }' },
      wrappedKey: Buffer.from([1, 2, 3]),
    })
    const file = join(dbpath, 'cloudProviderCredentials/key-1.gcp')
    expect(await readFile(`${file}.metadata`, 'utf8')).toBe('{ "a": 1 }')
    expect(await readFile(`${file}.key`)).toEqual(Buffer.from([1, 2, 3]))
    expect((await stat(`${file}.metadata`)).mode & 0o777).toBe(0o600)
  })

  it('has the storage options in storage.bson', async () => {
    const dbpath = await makeSnapshot({ directoryForIndexes: true })
    expect(deserialize(await readFile(join(dbpath, 'storage.bson')))).toEqual({
      storage: {
        engine: 'wiredTiger',
        options: { directoryPerDB: false, directoryForIndexes: true, groupCollections: false },
      },
    })
  })
})

describe('a damaged snapshot', () => {
  it('has one document that does not decrypt', async () => {
    const dbpath = await makeSnapshot({ damage: { kind: 'record', namespace: 'shop.customers', record: 7 } })
    const store = await open(dbpath)
    const records = await store.records(store.catalog.find(entry => entry.namespace === 'shop.customers')!)
    expect(records.read(6)).toHaveProperty('email')
    expect(() => records.read(7)).toThrow(DamagedRecord)
    expect(await documents(dbpath, 'shop.orders')).toHaveLength(480)
  })

  it('has a catalog that does not decrypt', async () => {
    await expect(open(await makeSnapshot({ damage: { kind: 'catalog' } }))).rejects.toThrow(DamagedRecord)
  })

  it('cannot be damaged where it has nothing', async () => {
    const nowhere = { kind: 'record', namespace: 'shop.nothing', record: 0 } as const
    await expect(makeSnapshot({ damage: nowhere })).rejects.toThrow('no collection shop.nothing')
  })
})
