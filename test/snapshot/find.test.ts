import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findDbpaths, severalDbpaths } from '../../src/snapshot/find.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { wholeSnapshot, writeTree } from './dbpath.ts'

const { signal } = new AbortController()

describe('finds the dbpath', () => {
  test.each(['', 'a', 'a/b', 'a/b/c'])('at depth %j', async below => {
    const folder = await temporaryFolder()
    await writeTree(join(folder, below), wholeSnapshot)
    await mkdir(join(folder, 'another', 'folder'), { recursive: true })
    expect(await findDbpaths(folder, signal)).toEqual([join(folder, below)])
  })

  test('that is given as a link', async () => {
    const folder = await temporaryFolder()
    await writeTree(join(folder, 'data'), wholeSnapshot)
    await symlink(join(folder, 'data'), join(folder, 'link'))
    expect(await findDbpaths(join(folder, 'link'), signal)).toEqual([join(folder, 'data')])
  })

  test('that has lost everything but its keystore', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'data', 'key.store'), { recursive: true })
    expect(await findDbpaths(folder, signal)).toEqual([join(folder, 'data')])
  })
})

test('finds several dbpaths and hands them all back, to choose from', async () => {
  const folder = await temporaryFolder()
  await writeTree(join(folder, 'shard1'), wholeSnapshot)
  await writeTree(join(folder, 'shard0', 'data'), wholeSnapshot)
  const found = await findDbpaths(folder, signal)
  expect(found).toEqual([join(folder, 'shard0', 'data'), join(folder, 'shard1')])
  expect(severalDbpaths(folder, found)).toMatchObject({ code: 'SNAP-003', evidence: found, exitCode: 3 })
})

describe('says of', () => {
  test('a path that is not there that it does not exist', async () => {
    const path = join(await temporaryFolder(), 'absent')
    await expect(findDbpaths(path, signal)).rejects.toMatchObject({
      code: 'SNAP-001',
      message: `${path} does not exist`,
    })
  })

  test.each(['', 'a\0b', 'x'.repeat(5000)])(
    'a path that the system cannot even look up, the same',
    async path => {
      await expect(findDbpaths(path, signal)).rejects.toMatchObject({ code: 'SNAP-001' })
    },
  )

  test('a folder without a dbpath that there is none, and names the archive that lies in it', async () => {
    const folder = await temporaryFolder()
    await expect(findDbpaths(folder, signal)).rejects.toMatchObject({
      code: 'SNAP-002',
      remedy: expect.stringContaining('WiredTiger.wt') as string,
    })
    await writeFile(join(folder, 'restore-1.tar.gz'), '')
    await expect(findDbpaths(folder, signal)).rejects.toMatchObject({
      code: 'SNAP-002',
      remedy: expect.stringContaining(
        `mkdir -p ${folder}/restore-1 && tar -xzf ${folder}/restore-1.tar.gz -C ${folder}/restore-1`,
      ) as string,
    })
  })

  test('a dbpath four levels down that there is none so near', async () => {
    const folder = await temporaryFolder()
    await writeTree(join(folder, 'a/b/c/d'), wholeSnapshot)
    await expect(findDbpaths(folder, signal)).rejects.toMatchObject({ code: 'SNAP-002' })
  })

  test.each([
    ['my snapshot.tgz', `tar -xzf '`],
    ['rs0.TAR.GZ', 'tar -xzf '],
    ['rs0.tar', 'tar -xf '],
    ['rs0.tar.zst', 'tar -xf '],
    ['rs0.zip', 'unzip '],
  ])('the archive %s how to extract it by hand', async (name, command) => {
    const archive = join(await temporaryFolder(), name)
    await writeFile(archive, '')
    await expect(findDbpaths(archive, signal)).rejects.toMatchObject({
      code: 'SNAP-004',
      remedy: expect.stringContaining(command) as string,
    })
  })

  test('a file of a dbpath which folder to give', async () => {
    const folder = await writeTree(await temporaryFolder(), wholeSnapshot)
    await expect(findDbpaths(join(folder, 'WiredTiger.wt'), signal)).rejects.toMatchObject({
      code: 'SNAP-002',
      remedy: `Give the folder that holds it: ${folder}`,
    })
  })
})

test('does not follow links below the path, so that a circle ends', async () => {
  const folder = await temporaryFolder()
  await symlink(folder, join(folder, 'again'))
  await expect(findDbpaths(folder, signal)).rejects.toMatchObject({ code: 'SNAP-002' })
})

test('stops when it is told to', async () => {
  const reason = new Error('stopped')
  await expect(findDbpaths(await temporaryFolder(), AbortSignal.abort(reason))).rejects.toBe(reason)
})
