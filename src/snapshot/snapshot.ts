import type { Finding } from '../lib/failure.ts'
import type { Provider } from '../kms/key-service.ts'

/** One key as the files of `cloudProviderCredentials` name it. */
export interface SnapshotKey {
  readonly keyId: string
  readonly provider: Provider
  /** `<dbpath>/cloudProviderCredentials/<keyID>.<provider>.metadata` */
  readonly metadataPath: string
}

/** How mongod stores what it stores, from `storage.bson`. */
export interface StorageOptions {
  readonly engine: string | undefined
  readonly directoryPerDB: boolean
  readonly directoryForIndexes: boolean
}

export type Encryption =
  /** MongoDB Enterprise's key.store, or at least cloudProviderCredentials. */
  | 'enterprise'
  /** key.db of Percona Server for MongoDB. */
  | 'percona'
  | 'none'

export interface ServerVersion {
  /** `7.0.14` */
  readonly version: string
  /** Where it was read: a path inside the snapshot. */
  readonly source: string
}

/** What lies on disk, as far as it can be read without a key. All paths are absolute. */
export interface Snapshot {
  readonly dbpath: string
  readonly encryption: Encryption
  /** Undefined when neither the logs nor a restoreInfo.txt say it. */
  readonly serverVersion: ServerVersion | undefined
  /** `Options set by command line` of the snapshot's own mongod (log id 21951), where logged. */
  readonly loggedOptions: Readonly<Record<string, unknown>> | undefined
  /** `WiredTiger 11.2.0`: the second line of the file WiredTiger. */
  readonly wiredTigerVersion: string | undefined
  readonly storage: StorageOptions | undefined
  readonly keys: readonly SnapshotKey[]
  /** Names of the folders of key.store: the ids that mongod will ask the KMIP server for. */
  readonly keystoreIds: readonly string[]
  readonly files: number
  readonly bytes: number
  /** The pid in mongod.lock when that process lives and has this dbpath in use, else undefined. */
  readonly lockedBy: number | undefined
  readonly findings: readonly Finding[]
}
