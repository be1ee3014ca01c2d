import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMongods, ownedBy } from '../../src/mongod/find.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapthaw-find-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function mongodAt(...place: string[]): Promise<string> {
  const path = join(folder, ...place, 'mongod')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '#!/bin/sh\n')
  await chmod(path, 0o755)
  return path
}

/** What is found below the test's folder; the machine may have a mongod of its own. */
async function found(
  environment: Record<string, string>,
  extra: readonly string[] = [],
): Promise<readonly string[]> {
  const paths = await findMongods({
    environment: { HOME: join(folder, 'home'), PATH: '', ...environment },
    extra,
  })
  return paths.filter(path => path.startsWith(folder))
}

describe('looking for mongods', () => {
  it('puts first what is named, then PATH in its order', async () => {
    const [second, named, first] = [await mongodAt('b'), await mongodAt('named'), await mongodAt('a')]
    expect(await found({ PATH: `${dirname(first)}:/nowhere:${dirname(second)}` }, [named])).toEqual([
      named,
      first,
      second,
    ])
  })

  it('looks into the caches of m and mongodb-runner', async () => {
    const ofM = await mongodAt('m', 'versions', '7.0.14-ent', 'bin')
    const ofOldRunner = await mongodAt('home', '.mongodb', 'versions', 'mongodb-7.0.14-linux', 'bin')
    const ofRunner = await mongodAt('cache', 'mongodb-linux-none-x64-7014-enterprise', 'bin')
    expect(await found({ M_PREFIX: folder, MONGODB_RUNNER_DOWNLOAD_DIR: join(folder, 'cache') })).toEqual([
      ofM,
      ofOldRunner,
      ofRunner,
    ])
  })

  it('lists one that several links lead to once', async () => {
    const real = await mongodAt('real')
    await mkdir(join(folder, 'links'))
    await symlink(real, join(folder, 'links', 'mongod'))
    expect(await found({ PATH: `${join(folder, 'links')}:${dirname(real)}` })).toEqual([
      join(folder, 'links', 'mongod'),
    ])
  })

  it('leaves out what cannot be executed', async () => {
    const plain = await mongodAt('plain')
    await chmod(plain, 0o644)
    await mkdir(join(folder, 'of-folder', 'mongod'), { recursive: true })
    await mkdir(join(folder, 'dangling'))
    await symlink('/nowhere/mongod', join(folder, 'dangling', 'mongod'))
    const path = ['plain', 'of-folder', 'dangling'].map(name => join(folder, name)).join(':')
    expect(await found({ PATH: path }, [join(folder, 'absent')])).toEqual([])
  })

  it('tells what belongs to another user', async () => {
    const user = process.getuid!()
    expect(await ownedBy(user, [folder, join(folder, 'absent')])).toEqual([folder])
    expect(await ownedBy(user + 1, [folder])).toEqual([])
  })
})
