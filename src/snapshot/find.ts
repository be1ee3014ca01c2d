import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../lib/failure.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import { isDbpath } from './layout.ts'
import { refusedPath } from './refused-path.ts'

/** An archive of Atlas holds its dbpath at the top or in a folder; unpacked by hand, that is at most one deeper again. */
const levelsBelow = 3
/** Where to give up: a home folder or `/` given by mistake is not searched to its end. */
const mostFolders = 5000

/** What extracts an archive into a folder, by the archive's name. */
const extractors: readonly (readonly [name: RegExp, command: string, intoFolder: string])[] = [
  [/\.(tar\.gz|tgz)$/i, 'tar -xzf', '-C'],
  [/\.(tar|tar\.(bz2|xz|zst)|tbz2?|txz)$/i, 'tar -xf', '-C'],
  [/\.zip$/i, 'unzip', '-d'],
]

/** One dbpath, or several to choose from. */
export type Dbpaths = readonly [string, ...string[]]

/**
 * The dbpaths at or below a path, sorted: the path itself, or folders up to three levels down. Links below the path are
 * not followed. Throws `Failure` SNAP-001 (no such path), SNAP-002 (no dbpath there), SNAP-004 (an archive) or SNAP-009
 * (may not be read). With several, someone has to choose: see `severalDbpaths`.
 */
export async function findDbpaths(path: string, signal: AbortSignal): Promise<Dbpaths> {
  const given = await statOf(path)
  if (!given.isDirectory()) throw notAFolder(path)
  const search = await searchBelow(await realpath(path), signal)
  const [first, ...others] = search.dbpaths
  if (first === undefined) throw noDbpath(path, search)
  return [first, ...others]
}

/** SNAP-003, for when nobody is there to choose one of them. */
export function severalDbpaths(path: string, dbpaths: readonly string[]): Failure {
  return new Failure({
    code: 'SNAP-003',
    message: `${path} holds ${dbpaths.length} dbpaths`,
    remedy: 'Give the one to restore, such as: snapthaw restore ' + shellQuote(dbpaths[0] ?? path),
    evidence: dbpaths,
  })
}

interface Search {
  readonly dbpaths: readonly string[]
  readonly archives: readonly string[]
  readonly unreadable: readonly string[]
  readonly gaveUp: boolean
}

/** Level by level, so that the nearest are found first; a dbpath is not searched for more inside. */
async function searchBelow(root: string, signal: AbortSignal): Promise<Search> {
  const dbpaths: string[] = []
  const archives: string[] = []
  const unreadable: string[] = []
  let level = [root]
  let read = 0
  for (let depth = 0; depth <= levelsBelow; depth++) {
    const next: string[] = []
    for (const folder of level) {
      signal.throwIfAborted()
      if (read++ === mostFolders) return { dbpaths: dbpaths.sort(), archives, unreadable, gaveUp: true }
      const entries = await entriesOf(folder, root)
      if (entries === undefined) unreadable.push(folder)
      else if (isDbpath(new Set(entries.map(entry => entry.name)))) dbpaths.push(folder)
      else {
        for (const entry of entries) {
          if (entry.isDirectory()) next.push(join(folder, entry.name))
          else if (extraction(entry.name) !== undefined) archives.push(join(folder, entry.name))
        }
      }
    }
    level = next.sort()
  }
  return { dbpaths: dbpaths.sort(), archives, unreadable, gaveUp: false }
}

/** Undefined for a folder below the root that may not be read, or is gone by now. */
async function entriesOf(folder: string, root: string): Promise<readonly Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (folder === root) throw refusedPath(folder, error)
    return undefined
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    throw refusedPath(path, error)
  }
}

function noDbpath(path: string, { archives, unreadable, gaveUp }: Search): Failure {
  const [extract] = archives.map(extraction)
  const unsearched = gaveUp ? [`The search ended after ${mostFolders} folders`] : []
  return new Failure({
    code: 'SNAP-002',
    message: `${path} holds no dbpath, nor do the folders up to ${levelsBelow} levels below it`,
    remedy:
      extract === undefined
        ? 'Give the folder that holds WiredTiger.wt and cloudProviderCredentials'
        : `Extract the archive that lies there, then give its folder: ${extract}`,
    evidence: [...unsearched, ...unreadable.slice(0, 5).map(folder => `May not be read: ${folder}`)],
  })
}

function notAFolder(path: string): Failure {
  const extract = extraction(path)
  if (extract === undefined) {
    return new Failure({
      code: 'SNAP-002',
      message: `${path} is not a folder, so not a dbpath`,
      remedy: `Give the folder that holds it: ${dirname(path)}`,
    })
  }
  return new Failure({
    code: 'SNAP-004',
    message: `${path} is an archive: its files are not extracted yet`,
    remedy: `This version reads extracted snapshots only. Extract it, then give the folder: ${extract}`,
  })
}

/** The commands that extract an archive into a new folder beside it; undefined for anything else. */
function extraction(path: string): string | undefined {
  for (const [name, command, intoFolder] of extractors) {
    if (!name.test(path)) continue
    const folder = shellQuote(path.replace(name, ''))
    return `mkdir -p ${folder} && ${command} ${shellQuote(path)} ${intoFolder} ${folder}`
  }
  return undefined
}
