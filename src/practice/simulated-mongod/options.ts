import { resolve } from 'node:path'
import { isSeriesAtLeast } from '../../mongod/server-version.ts'
import { BadCommandLine, type FlagValue, type GivenFlags } from './command-line.ts'

export interface KmipOptions {
  readonly serverName: string
  readonly port: number
  readonly serverCAFile: string
  readonly clientCertificateFile: string
  readonly keyIdentifier: string | undefined
  readonly activateKeys: boolean
  /** ms */
  readonly connectTimeout: number
}

export interface MongodOptions {
  readonly dbpath: string
  readonly port: number
  readonly bindIp: string
  readonly log: { readonly path: string; readonly append: boolean } | undefined
  readonly pidFile: string | undefined
  readonly directoryPerDB: boolean
  readonly directoryForIndexes: boolean
  /** Undefined without `--enableEncryption`. */
  readonly kmip: KmipOptions | undefined
  /** What was given, under the names of the configuration file. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Given flags that do nothing in a simulation. */
  readonly ignored: readonly string[]
}

/** The options that were given, with mongod's defaults for the others. Throws `BadCommandLine` for a set that is not whole. */
export function mongodOptions(given: GivenFlags, version: string): MongodOptions {
  const value = (name: string): FlagValue | undefined => given.get(name)?.values[0]
  const text = (name: string) => value(name)?.toString()
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)))
  const isSet = (name: string) => value(name) === true
  const needed = (name: string) => {
    const written = text(name)
    // The words of mongod where neither a key file nor KMIP is configured; a key file is not simulated.
    if (written === undefined) {
      throw new BadCommandLine(
        'Must specify either an encryption key file or parameters for KMIP when using --enableEncryption' +
          ` (--${name} is missing)`,
      )
    }
    return written
  }

  const logPath = text('logpath')
  return {
    dbpath: resolve(text('dbpath') ?? '/data/db'),
    port: number('port') ?? 27017,
    bindIp: text('bind_ip') ?? '127.0.0.1',
    log: logPath === undefined ? undefined : { path: resolve(logPath), append: isSet('logappend') },
    pidFile: text('pidfilepath'),
    directoryPerDB: isSet('directoryperdb'),
    directoryForIndexes: isSet('wiredTigerDirectoryForIndexes'),
    kmip: isSet('enableEncryption')
      ? {
          serverName: needed('kmipServerName'),
          port: number('kmipPort') ?? 5696,
          serverCAFile: needed('kmipServerCAFile'),
          clientCertificateFile: needed('kmipClientCertificateFile'),
          keyIdentifier: text('kmipKeyIdentifier'),
          activateKeys: isSeriesAtLeast(version, '5.2') && value('kmipActivateKeys') !== false,
          connectTimeout: number('kmipConnectTimeoutMS') ?? 5000,
        }
      : undefined,
    settings: settingsOf(given),
    ignored: [...given.values()]
      .filter(({ flag }) => flag.ignored === true)
      .map(({ flag }) => `--${flag.name}`),
  }
}

type Settings = Record<string, unknown>

/** The flags as the nested document of a configuration file: `{ net: { port: 27017 }, … }`. */
function settingsOf(given: GivenFlags): Settings {
  const settings: Settings = {}
  for (const { flag, values } of given.values()) {
    const path = flag.setting.split('.')
    for (const value of values) {
      if (flag.repeats === true) putAssignment(settings, path, String(value))
      else put(settings, path, value)
    }
  }
  if (given.has('logpath')) put(settings, ['systemLog', 'destination'], 'file')
  return settings
}

/** `--setParameter NAME=VALUE` is a setting of its own name. */
function putAssignment(settings: Settings, path: readonly string[], text: string): void {
  const [name = '', ...value] = text.split('=')
  put(settings, [...path, name], value.join('='))
}

function put(settings: Settings, [name = '', ...deeper]: readonly string[], value: unknown): void {
  if (deeper.length === 0) {
    settings[name] = value
    return
  }
  const inner = (settings[name] ?? {}) as Settings
  settings[name] = inner
  put(inner, deeper, value)
}
