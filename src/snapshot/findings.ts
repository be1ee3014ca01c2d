import { join } from 'node:path'
import type { Finding } from '../lib/failure.ts'
import { counted, formatBytes } from '../lib/format.ts'
import { shellCommand, shellQuote } from '../lib/shell-quote.ts'
import { credentialsFolder, keystoreFolder, storageOptionsFile } from './layout.ts'
import type { DbpathUse } from './lock.ts'
import type { Encryption, SnapshotKey, StorageOptions } from './snapshot.ts'
import type { Tree } from './tree.ts'

/** What the survey has seen. Names are relative to the dbpath. */
export interface Facts {
  readonly dbpath: string
  readonly encryption: Encryption
  readonly keys: readonly SnapshotKey[]
  /** Paths that are named like metadata files and are none. */
  readonly strangeMetadata: readonly string[]
  readonly hasKeystore: boolean
  readonly keystoreIds: readonly string[]
  /** Files without which WiredTiger has no database. */
  readonly missing: readonly string[]
  /** Folders where files are expected, and files where folders are. */
  readonly misplaced: readonly string[]
  readonly storage: StorageOptions | 'absent' | 'not understood'
  readonly use: DbpathUse
  readonly tree: Tree
  /** Undefined where the folder takes new files, else the system's word for why not: `EACCES`, `EROFS`. */
  readonly notWritable: string | undefined
  /** Bytes that this user may still write to the file system; undefined where it does not say. */
  readonly free: number | undefined
}

/** WiredTiger writes its journal in files of 100 MB and mongod keeps up to 200 MB of diagnostic data. */
const enoughSpace = 1_000_000_000

/** What is worth saying about a dbpath: an error stands in the way of the restore. In the order of the codes. */
export function findingsOf(facts: Facts): readonly Finding[] {
  // Of a folder that is no snapshot to restore this way, nothing else needs saying.
  const otherwise = notThisWay(facts)
  if (otherwise !== undefined) return [otherwise]
  return [
    incomplete(facts),
    linksOut(facts),
    noKeystore(facts),
    inUse(facts),
    notUsable(facts),
    littleSpace(facts),
    severalKeys(facts),
    noMetadata(facts),
    storageLayout(facts),
    unclean(facts),
  ].flatMap(finding => finding ?? [])
}

function notThisWay({ dbpath, encryption }: Facts): Finding | undefined {
  if (encryption === 'percona') {
    return {
      code: 'SNAP-007',
      severity: 'error',
      message: `${dbpath} is a dbpath of Percona Server for MongoDB: its keys lie in key.db, which MongoDB Enterprise cannot read`,
      remedy:
        'Start it with the mongod of Percona Server for MongoDB and the key server or key file that it was written with',
    }
  }
  if (encryption === 'none') {
    return {
      code: 'SNAP-006',
      severity: 'error',
      message: `${dbpath} is not encrypted: it has neither ${keystoreFolder} nor ${credentialsFolder}`,
      remedy: `It needs no key. Start a mongod on it: ${shellCommand(['mongod', '--dbpath', dbpath, '--bind_ip', '127.0.0.1'])}`,
    }
  }
  return undefined
}

function incomplete({ dbpath, missing, misplaced }: Facts): Finding | undefined {
  if (missing.length === 0 && misplaced.length === 0) return undefined
  const parts = [
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
    ...(misplaced.length === 0
      ? []
      : [`folder in place of a file, or a file in place of a folder: ${misplaced.join(', ')}`]),
  ]
  return {
    code: 'SNAP-005',
    severity: 'error',
    message: `${dbpath} is not complete (${parts.join('; ')}), and mongod would not find its data`,
    remedy:
      'Extract the archive once more into an empty folder, and look whether tar reports an error at its end',
  }
}

function linksOut({ dbpath, tree }: Facts): Finding | undefined {
  if (tree.linksOut.length === 0) return undefined
  return {
    code: 'SNAP-005',
    severity: 'warning',
    message: `Links lead out of ${dbpath}, or to nothing: ${listed(tree.linksOut)}`,
    remedy: 'mongod follows links and writes through them: go on only if you made them yourself',
  }
}

function noKeystore({ dbpath, hasKeystore }: Facts): Finding | undefined {
  if (hasKeystore) return undefined
  return {
    code: 'SNAP-005',
    severity: 'warning',
    message: `${join(dbpath, keystoreFolder)} is missing: mongod would not find its keys, and would ask for a new master key`,
    remedy:
      'Extract the archive once more, with everything in it. The key proxy refuses a new key, so nothing is damaged',
  }
}

function inUse({ dbpath, use }: Facts): Finding | undefined {
  if (use.kind === 'held') {
    return {
      code: 'SNAP-008',
      severity: 'error',
      message: `Process ${use.pid} (${use.program}) has ${dbpath} in use`,
      remedy: `Stop that server first: ${shellCommand(['mongod', '--shutdown', '--dbpath', dbpath])}`,
    }
  }
  if (use.kind === 'unclear') {
    return {
      code: 'SNAP-008',
      severity: 'warning',
      message: `mongod.lock names process ${use.pid}, which is a ${use.program} of another user: whether it has ${dbpath} in use cannot be seen`,
      remedy: `Look as its user or as root: ls -l /proc/${use.pid}/fd. If it has, mongod will refuse the dbpath`,
    }
  }
  return undefined
}

function notUsable({ dbpath, notWritable, tree }: Facts): Finding | undefined {
  if (notWritable === 'EROFS') {
    return {
      code: 'SNAP-009',
      severity: 'error',
      message: `${dbpath} lies on a read-only file system, and mongod changes the files it opens`,
      remedy: 'Copy the snapshot to a file system that can be written, and give the copy',
    }
  }
  const paths = [...(notWritable === undefined ? [] : ['.']), ...tree.notRead, ...tree.notUsable]
  if (paths.length === 0) return undefined
  return {
    code: 'SNAP-009',
    severity: 'error',
    message: `This user may not read and write everything in ${dbpath}: ${listed([...new Set(paths)])}`,
    remedy: `Run snapthaw as the owner of the files, or take them over: sudo chown -R "$(id -un)" ${shellQuote(dbpath)} && chmod -R u+rwX ${shellQuote(dbpath)}`,
  }
}

function littleSpace({ dbpath, free }: Facts): Finding | undefined {
  if (free === undefined || free >= enoughSpace) return undefined
  return {
    code: 'SNAP-010',
    severity: 'warning',
    message: `Only ${formatBytes(free)} are free where ${dbpath} lies; mongod writes its journal and diagnostic data there`,
    remedy: `Free ${formatBytes(enoughSpace)} or more, or move the snapshot to a larger file system`,
  }
}

function severalKeys({ keys, keystoreIds }: Facts): Finding | undefined {
  const keyIds = [...new Set(keys.map(key => key.keyId))]
  if (keyIds.length <= 1 && keystoreIds.length <= 1) return undefined
  const [kind, ids] =
    keyIds.length > 1 ? (['metadata files', keyIds] as const) : ([keystoreFolder, keystoreIds] as const)
  return {
    code: 'SNAP-011',
    severity: 'warning',
    message: `The snapshot has several key ids (${kind}): ${listed(ids)}`,
    remedy: 'Name the one to open the data with: --key-id ID',
  }
}

function noMetadata({ dbpath, keys, strangeMetadata, tree }: Facts): Finding | undefined {
  // What could not be read is not missing: SNAP-009 says so.
  if (tree.notRead.includes(credentialsFolder)) return undefined
  const strange = strangeMetadata.length === 0 ? '' : `; not understood: ${listed(strangeMetadata)}`
  if (keys.length > 0 && strange === '') return undefined
  return {
    code: 'SNAP-012',
    severity: keys.length > 0 ? 'warning' : 'error',
    message: `${join(dbpath, credentialsFolder)} has ${counted(keys.length, 'metadata file')} named <keyID>.<aws|azure|gcp>.metadata${strange}`,
    remedy:
      'Extract the archive once more, with everything in it: the file names the key that opens the data',
  }
}

function storageLayout({ dbpath, storage }: Facts): Finding | undefined {
  if (storage === 'absent') {
    return {
      code: 'SNAP-015',
      severity: 'warning',
      message: `${join(dbpath, storageOptionsFile)} is missing, so nothing says whether databases have folders of their own`,
      remedy: 'Extract the archive once more; if it has none either, go on: mongod says which flag it needs',
    }
  }
  if (storage === 'not understood') {
    return {
      code: 'SNAP-015',
      severity: 'error',
      message: `${join(dbpath, storageOptionsFile)} does not hold the storage options of a mongod`,
      remedy:
        'Extract the archive once more. Do not delete the file: mongod would write its defaults in its place',
    }
  }
  const flags = [
    ...(storage.directoryPerDB ? ['--directoryperdb'] : []),
    ...(storage.directoryForIndexes ? ['--wiredTigerDirectoryForIndexes'] : []),
  ]
  if (flags.length === 0) return undefined
  return {
    code: 'SNAP-014',
    severity: 'info',
    message: `${storageOptionsFile} says that the data is laid out in folders: mongod needs ${flags.join(' and ')}`,
    remedy: 'snapthaw passes the flag; by hand it has to be given with every start',
  }
}

function unclean({ use }: Facts): Finding | undefined {
  if (use.kind !== 'unclean' && use.kind !== 'recycled') return undefined
  const now = use.kind === 'unclean' ? 'which is not here' : `which is now another program’s (${use.program})`
  return {
    code: 'SNAP-016',
    severity: 'info',
    message: `mongod.lock still names process ${use.pid}, ${now}: the snapshot was taken of a running mongod`,
    remedy: 'Nothing to do: mongod recovers from its journal. Do not delete mongod.lock',
  }
}

const mostListed = 5

function listed(names: readonly string[]): string {
  const rest = names.length - mostListed
  return names.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
