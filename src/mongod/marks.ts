import type { FindingCode } from '../lib/failure.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import type { Correction } from './arguments.ts'
import { textOf, wiredTigerError, type LogLine } from './log.ts'

/** Which mongod it is about. */
export interface Place {
  readonly dbpath: string
  readonly port: number
}

export interface Circumstances extends Place {
  /** The live process that mongod.lock names, if there is one. */
  readonly lockedBy: number | undefined
}

/** A mark of a failure: the lines that bear it, what it means, and what comes next. */
export interface Mark {
  readonly code: FindingCode
  readonly bears: (line: LogLine) => boolean
  readonly meaning: (found: Found) => string
  readonly remedy: (found: Found) => string
  readonly correction?: (found: Found) => Correction
}

export interface Found extends Circumstances {
  readonly line: LogLine
  /** `textOf(line)` */
  readonly text: string
}

/** Any message with this text. For texts that say one thing only. */
const says = (pattern: RegExp) => (line: LogLine) => pattern.test(textOf(line))

/** An error, or worse, with this text. Until 4.4 the message that ends mongod was logged as information. */
const failsWith = (pattern: RegExp) => (line: LogLine) =>
  (line.severity === 'F' || line.severity === 'E' || /in initAndListen/i.test(line.message)) &&
  pattern.test(textOf(line))

/** A message with one of these ids. */
const hasId =
  (...ids: readonly number[]) =>
  (line: LogLine) =>
    line.id !== undefined && ids.includes(line.id)

/** A WiredTiger error with one of these errnos. */
const hasErrno =
  (...errnos: readonly number[]) =>
  (line: LogLine) => {
    const errno = wiredTigerError(line)
    return errno !== undefined && errnos.includes(errno)
  }

const any =
  (...tests: readonly ((line: LogLine) => boolean)[]) =>
  (line: LogLine) =>
    tests.some(test => test(line))

const configuredWithAnotherKey =
  /KMIP key id (\S+) was provided, but the system is already configured with key id ([^\s.]+)/i

const storageConflict =
  /conflicts with current storage engine option for (directoryPerDB|directoryForIndexes); you requested (true|false)/

/** mongod has made a new master key: the one mark that must be acted on while it still runs. */
export const newKeyMark: Mark = {
  code: 'MONGOD-006',
  bears: any(hasId(24199), line => /Created KMIP key/i.test(line.message)),
  meaning: () => 'mongod made a new master key instead of using the one of the snapshot, and was stopped',
  remedy: ({ dbpath }) =>
    `Go on with an untouched copy of the snapshot: ${dbpath} may hold a new keystore now`,
}

/**
 * The marks, in the order in which they are tested: the first that any line bears is the diagnosis. Most specific first,
 * since one failure often drags others behind it: a full disk ends in WT_PANIC, an unwritable folder in DBPathInUse.
 * Texts as mongod 3.6 to 8.0 and Percona Server for MongoDB write them.
 */
export const marks: readonly Mark[] = [
  {
    code: 'MONGOD-001',
    bears: says(/unrecogni[sz]ed option '--?(?:enableEncryption|kmip(?!ActivateKeys)\w*)'/),
    meaning: () => 'This mongod cannot open encrypted files: it is a community build',
    remedy: () => 'Install MongoDB Enterprise of the snapshot’s version and choose it: --mongod PATH',
  },
  {
    code: 'MONGOD-015',
    bears: says(/unrecogni[sz]ed option '--?kmipActivateKeys'/),
    meaning: () => 'This mongod does not know --kmipActivateKeys',
    remedy: () => 'Start it again without that flag',
    correction: () => ({ kmipActivateKeys: 'unknown' }),
  },
  {
    code: 'MONGOD-002',
    // 20568 alone: 23024, a socket file that cannot be removed, is another failure.
    bears: any(hasId(20568), says(/^Failed to set up listener/)),
    meaning: ({ port, text }) =>
      `mongod cannot listen on port ${port}: ${text.includes('in use') ? 'another program does' : 'the system does not allow it'}`,
    remedy: () => 'Choose another port: --mongod-port N, or 0 for a free one',
  },
  {
    code: 'MONGOD-011',
    bears: any(hasErrno(1, 13), failsWith(/lock file: .*\((?:Permission denied|Operation not permitted)\)/)),
    meaning: ({ dbpath }) => `mongod may not write the files in ${dbpath}`,
    remedy: ({ dbpath }) =>
      `Work on a copy, or become the owner: sudo chown -R "$(id -un)" ${shellQuote(dbpath)}`,
  },
  {
    code: 'MONGOD-012',
    bears: any(hasErrno(30), failsWith(/Read-only file system|on a read-only directory/i)),
    meaning: ({ dbpath }) => `${dbpath} can only be read, and mongod has to write there`,
    remedy: () => 'Work on a copy on a disk that can be written, or see who may write in the folder',
  },
  {
    code: 'MONGOD-013',
    bears: any(hasErrno(28, 122), failsWith(/No space left on device|Disk quota exceeded/i)),
    meaning: ({ dbpath }) => `The disk of ${dbpath} is full`,
    remedy: ({ dbpath }) =>
      `Make room and start again; the data is not damaged by this. What is free: df -h ${shellQuote(dbpath)}`,
  },
  {
    code: 'MONGOD-003',
    bears: says(/DBPathInUse|Unable to lock the lock file|already being managed by another process/),
    meaning: ({ dbpath, lockedBy }) =>
      `Another mongod${lockedBy === undefined ? '' : ` (process ${lockedBy})`} has the dbpath ${dbpath}`,
    remedy: ({ lockedBy }) =>
      `Stop it first${lockedBy === undefined ? '' : `: kill ${lockedBy}`}, or work on a copy. Never remove mongod.lock.`,
  },
  {
    code: 'MONGOD-004',
    bears: any(
      hasId(20573, 4671205),
      failsWith(
        /Invalid featureCompatibilityVersion document|UPGRADE PROBLEM|too recent to start up|unsupported WiredTiger file version/i,
      ),
    ),
    meaning: ({ text }) => {
      const versions = versionsIn(text)
      if (versions === undefined) return `This mongod is of the wrong version for the data: ${text}`
      const { data, opens } = versions
      return `This mongod opens data of featureCompatibilityVersion ${opens.join(', ')}; the snapshot has ${data}`
    },
    remedy: ({ text }) =>
      `Choose a mongod ${versionsIn(text)?.data ?? 'of the version that wrote the snapshot'}: --mongod PATH`,
  },
  {
    code: 'MONGOD-005',
    bears: any(hasId(29121), says(/existing data files, but no valid keystore could be located/i)),
    meaning: ({ dbpath, line }) =>
      line.id === 29121
        ? 'The key proxy has no key with the id that the data names'
        : `mongod finds data files but no keystore in ${dbpath}: the wrong dbpath, or files are missing`,
    remedy: () =>
      'Check that the snapshot is complete, with its folder key.store, and that the key proxy serves its key id',
  },
  newKeyMark,
  {
    code: 'MONGOD-007',
    bears: line => configuredWithAnotherKey.test(textOf(line)),
    meaning: ({ text }) => {
      const [, given = 'another', wanted = 'another'] = configuredWithAnotherKey.exec(text) ?? []
      return `The data was encrypted under key ${wanted}, and mongod was given key ${given}`
    },
    remedy: () => 'Serve the key that the data names, and pass no --kmipKeyIdentifier',
  },
  {
    code: 'MONGOD-008',
    bears: hasId(29117, 29118),
    meaning: ({ line, text }) => `mongod does not get the master key: ${attributeOf(line, 'reason') ?? text}`,
    remedy: () => 'See what the key proxy says, and that mongod was given its port and its certificates',
  },
  {
    code: 'MONGOD-009',
    bears: hasId(29122),
    meaning: () => 'The master key is not active for mongod',
    remedy: () => 'See what the key proxy says about the key’s state',
  },
  {
    code: 'MONGOD-010',
    bears: says(storageConflict),
    meaning: ({ text }) => {
      const { option, stored } = conflictIn(text)
      return `The data was stored with ${option} ${stored ? 'on' : 'off'}, and mongod was started with it ${stored ? 'off' : 'on'}`
    },
    remedy: ({ text }) => {
      const { flag, stored } = conflictIn(text)
      return `Start it again ${stored ? 'with' : 'without'} ${flag}. Never remove storage.bson.`
    },
    correction: ({ text }) => {
      const { option, stored } = conflictIn(text)
      return option === 'directoryPerDB' ? { directoryPerDB: stored } : { directoryForIndexes: stored }
    },
  },
  {
    code: 'MONGOD-014',
    bears: failsWith(
      /WT_PANIC|WT_TRY_SALVAGE|checksum (?:error|mismatch)|encountered an illegal file format/i,
    ),
    meaning: ({ dbpath }) => `Data files in ${dbpath} are damaged or missing`,
    remedy: () =>
      'Extract the archive again, or download the snapshot again, and compare. Keep what you have as it is: do not repair the only copy.',
  },
]

function conflictIn(text: string) {
  const [, option, requested] = storageConflict.exec(text) ?? []
  return {
    ...(option === 'directoryForIndexes'
      ? { option, flag: '--wiredTigerDirectoryForIndexes' }
      : { option: 'directoryPerDB', flag: '--directoryperdb' }),
    stored: requested === 'false',
  } as const
}

function attributeOf({ attributes }: LogLine, name: string): string | undefined {
  const value = attributes[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * The version of the data and those that mongod opens, as 20573 says them. The wording varies: `value '6.0'; expected
 * '7.0' or '7.3' or '8.0'`, `found 4.0, expected '4.4' or '4.2'`, and an unclosed quote in `value, expected '5.0' or '6.0.`
 */
function versionsIn(text: string) {
  const data = /version: "(\d+\.\d+)"/.exec(text)?.[1]
  const opens = /expected '\d+\.\d+'?(?: or '\d+\.\d+'?)*/.exec(text)?.[0].match(/\d+\.\d+/g)
  return data === undefined || opens == null ? undefined : { data, opens }
}
