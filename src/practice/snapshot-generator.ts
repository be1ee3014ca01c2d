import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { serialize } from 'bson'
import type { Provider } from '../kms/key-service.ts'
import type { Secret } from '../lib/secret.ts'
import { catalogIdent, fileOfIdent, type Layout } from './encrypted-store/catalog.ts'
import { composeStore, type ComposedStore } from './encrypted-store/compose-store.ts'
import { damageRecord, practiceLabel } from './encrypted-store/sealed-file.ts'
import { seriesOfVersion, wiredTigerVersionOf } from './server-release.ts'
import { snapshotData, snapshotTime } from './snapshot-data.ts'
import { snapshotLog } from './snapshot-log.ts'

/** What is broken in the generated snapshot. Both show only once the right key is there. */
export type SnapshotDamage =
  /** One document that does not decrypt: the server starts, and reading this collection fails. */
  | { readonly kind: 'record'; readonly namespace: string; readonly record: number }
  /** The catalog does not decrypt: the server dies at start. */
  | { readonly kind: 'catalog' }

export interface SnapshotOptions {
  /** Made when it is missing; what lies there already is overwritten by name, never removed. */
  readonly dbpath: string
  /** 32 bytes. */
  readonly masterKey: Secret
  /** The name of the folder in key.store: the id that mongod asks the KMIP server for. */
  readonly kmipKeyId: string
  /** The server that wrote the snapshot, such as `7.0.14`. */
  readonly version: string
  readonly directoryPerDB?: boolean
  readonly directoryForIndexes?: boolean
  /** `cloudProviderCredentials/<keyId>.<provider>.metadata`, its text as given. */
  readonly metadata: { readonly provider: Provider; readonly keyId: string; readonly content: string }
  /** The master key as the cloud wrapped it: `cloudProviderCredentials/<keyId>.<provider>.key`. */
  readonly wrappedKey: Buffer
  readonly damage?: SnapshotDamage
}

/**
 * Writes the dbpath of a practice snapshot: laid out as Atlas would, really encrypted, and labelled in every file that
 * is not what WiredTiger would have written there.
 */
export async function generateSnapshot(options: SnapshotOptions): Promise<void> {
  for (const [path, content] of snapshotFiles(options)) {
    const target = join(options.dbpath, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await writeFile(target, content, { mode: 0o600 })
  }
}

/** A pid that no Linux process can have (the highest is 4194304): the lock of a mongod that was copied while it ran. */
const pidOfSnapshotMongod = 4_242_424

function snapshotFiles(options: SnapshotOptions): ReadonlyMap<string, string | Uint8Array> {
  const { kmipKeyId, masterKey, version, metadata } = options
  const layout: Layout = {
    directoryPerDB: options.directoryPerDB ?? false,
    directoryForIndexes: options.directoryForIndexes ?? false,
  }
  const databases = snapshotData(seriesOfVersion(version))
  const store = composeStore({ layout, kmipKeyId, masterKey, databases })
  const credentials = join('cloudProviderCredentials', `${metadata.keyId}.${metadata.provider}`)
  return new Map<string, string | Uint8Array>([
    ...store.files,
    ...damagedFiles(store, options.damage),
    ...wiredTigerFiles(version),
    [
      'storage.bson',
      serialize({ storage: { engine: 'wiredTiger', options: { ...layout, groupCollections: false } } }),
    ],
    ['mongod.lock', `${pidOfSnapshotMongod}\n`],
    [
      'mongod.log',
      snapshotLog({ version, layout, kmipKeyId, pid: pidOfSnapshotMongod, startedAt: snapshotTime }),
    ],
    [`${credentials}.metadata`, metadata.content],
    [`${credentials}.key`, options.wrappedKey],
  ])
}

function damagedFiles(store: ComposedStore, damage: SnapshotDamage | undefined): [string, Buffer][] {
  if (damage === undefined) return []
  const [ident, record] =
    damage.kind === 'catalog' ? [catalogIdent, 0] : [identOf(store, damage.namespace), damage.record]
  const path = fileOfIdent(ident)
  const intact = store.files.get(path)
  if (intact === undefined) throw new RangeError(`The snapshot has no file ${path}`)
  return [[path, damageRecord(ident, intact, record)]]
}

function identOf(store: ComposedStore, namespace: string): string {
  const entry = store.catalog.find(candidate => candidate.namespace === namespace)
  if (entry === undefined) throw new RangeError(`The snapshot has no collection ${namespace}`)
  return entry.ident
}

/** What lies around the data. Where WiredTiger keeps something of its own, the file says what that would be. */
function wiredTigerFiles(version: string): [string, string][] {
  const wiredTiger = wiredTigerVersionOf(version)
  const instead = (what: string) => `${practiceLabel}In a real dbpath, this file is ${what}.\n`
  return [
    ['WiredTiger', `WiredTiger\n${wiredTiger}\n${practiceLabel}`],
    ['WiredTiger.lock', 'WiredTiger lock file\n'],
    ['WiredTiger.turtle', `${practiceLabel}WiredTiger version string\n${wiredTiger}\n`],
    ['WiredTiger.wt', instead('where WiredTiger keeps the list of its own files')],
    ['WiredTigerHS.wt', instead('where WiredTiger keeps older versions of documents')],
    [
      join('journal', 'WiredTigerLog.0000000001'),
      instead('the journal: what was written since the last checkpoint'),
    ],
  ]
}
