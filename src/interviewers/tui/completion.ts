import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PathQuestion } from '../../restore/interview.ts'
import { lineOf, type Line } from './line.ts'

export interface Completion {
  readonly line: Line
  /** What the path could go on with, where that is more than one: names, folders with a slash behind them. */
  readonly candidates: readonly string[]
}

/**
 * What Tab makes of a path that is being typed: as much as all the entries that begin so have in common. The rest of the
 * line, behind the cursor, is dropped. A folder that cannot be read has no entries.
 */
export async function completePath(
  { text, cursor }: Line,
  wants: PathQuestion['wants'],
  places: { readonly home: string; readonly cwd: string },
): Promise<Completion> {
  const typed = text.slice(0, cursor)
  if (typed === '~') return { line: lineOf('~/'), candidates: [] }
  const start = typed.lastIndexOf('/') + 1
  const prefix = typed.slice(start)
  const folder = resolve(places.cwd, withHome(typed.slice(0, start), places.home))
  const names = await entriesOf(folder, prefix, wants)
  return {
    line: names.length === 0 ? { text, cursor } : lineOf(typed.slice(0, start) + commonStart(names)),
    candidates: names.length > 1 ? names : [],
  }
}

async function entriesOf(
  folder: string,
  prefix: string,
  wants: PathQuestion['wants'],
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const matching = entries.filter(
    ({ name }) => name.startsWith(prefix) && (prefix !== '' || !name.startsWith('.')),
  )
  const named = await Promise.all(
    matching.map(async entry => {
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))
      if (isFolder) return `${entry.name}/`
      return wants === 'folder' ? undefined : entry.name
    }),
  )
  return named.filter(name => name !== undefined).sort()
}

async function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    target => target.isDirectory(),
    () => false,
  )
}

function withHome(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path
}

function commonStart(names: readonly string[]): string {
  return names.reduce((common, name) => {
    let length = 0
    while (length < common.length && common[length] === name[length]) length += 1
    return common.slice(0, length)
  })
}
