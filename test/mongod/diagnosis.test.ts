import { describe, expect, it } from 'vitest'
import type { Correction } from '../../src/mongod/arguments.ts'
import { diagnose, diagnoseNewKey, reassuranceFor, type Ending } from '../../src/mongod/diagnosis.ts'
import { parseLogLine, parseOutputLine } from '../../src/mongod/log.ts'
import { logv2, parsed } from './log-lines.ts'

const place = { dbpath: '/data/rs0', port: 27017 }

function diagnosed(
  lines: readonly string[],
  more: { output?: string; ending?: Ending; lockedBy?: number } = {},
) {
  const output = (more.output ?? '').split('\n').map(parseOutputLine)
  return diagnose({
    ...place,
    log: parsed(lines),
    output: output.filter(line => line !== undefined),
    logPath: '/state/s/mongod.log',
    ending: more.ending ?? { exitCode: 100, signal: undefined },
    lockedBy: more.lockedBy,
  })
}

const initFailure = (error: string) =>
  logv2('E', 'CONTROL', 20557, 'DBException in initAndListen, terminating', { error })
const wiredTigerText = (error: number, message: string) =>
  logv2('E', 'STORAGE', 22435, 'WiredTiger error', { error, message })
const wiredTiger = (error: number, msg: string, error_str: string) =>
  logv2('E', 'WT', 22435, 'WiredTiger error message', {
    error,
    message: {
      session_name: 'connection',
      category: 'WT_VERB_DEFAULT',
      verbose_level: 'ERROR',
      msg,
      error_str,
      error_code: error,
    },
  })
const panic = wiredTiger(
  -31804,
  '__log_fs_write:218:the process must exit and restart',
  'WT_PANIC: WiredTiger library panic',
)
const panicText = wiredTigerText(
  -31804,
  '[1603694247:812111][1:0x7ff529c6f700], file:WiredTiger.wt, connection: __wt_panic, 523: the process must exit and restart: WT_PANIC: WiredTiger library panic',
)
const wrongVersion = (reason: string) =>
  logv2('F', 'CONTROL', 20573, 'Wrong mongod version', {
    error: `UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR: Location4926900: Invalid featureCompatibilityVersion document in admin.system.version: { _id: "featureCompatibilityVersion", version: "4.4" }. See https://docs.mongodb.com/master/release-notes/5.0-compatibility/#feature-compatibility. :: caused by :: ${reason} See https://docs.mongodb.com/master/release-notes/5.0-compatibility/#feature-compatibility.). If the current featureCompatibilityVersion is below 5.0, see the documentation on upgrading at https://docs.mongodb.com/master/release-notes/5.0/#upgrade-procedures.`,
  })
const conflict = (option: string, requested: boolean) =>
  `InvalidOptions: Requested option conflicts with current storage engine option for ${option}; you requested ${requested} but the current server storage is already set to ${!requested} and cannot be changed`

interface Case {
  readonly what: string
  readonly code: string
  readonly log?: readonly string[]
  readonly output?: string
  readonly says?: string
  readonly correction?: Correction
}

/** Row by row as in the design's table, with the texts that mongod writes. Where an id is not publicly known it is 1. */
const cases: readonly Case[] = [
  {
    what: 'a community build',
    code: 'MONGOD-001',
    output:
      "Error parsing command line: unrecognised option '--enableEncryption'\ntry 'mongod --help' for more information\n",
  },
  {
    what: 'a community build that stumbles over another flag first',
    code: 'MONGOD-001',
    output: "Error parsing command line: unrecognised option '--kmipServerName'\n",
  },
  {
    what: 'a version that does not know --kmipActivateKeys',
    code: 'MONGOD-015',
    output:
      "Error parsing command line: unrecognised option '--kmipActivateKeys'\ntry 'mongod --help' for more information\n",
    correction: { kmipActivateKeys: 'unknown' },
  },
  {
    what: 'a port that is taken',
    code: 'MONGOD-002',
    log: [
      logv2('E', 'CONTROL', 20568, 'Error setting up listener', {
        error: {
          code: 9001,
          codeName: 'SocketException',
          errmsg: '127.0.0.1:27017 :: caused by :: setup bind :: caused by :: Address already in use',
        },
      }),
    ],
    says: 'port 27017: another program does',
  },
  {
    what: 'a port that only root may take',
    code: 'MONGOD-002',
    log: [
      logv2('E', 'STORAGE', 20568, 'Error setting up listener', {
        error: { code: 9001, codeName: 'SocketException', errmsg: 'Permission denied' },
      }),
    ],
    says: 'does not allow it',
  },
  {
    what: 'a port that is taken, in 4.2',
    code: 'MONGOD-002',
    log: [
      '2019-12-21T14:04:36.151+0100 E  STORAGE  [initandlisten] Failed to set up listener: SocketException: Address already in use',
    ],
  },
  {
    what: 'another mongod on the dbpath',
    code: 'MONGOD-003',
    log: [
      initFailure(
        'DBPathInUse: Unable to lock the lock file: /data/rs0/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the /data/rs0 directory',
      ),
    ],
    says: '/data/rs0',
  },
  {
    what: 'another mongod on the dbpath, in 4.2, which logs it as information',
    code: 'MONGOD-003',
    log: [
      '2019-12-21T14:04:36.151+0100 I  STORAGE  [initandlisten] exception in initAndListen: DBPathInUse: Unable to lock the lock file: /db/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the /db directory, terminating',
    ],
  },
  {
    what: 'a lock file that may not be written',
    code: 'MONGOD-011',
    log: [
      initFailure(
        'DBPathInUse: Unable to create/open the lock file: /data/rs0/mongod.lock (Permission denied). Ensure the user executing mongod is the owner of the lock file and has the appropriate permissions. Also make sure that another mongod instance is not already running on the /data/rs0 directory',
      ),
    ],
    says: '/data/rs0',
  },
  {
    what: 'a lock file on a read-only file system',
    code: 'MONGOD-012',
    log: [
      initFailure(
        'DBPathInUse: Unable to create/open the lock file: /data/rs0/mongod.lock (Read-only file system). Ensure the user executing mongod is the owner',
      ),
    ],
  },
  {
    what: 'a folder that cannot be written',
    code: 'MONGOD-012',
    log: [
      initFailure('IllegalOperation: Attempted to create a lock file on a read-only directory: /data/rs0'),
    ],
  },
  {
    what: 'a lock file on a full disk',
    code: 'MONGOD-013',
    log: [
      initFailure(
        'DBPathInUse: Unable to create/open the lock file: /data/rs0/mongod.lock (No space left on device). Ensure the user executing mongod is the owner',
      ),
    ],
  },
  {
    what: 'the wrong version, in the words of 7.0',
    code: 'MONGOD-004',
    log: [
      wrongVersion("Invalid feature compatibility version value '4.4'; expected '6.0' or '6.3' or '7.0'."),
    ],
    says: '6.0, 6.3, 7.0; the snapshot has 4.4',
  },
  {
    what: 'the wrong version, in the words of 6.0, which leaves a quote open',
    code: 'MONGOD-004',
    log: [wrongVersion("Invalid feature compatibility version value, expected '5.0' or '5.3' or '6.0.")],
    says: '5.0, 5.3, 6.0; the snapshot has 4.4',
  },
  {
    what: 'the wrong version, in the text format of 4.2',
    code: 'MONGOD-004',
    log: [
      `2021-03-05T18:50:16.112+0000 F  CONTROL  [initandlisten] ** IMPORTANT: UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR: BadValue: Invalid value for version, found 3.6, expected '4.2' or '4.0'. Contents of featureCompatibilityVersion document in admin.system.version: { _id: "featureCompatibilityVersion", version: "3.6" }. See http://dochub.mongodb.org/core/4.0-feature-compatibility.).`,
    ],
    says: '4.2, 4.0; the snapshot has 3.6',
  },
  {
    what: 'data files that are older than the oldest that it opens',
    code: 'MONGOD-004',
    log: [
      logv2(
        'F',
        'STORAGE',
        4671205,
        'This version of MongoDB is too recent to start up on the existing data files. Try MongoDB 4.2 or earlier.',
      ),
      logv2('F', 'ASSERT', 23091, 'Fatal assertion', { msgid: 4671205 }),
    ],
    says: 'Try MongoDB 4.2',
  },
  {
    what: 'data files that are newer than WiredTiger',
    code: 'MONGOD-004',
    log: [
      wiredTigerText(
        -31802,
        'unsupported WiredTiger file version: this build only supports versions up to 1.1, and the file is version 2.0',
      ),
      logv2('F', 'STORAGE', 28595, 'Terminating.', { reason: '95: Operation not supported' }),
    ],
  },
  {
    what: 'data files without a keystore',
    code: 'MONGOD-005',
    log: [
      logv2('E', 'STORAGE', 1, 'Unable to retrieve key', {
        keyId: '.system',
        error: 'BadValue: There are existing data files, but no valid keystore could be located.',
      }),
    ],
  },
  {
    what: 'a key that a Percona mongod does not find',
    code: 'MONGOD-005',
    log: [logv2('E', 'STORAGE', 29121, 'Master encryption key is absent on the key management facility')],
  },
  {
    what: 'a new master key',
    code: 'MONGOD-006',
    log: [logv2('I', 'STORAGE', 24199, 'Created KMIP key', { keyId: '7' })],
  },
  {
    what: 'another key than the data names',
    code: 'MONGOD-007',
    log: [
      logv2('E', 'STORAGE', 1, 'Failed', {
        error: 'BadValue: KMIP key id 12 was provided, but the system is already configured with key id 7.',
      }),
    ],
    says: 'under key 7, and mongod was given key 12',
  },
  {
    what: 'a Percona mongod that does not get the key',
    code: 'MONGOD-008',
    log: [
      logv2('E', 'STORAGE', 29117, 'Data-at-Rest Encryption Error', {
        reason: 'KMIP: connect: Connection refused',
      }),
    ],
    says: 'Connection refused',
  },
  {
    what: 'a key that a Percona mongod finds inactive',
    code: 'MONGOD-009',
    log: [logv2('E', 'STORAGE', 29122, 'Master encryption key is not in the active state')],
  },
  {
    what: 'databases in folders of their own',
    code: 'MONGOD-010',
    log: [initFailure(conflict('directoryPerDB', false))],
    says: 'directoryPerDB on',
    correction: { directoryPerDB: true },
  },
  {
    what: 'databases in one folder',
    code: 'MONGOD-010',
    log: [initFailure(conflict('directoryPerDB', true))],
    says: 'directoryPerDB off',
    correction: { directoryPerDB: false },
  },
  {
    what: 'indexes in folders of their own',
    code: 'MONGOD-010',
    log: [initFailure(conflict('directoryForIndexes', false))],
    correction: { directoryForIndexes: true },
  },
  {
    what: 'data files of another owner',
    code: 'MONGOD-011',
    log: [
      wiredTiger(13, '__posix_open_file:815:/data/rs0/WiredTiger.wt: handle-open: open', 'Permission denied'),
      logv2('F', 'ASSERT', 23091, 'Fatal assertion', { msgid: 50853 }),
    ],
  },
  {
    what: 'data files on a read-only file system',
    code: 'MONGOD-012',
    log: [
      wiredTigerText(
        30,
        '[1:2][3:0x4], connection: __posix_open_file, 672: /data/rs0/journal/WiredTigerLog.0000000007: handle-open: open: Read-only file system',
      ),
      panicText,
    ],
  },
  {
    what: 'a full disk, met when the lock file is written',
    code: 'MONGOD-013',
    log: [
      initFailure(
        'FileStreamFailed: Unable to write string 4711\n to file: /data/rs0/mongod.lock No space left on device',
      ),
    ],
  },
  {
    what: 'a full disk that makes WiredTiger panic',
    code: 'MONGOD-013',
    log: [
      wiredTiger(
        28,
        '__posix_file_write:625:/data/rs0/journal/WiredTigerLog.0000000001: handle-write: pwrite: failed to write 640 bytes at offset 8192',
        'No space left on device',
      ),
      wiredTiger(
        28,
        '__log_fs_write:218:journal/WiredTigerLog.0000000001: fatal log failure',
        'No space left on device',
      ),
      panic,
    ],
  },
  {
    what: 'a full disk in the text format',
    code: 'MONGOD-013',
    log: [
      '2018-11-07T16:51:30.913+0800 E STORAGE  [WTCheckpointThread] WiredTiger error (28) [1541580690:913000][7:0x7f], file:collection-1.wt, WT_SESSION.checkpoint: handle-write: pwrite: failed to write 4096 bytes at offset 1486848: No space left on device',
      '2018-11-07T16:51:30.914+0800 E STORAGE  [WTCheckpointThread] WiredTiger error (-31804) [1541580690:914000][7:0x7f], the process must exit and restart: WT_PANIC: WiredTiger library panic',
    ],
  },
  {
    what: 'a failing disk',
    code: 'MONGOD-014',
    log: [
      wiredTiger(
        5,
        '__posix_sync:108:/data/rs0/collection-16.wt: handle-sync: fdatasync',
        'Input/output error',
      ),
      panic,
    ],
  },
  {
    what: 'a damaged file in the words of 5.0',
    code: 'MONGOD-014',
    log: [
      wiredTigerText(
        -31802,
        '[1:2][3:0x4], file:collection-8.wt, txn-recover: __wt_block_read_off, 291: collection-8.wt: read checksum error for 4096B block at offset 15671296: block header checksum of 0x1 doesn’t match expected checksum of 0x2',
      ),
    ],
  },
  {
    what: 'a missing file',
    code: 'MONGOD-014',
    log: [
      wiredTiger(
        -31809,
        '__wt_turtle_read:389:WiredTiger.turtle: fatal turtle file read error',
        'WT_TRY_SALVAGE: database corruption detected',
      ),
    ],
  },
]

describe('the diagnosis of a mongod that ended', () => {
  it.each(cases)('knows $what: $code', ({ code, log = [], output = '', says = '', correction }) => {
    const diagnosis = diagnosed(log, { output })
    expect(diagnosis.code).toBe(code)
    expect(diagnosis.message).toContain(says)
    expect(diagnosis.correction).toEqual(correction)
    expect([...log, ...output.split('\n')]).toContain(diagnosis.evidence[0])
  })

  it('names the process that has the dbpath', () => {
    const locked = initFailure(
      'DBPathInUse: Unable to lock the lock file: /data/rs0/mongod.lock (Resource temporarily unavailable)',
    )
    const { message, remedy } = diagnosed([locked], { lockedBy: 4711 })
    expect(message).toContain('process 4711')
    expect(remedy).toContain('kill 4711')
  })

  it('takes a socket file that cannot be removed for what it is, and not for a taken port', () => {
    const socketFile = logv2('E', 'NETWORK', 23024, 'Failed to unlink socket file', {
      path: '/tmp/mongodb-27017.sock',
      error: 'Operation not permitted',
    })
    expect(diagnosed([socketFile]).code).toBe('MONGOD-099')
  })

  it('is not misled by warnings and information', () => {
    const harmless = [
      logv2(
        'W',
        'CONTROL',
        22178,
        'Failed to read /sys/kernel/mm/transparent_hugepage/defrag: Permission denied',
      ),
      logv2('W', 'FTDC', 20718, 'Uncaught exception: No space left on device'),
      logv2('I', 'STORAGE', 22315, 'Opening WiredTiger', { config: 'checksum error' }),
    ]
    expect(diagnosed(harmless).code).toBe('MONGOD-099')
  })

  it('says how an unknown end came about, with the last errors', () => {
    const errors = Array.from({ length: 7 }, (_, nth) => logv2('E', 'STORAGE', 1, `error ${nth}`))
    const lines = [...errors, logv2('I', 'CONTROL', 23138, 'Shutting down', { exitCode: 1 })]
    const { code, message, evidence } = diagnosed(lines, { ending: { exitCode: 1, signal: undefined } })
    expect(code).toBe('MONGOD-099')
    expect(message).toContain('exited with code 1')
    expect(evidence).toEqual(errors.slice(-5))
  })

  it('shows the last lines where none is an error', () => {
    const lines = [logv2('I', 'CONTROL', 1, 'one'), logv2('I', 'CONTROL', 2, 'two')]
    expect(diagnosed(lines).evidence).toEqual(lines)
  })

  it.each([
    ['SIGKILL', 'memory'],
    ['SIGILL', 'AVX'],
    ['SIGSEGV', 'tail /state/s/mongod.log'],
  ])('says what to look at after %s', (signal, hint) => {
    const { message, remedy } = diagnosed([], { ending: { exitCode: undefined, signal } })
    expect(message).toContain(signal)
    expect(remedy).toContain(hint)
  })

  it.each(cases)('gives no advice that loses data for $what', ({ log = [], output = '' }) => {
    const { remedy } = diagnosed(log, { output })
    expect(remedy).not.toMatch(/--repair|\brm\b/)
    expect(remedy).not.toMatch(/(?<!Never )remove (?:storage\.bson|mongod\.lock)|delete/)
  })
})

describe('a running mongod', () => {
  it('is stopped for one line only: the one about a new key', () => {
    const made = parseLogLine(logv2('I', 'STORAGE', 24199, 'Created KMIP key', { keyId: '7' }))!
    expect(diagnoseNewKey(made, place)?.code).toBe('MONGOD-006')
    expect(diagnoseNewKey(parseLogLine(panic)!, place)).toBeUndefined()
  })

  it.each([
    [
      logv2('W', 'STORAGE', 22271, 'Detected unclean shutdown - Lock file is not empty', {
        lockFile: '/data/rs0/mongod.lock',
      }),
    ],
    [
      '2025-12-10T13:59:05.484+0800 W -        [initandlisten] Detected unclean shutdown - /data/rs0/mongod.lock is not empty.',
    ],
    [logv2('I', 'STORAGE', 1, 'Detected a restored snapshot, rolling over all database keys')],
  ])('may say %s, which is normal', line => {
    expect(reassuranceFor(parseLogLine(line)!)).toContain('normal')
  })

  it('is not excused for anything else', () => {
    expect(reassuranceFor(parseLogLine(panic)!)).toBeUndefined()
  })
})
