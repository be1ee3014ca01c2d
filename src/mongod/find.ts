import { constants } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Environment } from '../lib/environment.ts'

export interface FindOptions {
  readonly environment: Environment
  /** Paths of mongods to put first: what the operator named, what an earlier restore used. */
  readonly extra: readonly string[]
}

/**
 * Every mongod on this machine that can be executed, the likeliest first, each once however many links lead to it.
 * What is named explicitly, then PATH, the usual folders, and the caches of `m` and `mongodb-runner`.
 */
export async function findMongods({ environment, extra }: FindOptions): Promise<readonly string[]> {
  const folders = await Promise.all(places(environment).map(foldersOf))
  const paths = [...extra, ...folders.flat().map(folder => join(folder, 'mongod'))]
  const found = new Map<string, string>()
  for (const path of paths) {
    const real = await executable(path)
    if (real !== undefined && !found.has(real)) found.set(real, path)
  }
  return [...found.values()]
}

/** A folder with programs, or all of `<parent>/<prefix>*<below>`. */
type Place =
  | { readonly folder: string }
  | {
      readonly parent: string
      readonly prefix: string
      readonly below: string
      readonly trust: 'anyone' | 'own'
    }

function places(environment: Environment): readonly Place[] {
  const home = environment.HOME ?? homedir()
  const path = environment.PATH?.split(delimiter).filter(folder => folder !== '') ?? []
  return [
    ...path.map(folder => ({ folder })),
    ...(usualPlaces[process.platform] ?? []),
    // https://github.com/aheckmann/m: <prefix>/m/versions/7.0.14-ent/bin
    versions(join(environment.M_PREFIX ?? '/usr/local', 'm', 'versions')),
    // https://github.com/mongodb-js/devtools-shared, packages/mongodb-runner
    versions(join(home, '.mongodb', 'versions'), 'mongodb-'),
    versions(
      environment.MONGODB_RUNNER_DOWNLOAD_DIR ?? environment.MONGODB_RUNNER_TMP_DIR ?? tmpdir(),
      'mongodb-',
      'own',
    ),
  ]
}

const versions = (parent: string, prefix = '', trust: 'anyone' | 'own' = 'anyone'): Place => ({
  parent,
  prefix,
  below: 'bin',
  trust,
})

/** Where packages and tarballs of MongoDB are put, by platform. */
const usualPlaces: Partial<Record<NodeJS.Platform, readonly Place[]>> = {
  linux: [
    { folder: '/usr/bin' },
    { folder: '/usr/local/bin' },
    versions('/opt', 'mongodb'),
    versions('/usr/local', 'mongodb'),
    // Ops Manager and Cloud Manager install for their automation agent.
    versions('/var/lib/mongodb-mms-automation', 'mongodb-'),
  ],
  darwin: [
    { folder: '/usr/local/bin' },
    { folder: '/opt/homebrew/bin' },
    versions('/opt/homebrew/opt', 'mongodb'),
    versions('/usr/local/opt', 'mongodb'),
    versions('/usr/local', 'mongodb'),
    versions('/opt', 'mongodb'),
  ],
}

async function foldersOf(place: Place): Promise<readonly string[]> {
  if ('folder' in place) return [place.folder]
  const { parent, prefix, below, trust } = place
  const names = await readdir(parent).catch(() => [])
  const folders = names.filter(name => name.startsWith(prefix)).map(name => join(parent, name))
  // In a folder that everybody can write, such as /tmp, what another user has put there is not run.
  const trusted = trust === 'own' ? await ownedBy(process.getuid?.(), folders) : folders
  return trusted.toSorted().map(folder => join(folder, below))
}

/** Those folders that belong to this user. */
export async function ownedBy(
  user: number | undefined,
  folders: readonly string[],
): Promise<readonly string[]> {
  const owners = await Promise.all(
    folders.map(async folder => (await stat(folder).catch(() => undefined))?.uid),
  )
  return folders.filter((_, at) => owners[at] === user)
}

/** The file itself, behind any links; undefined when it is absent, no file, or not to be executed. */
async function executable(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    await access(real, constants.X_OK)
    return (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}
