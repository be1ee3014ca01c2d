import { Failure } from '../lib/failure.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import { isSeriesAtLeast } from './server-version.ts'

/** What decides mongod's command line. All paths are absolute. */
export interface MongodSettings {
  /** The version of the mongod that is started, not that of the snapshot. */
  readonly version: string
  readonly dbpath: string
  readonly port: number
  readonly kmipPort: number
  readonly caFile: string
  readonly clientCertificateFile: string
  readonly logPath: string
  readonly pidFile: string
  /** From the snapshot's storage.bson. */
  readonly directoryPerDB: boolean
  readonly directoryForIndexes: boolean
  /** `unknown` when this mongod has turned out not to know the flag, whatever its version says. */
  readonly kmipActivateKeys: 'by-version' | 'unknown'
  /** What the operator gave after `--`. */
  readonly extra: readonly string[]
}

/** What to change in the settings before mongod is started again. */
export type Correction = Partial<
  Pick<MongodSettings, 'directoryPerDB' | 'directoryForIndexes' | 'kmipActivateKeys'>
>

/** One flag with its value, if it has one, and why it is passed. */
export interface MongodArgument {
  /** The words of argv. */
  readonly words: readonly string[]
  /** The same, quoted for a shell. */
  readonly argument: string
  /** One line. */
  readonly reason: string
}

/**
 * mongod's command line, flag by flag. `--kmipKeyIdentifier` is not among them: existing data names its key itself.
 * Throws USAGE-003 where an extra flag contradicts what a restore needs.
 */
export function mongodArguments(settings: MongodSettings): readonly MongodArgument[] {
  refuseConflicts(settings.extra)
  return [
    flag('the folder of the snapshot’s data files', '--dbpath', settings.dbpath),
    flag('where it answers clients', '--port', String(settings.port)),
    flag('nobody from outside this machine can connect', '--bind_ip', '127.0.0.1'),
    flag('the data files are encrypted', '--enableEncryption'),
    flag('the key proxy runs on this machine', '--kmipServerName', '127.0.0.1'),
    flag('where the key proxy listens', '--kmipPort', String(settings.kmipPort)),
    flag('proves to mongod that it talks to this key proxy', '--kmipServerCAFile', settings.caFile),
    flag(
      'proves to the key proxy that it talks to this mongod',
      '--kmipClientCertificateFile',
      settings.clientCertificateFile,
    ),
    ...when(
      // The Atlas page says from 5.2 on, mongod's manual from 5.3 on.
      settings.kmipActivateKeys === 'by-version' && isSeriesAtLeast(settings.version, '5.2'),
      flag(
        'the master key is active already; mongod shall not ask to activate it',
        '--kmipActivateKeys',
        'false',
      ),
    ),
    ...when(
      settings.directoryPerDB,
      flag('the snapshot keeps each database in a folder of its own', '--directoryperdb'),
    ),
    ...when(
      settings.directoryForIndexes,
      flag('the snapshot keeps indexes in folders of their own', '--wiredTigerDirectoryForIndexes'),
    ),
    flag('its log, which snapthaw reads', '--logpath', settings.logPath),
    flag('keep the log of an earlier start', '--logappend'),
    flag('where it writes its process id', '--pidfilepath', settings.pidFile),
    flag(
      'this mongod stands alone, and shall not tend the sessions of the replica set that wrote the data',
      '--setParameter',
      'disableLogicalSessionCacheRefresh=true',
    ),
    ...grouped(settings.extra).map(words => flag('you asked for it', ...words)),
  ]
}

/** Each flag together with the values that follow it. */
function grouped(words: readonly string[]): readonly (readonly string[])[] {
  const starts = words.flatMap((word, at) => (at === 0 || word.startsWith('-') ? [at] : []))
  return starts.map((start, nth) => words.slice(start, starts[nth + 1]))
}

/** The words of argv, without the program. */
export function argvOf(list: readonly MongodArgument[]): readonly string[] {
  return list.flatMap(({ words }) => words)
}

function flag(reason: string, ...words: readonly string[]): MongodArgument {
  return { words, argument: shellCommand(words), reason }
}

function when(condition: boolean, argument: MongodArgument): readonly MongodArgument[] {
  return condition ? [argument] : []
}

/** Flags that cannot be given after `--`, and why. mongod takes long flags with one dash too. */
const reserved = new Map(
  Object.entries({
    dbpath: 'it is the snapshot that is restored',
    port: '--mongod-port says it',
    bind_ip: 'a restored database is served on 127.0.0.1 only',
    bind_ip_all: 'a restored database is served on 127.0.0.1 only',
    enableEncryption: 'it is always passed',
    encryptionKeyFile: 'the key comes from the key proxy',
    kmipServerName: 'it is the key proxy',
    kmipPort: '--kmip-port says it',
    kmipServerCAFile: 'it comes from the key proxy',
    kmipClientCertificateFile: 'it comes from the key proxy',
    kmipClientCertificatePassword: 'the key proxy’s certificate has none',
    kmipActivateKeys: 'the version of mongod decides it',
    kmipKeyIdentifier: 'existing data names its key itself',
    kmipRotateMasterKey: 'the key proxy makes no new key',
    directoryperdb: 'the snapshot decides it',
    wiredTigerDirectoryForIndexes: 'the snapshot decides it',
    logpath: 'snapthaw reads the log of its session',
    logappend: 'it is always passed',
    logRotate: 'snapthaw reads the log of its session',
    syslog: 'snapthaw reads the log of its session',
    pidfilepath: 'it belongs to the session',
    fork: 'snapthaw starts mongod detached',
    config: 'a file could change any of the flags that a restore needs',
    f: 'a file could change any of the flags that a restore needs',
    auth: 'the check reads the data without logging in',
    repair: 'it changes the data, and may lose some of it',
    shutdown: '`snapthaw stop` does it',
  }),
)

function refuseConflicts(extra: readonly string[]): void {
  for (const word of extra) {
    const [flagAsGiven = '', name = ''] = /^--?([^=]+)/.exec(word) ?? []
    const reason = reserved.get(name)
    if (reason === undefined) continue
    // Without what stands after `=`: it may be a password.
    throw new Failure({
      code: 'USAGE-003',
      message: `${flagAsGiven} after -- cannot be passed to mongod: ${reason}`,
      remedy: `Leave ${flagAsGiven} out`,
    })
  }
}
