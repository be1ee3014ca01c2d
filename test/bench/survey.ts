import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atMost, type Figure } from './figure.ts'
import { compare, type Measure } from './pairs.ts'
import { outputOf } from './programs.ts'

const folders = 100

/** Looking over a large dbpath, as `inspect` and the first step of a restore do. */
export async function survey(folder: string): Promise<readonly Figure[]> {
  const large = await dbpathOf(join(folder, 'large'), 100_000)
  const small = await dbpathOf(join(folder, 'small'), 10_000)
  const toFind = await compare(7, { ours: surveyOf(large), theirs: findIn(large) })
  const perFile = await compare(5, {
    ours: async () => (await surveyOf(large)()) / 10,
    theirs: surveyOf(small),
  })
  return [
    {
      figure: 'survey of a dbpath with 100,000 files',
      value: toFind.ours,
      unit: 'ms',
      against: { peer: 'find -type f -printf', value: toFind.theirs, ratio: toFind.ratio },
      goal: atMost(3),
    },
    {
      figure: 'survey, for each 10,000 of 100,000 files',
      value: perFile.ours,
      unit: 'ms',
      against: { peer: 'of 10,000 files', value: perFile.theirs, ratio: perFile.ratio },
      goal: atMost(1.2),
    },
  ]
}

/** A dbpath with a folder per database, and so many collections. */
async function dbpathOf(dbpath: string, files: number): Promise<string> {
  for (let index = 0; index < folders; index++) {
    const database = join(dbpath, `database${index}`)
    await mkdir(database, { recursive: true })
    const names = Array.from({ length: files / folders }, (_, file) => `collection-${file}-4711.wt`)
    await Promise.all(names.map(name => writeFile(join(database, name), 'data')))
  }
  await writeFile(join(dbpath, 'WiredTiger'), 'WiredTiger\nWiredTiger 11.2.0\n')
  return dbpath
}

/** In a process of its own, as it is in use: a program that has surveyed often is faster. Its start does not count. */
function surveyOf(dbpath: string): Measure {
  return async () => Number(await outputOf([join(import.meta.dirname, 'survey-once.ts'), dbpath]))
}

function findIn(dbpath: string): Measure {
  return async () => {
    const began = performance.now()
    const find = spawn('find', [dbpath, '-type', 'f', '-printf', '%s\\n'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    find.stdout.resume()
    await once(find, 'close')
    return performance.now() - began
  }
}
