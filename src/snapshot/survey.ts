import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { systemErrorCode } from '../lib/failure.ts'
import { findingsOf } from './findings.ts'
import { listKeystoreIds, listMetadataFiles } from './keys.ts'
import {
  credentialsFolder,
  essentialFiles,
  filesOfDbpath,
  foldersOfDbpath,
  keystoreFolder,
  lockFile,
  perconaKeystoreFolder,
  restoreInfoFile,
  storageOptionsFile,
  wiredTigerFile,
} from './layout.ts'
import { useOfDbpath } from './lock.ts'
import { readSome } from './read-some.ts'
import { refusedPath } from './refused-path.ts'
import { isServerLog, newestRun } from './server-log.ts'
import type { Encryption, ServerVersion, Snapshot } from './snapshot.ts'
import { mostStorageOptionsBytes, storageOptionsIn } from './storage-options.ts'
import { walkTree } from './tree.ts'

export interface SurveyOptions {
  readonly signal: AbortSignal
  /** Told again and again, with the number of files counted so far. */
  readonly onProgress: (files: number) => void
}

/**
 * What lies in a dbpath, as far as it can be read without a key. Reads only, and says only what it has read. What is
 * wrong with it comes as findings; throws `Failure` SNAP-001 or SNAP-009 only when the dbpath cannot be looked at at all.
 */
export async function surveySnapshot(path: string, { signal, onProgress }: SurveyOptions): Promise<Snapshot> {
  const dbpath = resolve(path)
  await access(dbpath, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw refusedPath(dbpath, error)
  })
  const [tree, kinds, metadata, keystoreIds, storage, use, notWritable, free] = await Promise.all([
    walkTree(dbpath, { collect: isServerLog, onProgress: ({ files }) => onProgress(files), signal }),
    kindsOf(dbpath),
    listMetadataFiles(join(dbpath, credentialsFolder)),
    listKeystoreIds(join(dbpath, keystoreFolder)),
    readStorageOptions(dbpath),
    textOf(join(dbpath, lockFile)).then(text => useOfDbpath(dbpath, text ?? '')),
    whyNotWritable(dbpath),
    freeBytes(dbpath),
  ])
  const run = await newestRun(dbpath, tree.collected, signal)
  const encryption = encryptionOf(kinds)
  return {
    dbpath,
    encryption,
    serverVersion:
      run === undefined
        ? await restoreInfoVersion(dbpath)
        : { version: run.version, source: join(dbpath, run.source) },
    loggedOptions: run?.options,
    wiredTigerVersion: /^WiredTiger \d+\.\d+\.\d+/m.exec(
      (await textOf(join(dbpath, wiredTigerFile))) ?? '',
    )?.[0],
    storage: typeof storage === 'string' ? undefined : storage,
    keys: metadata.keys,
    keystoreIds,
    files: tree.files,
    bytes: tree.bytes,
    lockedBy: use.kind === 'held' ? use.pid : undefined,
    findings: findingsOf({
      dbpath,
      encryption,
      keys: metadata.keys,
      strangeMetadata: metadata.strange,
      hasKeystore: kinds.get(keystoreFolder) !== undefined,
      keystoreIds,
      missing: essentialFiles.filter(name => kinds.get(name) === undefined),
      misplaced: [
        ...filesOfDbpath.filter(name => (kinds.get(name) ?? 'file') !== 'file'),
        ...foldersOfDbpath.filter(name => (kinds.get(name) ?? 'folder') !== 'folder'),
      ],
      storage,
      use,
      tree,
      notWritable,
      free,
    }),
  }
}

type Kind = 'file' | 'folder' | 'other'

/** What the names of a dbpath are here, through links; a name that is absent is not in the map. */
async function kindsOf(dbpath: string): Promise<ReadonlyMap<string, Kind>> {
  const names = [...filesOfDbpath, ...foldersOfDbpath, perconaKeystoreFolder]
  const kinds = new Map<string, Kind>()
  for (const name of names) {
    const stats = await stat(join(dbpath, name)).catch(() => undefined)
    if (stats !== undefined)
      kinds.set(name, stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other')
  }
  return kinds
}

function encryptionOf(kinds: ReadonlyMap<string, Kind>): Encryption {
  if (kinds.has(keystoreFolder) || kinds.has(credentialsFolder)) return 'enterprise'
  return kinds.has(perconaKeystoreFolder) ? 'percona' : 'none'
}

async function readStorageOptions(dbpath: string) {
  const bytes = await readSome(join(dbpath, storageOptionsFile), mostStorageOptionsBytes)
  return bytes === undefined ? 'absent' : ((await storageOptionsIn(bytes)) ?? 'not understood')
}

/** Of Ops Manager: `MongoDB version: 4.4.2`, in the dbpath or beside it. */
async function restoreInfoVersion(dbpath: string): Promise<ServerVersion | undefined> {
  for (const source of [join(dbpath, restoreInfoFile), join(dirname(dbpath), restoreInfoFile)]) {
    const version = /^\s*MongoDB version\s*[:=]\s*v?(\d+\.\d+\.\d+)/im.exec((await textOf(source)) ?? '')?.[1]
    if (version !== undefined) return { version, source }
  }
  return undefined
}

/** Of a small text file. */
async function textOf(path: string): Promise<string | undefined> {
  return (await readSome(path, 16 * 1024))?.toString('utf8')
}

/** Undefined where the file system does not say. */
async function freeBytes(folder: string): Promise<number | undefined> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  )
}

async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK)
    return undefined
  } catch (error) {
    return systemErrorCode(error) ?? 'EACCES'
  }
}
