import { Int32, Long, ObjectId, Timestamp } from 'bson'
import type { DatabaseContent } from './encrypted-store/compose-store.ts'
import type { BsonDocument } from './encrypted-store/catalog.ts'

/** When the cluster of the practice snapshot was last alive. */
export const snapshotTime = new Date('2025-11-02T03:14:15.926Z')

const day = 86_400_000
const cities = ['Lisbon', 'Oslo', 'Kraków', 'Nantes', 'Graz', 'Turku', 'Bologna', 'Ghent']
const firstNames = ['Ada', 'Bruno', 'Chiara', 'Dag', 'Edda', 'Femi', 'Greta', 'Hiro', 'Inès', 'Jonas']
const lastNames = ['Almeida', 'Berg', 'Costa', 'Dahl', 'Ek', 'Fontaine', 'Gruber', 'Hansen']
const goods = ['espresso cups', 'tea kettle', 'bread knife', 'linen apron', 'oak board', 'cast-iron pan']
const statuses = ['open', 'paid', 'shipped', 'returned']
const subjects = ['Parcel is late', 'Wrong colour', 'Invoice wanted', 'Handle came off']

/** The content of the practice snapshot: a small shop on a replica set. The same for the same version, document for document. */
export function snapshotData(featureCompatibilityVersion: string): readonly DatabaseContent[] {
  return [
    {
      name: 'shop',
      collections: [
        {
          name: 'customers',
          documents: range(60).map(customer),
          indexes: [{ v: 2, key: { email: 1 }, name: 'email_1' }],
        },
        {
          name: 'orders',
          documents: range(480).map(order),
          indexes: [
            { v: 2, key: { customer: 1 }, name: 'customer_1' },
            { v: 2, key: { placedAt: -1 }, name: 'placedAt_-1' },
          ],
        },
        { name: 'carts', documents: [] },
        {
          name: 'system.views',
          documents: [
            {
              _id: 'shop.open_orders',
              viewOn: 'orders',
              pipeline: [{ $match: { status: 'open' } }],
            },
          ],
        },
      ],
    },
    { name: 'support', collections: [{ name: 'tickets', documents: range(36).map(ticket) }] },
    {
      name: 'admin',
      collections: [
        {
          name: 'system.version',
          documents: [
            { _id: 'featureCompatibilityVersion', version: featureCompatibilityVersion },
            { _id: 'authSchema', currentVersion: new Int32(5) },
          ],
        },
      ],
    },
    {
      name: 'config',
      collections: [
        { name: 'transactions', documents: [] },
        { name: 'system.sessions', documents: range(4).map(session) },
      ],
    },
    {
      name: 'local',
      collections: [
        { name: 'startup_log', documents: [], options: { capped: true, size: new Int32(10_485_760) } },
        { name: 'system.replset', documents: [replicaSetConfig()] },
        {
          name: 'oplog.rs',
          documents: range(120).map(oplogEntry),
          options: { capped: true, size: Long.fromNumber(1_038_090_240) },
        },
      ],
    },
  ]
}

function customer(n: number): BsonDocument {
  const first = pick(firstNames, n, 1)
  const last = pick(lastNames, n, 2)
  return {
    _id: id('c', n),
    name: `${first} ${last}`,
    email: `${first}.${last}.${n}@example.com`.toLowerCase(),
    city: pick(cities, n, 3),
    since: new Date(snapshotTime.getTime() - (400 - n) * day),
  }
}

function order(n: number): BsonDocument {
  const items = range(1 + (noise(n, 4) % 3)).map(line => ({
    article: pick(goods, n + line, 5),
    quantity: new Int32(1 + (noise(n + line, 6) % 4)),
    cents: new Int32(990 + (noise(n + line, 7) % 90) * 100),
  }))
  return {
    _id: id('0', n),
    number: new Int32(10_000 + n),
    customer: id('c', noise(n, 8) % 60),
    status: pick(statuses, n, 9),
    items,
    totalCents: new Int32(items.reduce((sum, item) => sum + item.cents.value * item.quantity.value, 0)),
    placedAt: new Date(snapshotTime.getTime() - (480 - n) * (day / 6)),
  }
}

function ticket(n: number): BsonDocument {
  return {
    _id: id('e', n),
    order: id('0', noise(n, 10) % 480),
    subject: pick(subjects, n, 11),
    closed: noise(n, 12) % 3 !== 0,
    openedAt: new Date(snapshotTime.getTime() - (36 - n) * day),
  }
}

function session(n: number): BsonDocument {
  return { _id: { id: `practice-session-${n}` }, lastUse: new Date(snapshotTime.getTime() - n * 60_000) }
}

function oplogEntry(n: number): BsonDocument {
  const seconds = Math.floor(snapshotTime.getTime() / 1000) - (120 - n) * 10
  return {
    ts: new Timestamp({ t: seconds, i: 1 }),
    t: Long.fromNumber(7),
    v: Long.fromNumber(2),
    op: 'n',
    ns: '',
    o: { msg: 'periodic noop' },
    wall: new Date(seconds * 1000),
  }
}

function replicaSetConfig(): BsonDocument {
  const members = range(3).map(n => ({
    _id: new Int32(n),
    host: `practice-shard-00-0${n}.example.net:27017`,
    priority: new Int32(n === 0 ? 7 : 6),
  }))
  return { _id: 'atlas-practice-shard-0', version: new Int32(4), term: Long.fromNumber(7), members }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n)
}

/** An ObjectId that is the same in every snapshot: the kind of thing it names, then its number. */
function id(kind: string, n: number): ObjectId {
  return new ObjectId(`672${kind}`.padEnd(16, '0') + n.toString(16).padStart(8, '0'))
}

/** A whole number that looks random and is not (the mixing step of splitmix32). */
function noise(n: number, salt: number): number {
  let mixed = Math.imul(n * 97 + salt * 1009 + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

function pick(words: readonly string[], n: number, salt: number): string {
  return words[noise(n, salt) % words.length] ?? ''
}
