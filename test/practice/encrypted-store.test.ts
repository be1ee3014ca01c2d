import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Int32, serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { fileOfIdent } from '../../src/practice/encrypted-store/catalog.ts'
import { composeStore, type StoreContent } from '../../src/practice/encrypted-store/compose-store.ts'
import { keystoreIds, NoValidKeystore, openKeystore } from '../../src/practice/encrypted-store/keystore.ts'
import { openStore } from '../../src/practice/encrypted-store/open-store.ts'
import {
  DamagedRecord,
  damageRecord,
  NotSealed,
  practiceLabel,
  readSealedFile,
  sealRecords,
  unsealRecord,
} from '../../src/practice/encrypted-store/sealed-file.ts'
import { temporaryFolder } from '../temp-folder.ts'

const key = new Secret(Buffer.alloc(32, 7))
const records = ['first', 'second', 'third'].map(text => Buffer.from(text))

describe('a sealed file', () => {
  it('says on its first line that WiredTiger did not write it', () => {
    expect(sealRecords('x', key, []).toString('utf8')).toContain(practiceLabel)
    expect(practiceLabel).toContain('not written by WiredTiger')
  })

  it('gives back any records, byte by byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), contents => {
        const file = readSealedFile('x', sealRecords('x', key, contents))
        expect(file.count).toBe(contents.length)
        contents.forEach((content, index) =>
          expect(unsealRecord(file, index, key)).toEqual(Buffer.from(content)),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('does not show a record’s text', () => {
    expect(sealRecords('x', key, records).includes('second')).toBe(false)
  })

  it('opens with no other key', () => {
    const file = readSealedFile('x', sealRecords('x', key, records))
    expect(() => unsealRecord(file, 0, new Secret(Buffer.alloc(32, 8)))).toThrow(DamagedRecord)
  })

  it('shows a damaged record, and reads the others', () => {
    const file = readSealedFile('x', damageRecord('x', sealRecords('x', key, records), 1))
    expect(() => unsealRecord(file, 1, key)).toThrow(
      expect.objectContaining({ name: 'DamagedRecord', ident: 'x', index: 1 }) as Error,
    )
    expect(unsealRecord(file, 2, key).toString()).toBe('third')
  })

  it('shows any single flipped bit behind its count', () => {
    const sealed = sealRecords('x', key, [randomBytes(20)])
    const start = Buffer.byteLength(practiceLabel) + 4
    fc.assert(
      fc.property(fc.integer({ min: start, max: sealed.length - 1 }), fc.nat(7), (offset, bit) => {
        const damaged = Buffer.from(sealed)
        damaged.writeUInt8(damaged.readUInt8(offset) ^ (1 << bit), offset)
        expect(() => unsealRecord(readSealedFile('x', damaged), 0, key)).toThrow(DamagedRecord)
      }),
    )
  })

  it('shows what is missing when it is cut off', () => {
    const sealed = sealRecords('x', key, records)
    const file = readSealedFile('x', sealed.subarray(0, -1))
    expect(unsealRecord(file, 1, key).toString()).toBe('second')
    expect(() => unsealRecord(file, 2, key)).toThrow(DamagedRecord)
  })

  it('is bound to its name and its order', () => {
    const sealed = sealRecords('x', key, records)
    expect(() => unsealRecord(readSealedFile('y', sealed), 0, key)).toThrow(DamagedRecord)
    const file = readSealedFile('x', sealed)
    const swapped = { ...file, sealed: file.sealed.toReversed() }
    expect(() => unsealRecord(swapped, 0, key)).toThrow(DamagedRecord)
  })

  it('is told from any other file', () => {
    for (const other of ['', 'WiredTiger\n', practiceLabel]) {
      expect(() => readSealedFile('x', Buffer.from(other))).toThrow(NotSealed)
    }
  })
})

const masterKey = new Secret(Buffer.alloc(32, 1))
const content: StoreContent = {
  layout: { directoryPerDB: false, directoryForIndexes: false },
  kmipKeyId: 'key-1',
  masterKey,
  databases: [
    {
      name: 'shop',
      collections: [
        {
          name: 'orders',
          documents: [{ _id: 1, total: new Int32(5) }, { _id: 2 }],
          indexes: [{ v: 2, key: { total: 1 }, name: 'total_1' }],
        },
      ],
    },
    { name: 'empty', collections: [{ name: 'nothing', documents: [] }] },
  ],
}

async function write(store: StoreContent): Promise<string> {
  const dbpath = await temporaryFolder()
  for (const [path, bytes] of composeStore(store).files) {
    await mkdir(dirname(join(dbpath, path)), { recursive: true })
    await writeFile(join(dbpath, path), bytes)
  }
  return dbpath
}

describe('an encrypted store', () => {
  it('is opened by the master key, through the keystore', async () => {
    const dbpath = await write(content)
    const store = await openStore(dbpath, await openKeystore(dbpath, 'key-1', masterKey))
    expect(store.catalog.map(entry => entry.namespace)).toEqual(['shop.orders', 'empty.nothing'])
    const [orders, nothing] = store.catalog
    expect(store.size(orders!)).toEqual({ records: 2, bytes: serialize({ _id: 1, total: 5 }).length + 14 })
    const documents = await store.records(orders!)
    expect(documents.read(0)).toEqual({ _id: new Int32(1), total: new Int32(5) })
    expect((await store.records(nothing!)).count).toBe(0)
    expect(await store.indexEntries(orders!, orders!.indexes[1]!)).toBe(2)
  })

  it('has a key of its own for each database, and one for the catalog', async () => {
    const dbpath = await write(content)
    const keys = await openKeystore(dbpath, 'key-1', masterKey)
    expect([...keys.keys()]).toEqual(['.system', 'shop', 'empty'])
    expect(new Set([...keys.values()].map(secret => secret.revealBytes().toString('hex'))).size).toBe(3)
  })

  it('has no valid keystore for another master key, another key id, or a keystore that is something else', async () => {
    const dbpath = await write(content)
    await expect(openKeystore(dbpath, 'key-1', new Secret(Buffer.alloc(32, 2)))).rejects.toThrow(
      NoValidKeystore,
    )
    await expect(openKeystore(dbpath, 'key-2', masterKey)).rejects.toThrow(NoValidKeystore)
    await writeFile(join(dbpath, 'key.store/key-1/keystore.wt'), 'something else')
    await expect(openKeystore(dbpath, 'key-1', masterKey)).rejects.toThrow(NoValidKeystore)
  })

  it('names the keystores that a dbpath has, without the leftovers of a rotation', async () => {
    const dbpath = await write(content)
    await mkdir(join(dbpath, 'key.store/key-0-invalidated-2025'))
    expect(await keystoreIds(dbpath)).toEqual(['key-1'])
    expect(await keystoreIds(await temporaryFolder())).toEqual([])
  })

  it('does not open with a damaged catalog', async () => {
    const dbpath = await write(content)
    const path = fileOfIdent('_mdb_catalog')
    const intact = composeStore(content).files.get(path)!
    // Sealed under the keys of another store: as good as damaged.
    await writeFile(join(dbpath, path), intact)
    await expect(openStore(dbpath, await openKeystore(dbpath, 'key-1', masterKey))).rejects.toThrow(
      DamagedRecord,
    )
  })

  it.each([
    [false, false, /^collection-0-\d+$/, /^index-1-\d+$/],
    [true, false, /^shop\/collection-0-\d+$/, /^shop\/index-1-\d+$/],
    [false, true, /^collection\/0-\d+$/, /^index\/1-\d+$/],
    [true, true, /^shop\/collection\/0-\d+$/, /^shop\/index\/1-\d+$/],
  ])(
    'lays its files out as mongod does: directoryPerDB %s, directoryForIndexes %s',
    (perDB, forIndexes, ident, index) => {
      const layout = { directoryPerDB: perDB, directoryForIndexes: forIndexes }
      const [orders] = composeStore({ ...content, layout }).catalog
      expect(orders!.ident).toMatch(ident)
      expect(orders!.indexes[0]!.ident).toMatch(index)
    },
  )

  it('keeps the uuids and idents of a namespace from one snapshot to the next', () => {
    const [one, other] = [composeStore(content).catalog[0]!, composeStore(content).catalog[0]!]
    expect(one.ident).toBe(other.ident)
    expect(one.uuid.toHexString()).toBe(other.uuid.toHexString())
  })

  it('has an _id index where the documents have an _id', () => {
    const oplog = { name: 'oplog.rs', documents: [{ op: 'n' }] }
    const { catalog } = composeStore({ ...content, databases: [{ name: 'local', collections: [oplog] }] })
    expect(catalog[0]!.indexes).toEqual([])
  })
})
