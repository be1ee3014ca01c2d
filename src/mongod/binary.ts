import { execa } from 'execa'
import type { Environment } from '../lib/environment.ts'
import { Failure } from '../lib/failure.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import type { Edition, MongodBinary } from './mongod.ts'
import { seriesOf, versionNumbers } from './server-version.ts'

export interface DescribeOptions {
  /** All of its environment: nothing is added. */
  readonly environment: Environment
  readonly signal: AbortSignal
}

/** Milliseconds. `mongod --version` answers within a tenth of a second, unless the program is something else. */
const versionTimeout = 10_000

/**
 * Asks a mongod for its version and edition. Throws MONGOD-021 when the file cannot be run or is no mongod, and the
 * signal's reason when it aborts.
 */
export async function describeMongod(
  path: string,
  { environment, signal }: DescribeOptions,
): Promise<MongodBinary> {
  const asked = await execa(path, ['--version'], {
    cancelSignal: signal,
    timeout: versionTimeout,
    reject: false,
    extendEnv: false,
    env: environment,
    stdin: 'ignore',
    maxBuffer: 64 * 1024,
  })
  signal.throwIfAborted()
  const description = asked.failed ? undefined : parseVersion(asked.stdout)
  if (description === undefined)
    throw notMongod(path, asked.timedOut ? 'it does not answer' : (asked.code ?? asked.stderr))
  return { path, ...description }
}

/** `mongod --version`: a first line for people, then since 4.4 a JSON document, before that `modules: enterprise`. */
export function parseVersion(output: string): Omit<MongodBinary, 'path'> | undefined {
  const version = /^db version v(\S+)/m.exec(output)?.[1]
  if (version === undefined) return undefined
  const info = buildInfo(output)
  return { version, edition: editionOf(version, output, info), simulated: info?.snapthawSimulated === true }
}

interface BuildInfo {
  readonly modules?: unknown
  readonly psmdbVersion?: unknown
  /** The program of `snapthaw practice` says so of itself. */
  readonly snapthawSimulated?: unknown
}

function buildInfo(output: string): BuildInfo | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as BuildInfo
  } catch {
    return undefined
  }
}

function editionOf(version: string, output: string, info: BuildInfo | undefined): Edition {
  // Percona's versions end in a number of their own: 7.0.14-8. MongoDB's end in -rc1, or in nothing.
  if (info?.psmdbVersion !== undefined || /^\d+\.\d+\.\d+-\d+$/.test(version)) return 'percona'
  const modules = Array.isArray(info?.modules)
    ? info.modules
    : (/^modules: (.*)$/m.exec(output)?.[1]?.split(' ') ?? [])
  return modules.includes('enterprise') ? 'enterprise' : 'community'
}

/** Whether a mongod can open the snapshot. The reason is a sentence about the binary. */
export type Verdict =
  | { readonly fits: 'yes' }
  /** Nothing is known against it; which version wrote the data is not known. */
  | { readonly fits: 'unknown'; readonly reason: string }
  | { readonly fits: 'no'; readonly because: 'edition' | 'version'; readonly reason: string }

/**
 * Enterprise, of the same series (7.0) as the mongod that wrote the snapshot, and no older than it.
 * @param wantedVersion from the snapshot's own logs; undefined where they do not say
 */
export function chooseable({ edition, version }: MongodBinary, wantedVersion: string | undefined): Verdict {
  if (edition !== 'enterprise') {
    const name = edition === 'percona' ? 'Percona Server for MongoDB' : 'MongoDB Community'
    return {
      fits: 'no',
      because: 'edition',
      reason: `${name} cannot open files that MongoDB Enterprise encrypted`,
    }
  }
  if (wantedVersion === undefined) {
    return { fits: 'unknown', reason: 'The snapshot does not say which version wrote it' }
  }
  const has = versionNumbers(version)
  const wanted = versionNumbers(wantedVersion)
  if (has === undefined || wanted === undefined) {
    return { fits: 'unknown', reason: `Its version ${version} cannot be compared with ${wantedVersion}` }
  }
  if (seriesOf(has) !== seriesOf(wanted)) {
    return {
      fits: 'no',
      because: 'version',
      reason: `${seriesOf(wanted)} is needed, and this is ${seriesOf(has)}`,
    }
  }
  if (has.patch < wanted.patch) {
    return {
      fits: 'no',
      because: 'version',
      reason: `It is older than the ${wantedVersion} that wrote the snapshot`,
    }
  }
  return { fits: 'yes' }
}

/** The failure to throw when nothing else can be chosen: MONGOD-001 for another edition, MONGOD-004 for another version. */
export function unsuitable(
  binary: MongodBinary,
  { because, reason }: Extract<Verdict, { fits: 'no' }>,
): Failure {
  return new Failure({
    code: because === 'edition' ? 'MONGOD-001' : 'MONGOD-004',
    message: `${binary.path} (${binary.version}) cannot open this snapshot: ${reason}`,
    remedy: 'Choose another mongod: --mongod PATH',
  })
}

/** There is no mongod on this machine, or none that was found. */
export function noMongodFound(wantedVersion: string | undefined): Failure {
  return new Failure({
    code: 'MONGOD-020',
    message: 'No mongod is found on this machine',
    remedy: `Install MongoDB Enterprise${wantedVersion === undefined ? '' : ` ${wantedVersion}`} and name it: --mongod PATH`,
  })
}

/** @param reason the system's error code, or what the program said */
export function notMongod(path: string, reason: string): Failure {
  return new Failure({
    code: 'MONGOD-021',
    message: `${path} is not a mongod that can be run`,
    remedy: `Choose another: --mongod PATH. By hand: ${shellCommand([path, '--version'])}`,
    evidence: reason.split('\n').slice(0, 3),
  })
}
