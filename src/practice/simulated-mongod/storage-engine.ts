import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSeriesAtLeast } from '../../mongod/server-version.ts'
import { catalogIdent, fileOfIdent } from '../encrypted-store/catalog.ts'
import type { DatabaseKeys } from '../encrypted-store/keystore.ts'
import { openStore, type EncryptedStore } from '../encrypted-store/open-store.ts'
import { DamagedRecord, NotSealed, practiceLabel } from '../encrypted-store/sealed-file.ts'
import { checkFeatureCompatibility } from './feature-compatibility.ts'
import { abortingAssertion, fatalAssertion, startEntry, wiredTigerError } from './start-failure.ts'

/** What lies in a dbpath. `nothing` is where a mongod would start a new database. */
export async function contentOf(dbpath: string): Promise<'practice snapshot' | 'nothing' | 'something else'> {
  const names = await readdir(dbpath)
  const catalog = fileOfIdent(catalogIdent)
  if (!names.includes(catalog)) return names.includes('WiredTiger') ? 'something else' : 'nothing'
  const content = await readFile(join(dbpath, catalog))
  const label = Buffer.from(practiceLabel)
  return content.subarray(0, label.length).equals(label) ? 'practice snapshot' : 'something else'
}

export interface StorageEngine {
  readonly store: EncryptedStore
  /** What the data was left at. */
  readonly featureCompatibilityVersion: string
}

/**
 * Opens catalog and data. Throws `StartFailure`: exit code 14 for files of an older release than this one reads, and
 * for encrypted files without their keys; 62 for data of a release that is not this one's; SIGABRT when the right key
 * meets a damaged catalog.
 */
export async function openStorageEngine(
  dbpath: string,
  version: string,
  keys: DatabaseKeys | undefined,
): Promise<StorageEngine> {
  await checkFileVersion(dbpath, version)
  if (keys === undefined) throw encryptedWithoutKeys()
  try {
    const store = await openStore(dbpath, keys)
    return { store, featureCompatibilityVersion: await checkFeatureCompatibility(store, version) }
  } catch (error) {
    if (error instanceof DamagedRecord || error instanceof NotSealed) throw panic(error)
    throw error
  }
}

/** WiredTiger of 4.4 and later does not open what a server before 4.2 wrote (WiredTiger 3.1 and earlier). */
async function checkFileVersion(dbpath: string, version: string): Promise<void> {
  const text = await readFile(join(dbpath, 'WiredTiger'), 'utf8').catch(() => '')
  const written = /^WiredTiger (\d+\.\d+\.\d+)/m.exec(text)?.[1]
  if (written === undefined || isSeriesAtLeast(written, '3.2') || !isSeriesAtLeast(version, '4.4')) return
  const tooRecent =
    'This version of MongoDB is too recent to start up on the existing data files. Try MongoDB 4.2 or earlier.'
  throw fatalAssertion([startEntry('F', 'STORAGE', 4671205, tooRecent)], 4671205)
}

/** WiredTiger's own words when it cannot make sense of its metadata, encryption being the first reason that it names. */
function encryptedWithoutKeys(): Error {
  const error = 'WT_TRY_SALVAGE: database corruption detected'
  const complaints = [
    'WiredTiger has failed to open its metadata',
    'This may be due to the database files being encrypted, being from an older version or due to corruption on disk',
    'You should confirm that you have opened the database with the correct options including all encryption and compression options',
  ]
  return fatalAssertion(
    [
      ...complaints.map(msg => wiredTigerError(-31808, error, msg)),
      startEntry(
        'W',
        'STORAGE',
        22347,
        'Failed to start up WiredTiger under any compatibility version. This may be due to an unsupported upgrade or downgrade.',
      ),
      startEntry('F', 'STORAGE', 28595, 'Terminating.', { reason: `-31808: ${error}` }),
    ],
    28595,
  )
}

function panic(cause: DamagedRecord | NotSealed): Error {
  return abortingAssertion(
    [
      wiredTigerError(-31802, 'WT_ERROR: non-specific WiredTiger error', cause.message),
      wiredTigerError(-31804, 'WT_PANIC: WiredTiger library panic', 'the process must exit and restart'),
    ],
    50853,
    cause,
  )
}
