import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FindingCode } from '../../src/lib/failure.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { summarySnapshot } from '../../src/snapshot/summary.ts'
import { surveySnapshot } from '../../src/snapshot/survey.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { keyId, storageBson, wholeSnapshot, writeTree } from './dbpath.ts'

type Change = Readonly<Record<string, string | Uint8Array | undefined>>

async function snapshotWith(change: Change = {}): Promise<string> {
  return writeTree(await temporaryFolder(), { ...wholeSnapshot, ...change })
}

function survey(dbpath: string, signal = new AbortController().signal): Promise<Snapshot> {
  return surveySnapshot(dbpath, { signal, onProgress: () => undefined })
}

function findingsOf({ findings }: Snapshot): string[] {
  return findings.map(finding => `${finding.code} ${finding.severity}`)
}

function finding({ findings }: Snapshot, code: FindingCode) {
  return findings.find(each => each.code === code)
}

test('reads everything that an encrypted snapshot shows without a key', async () => {
  const dbpath = await snapshotWith()
  expect(await survey(dbpath)).toEqual({
    dbpath,
    encryption: 'enterprise',
    serverVersion: { version: '7.0.14', source: join(dbpath, 'mongod.log') },
    loggedOptions: { storage: { dbPath: '/srv/mongodb' } },
    wiredTigerVersion: 'WiredTiger 11.2.0',
    storage: { engine: 'wiredTiger', directoryPerDB: false, directoryForIndexes: false },
    keys: [
      {
        keyId,
        provider: 'aws',
        metadataPath: join(dbpath, 'cloudProviderCredentials', `${keyId}.aws.metadata`),
      },
    ],
    keystoreIds: [keyId],
    files: Object.keys(wholeSnapshot).length,
    bytes: Object.values(wholeSnapshot).reduce((sum, content) => sum + content.length, 0),
    lockedBy: undefined,
    findings: [],
  })
})

test('says it in one line', async () => {
  expect(summarySnapshot(await survey(await snapshotWith()))).toMatch(
    /^7\.0\.14 · \d+\.\d kB · 12 files · 1 key \(aws\)$/,
  )
  const bare = { serverVersion: undefined, bytes: 48_200_000_000, files: 1, keys: [] }
  expect(summarySnapshot({ ...(await survey(await snapshotWith())), ...bare })).toBe(
    'version unknown · 48.2 GB · 1 file · 0 keys',
  )
})

test('changes nothing', async () => {
  const dbpath = await snapshotWith()
  const before = await readdir(dbpath, { recursive: true })
  await survey(dbpath)
  expect(await readdir(dbpath, { recursive: true })).toEqual(before)
})

test('tells how far it has counted', async () => {
  const counted: number[] = []
  const { files } = await surveySnapshot(await snapshotWith(), {
    signal: new AbortController().signal,
    onProgress: n => counted.push(n),
  })
  expect(counted.at(-1)).toBe(files)
})

test('takes the version from restoreInfo.txt where there is no log, and none where there is neither', async () => {
  const beside = { 'mongod.log': undefined, 'restoreInfo.txt': 'Replica set: rs0\nMongoDB version: 4.4.2\n' }
  const dbpath = await snapshotWith(beside)
  expect(await survey(dbpath)).toMatchObject({
    serverVersion: { version: '4.4.2', source: join(dbpath, 'restoreInfo.txt') },
  })
  await rm(join(dbpath, 'restoreInfo.txt'))
  expect(await survey(dbpath)).toMatchObject({ serverVersion: undefined, loggedOptions: undefined })
})

describe('finds', () => {
  test('a folder that is not encrypted', async () => {
    const dbpath = await writeTree(await temporaryFolder(), { 'WiredTiger.wt': 'x' })
    const snapshot = await survey(dbpath)
    expect(snapshot.encryption).toBe('none')
    expect(findingsOf(snapshot)).toEqual(['SNAP-006 error'])
    expect(finding(snapshot, 'SNAP-006')?.remedy).toContain(`mongod --dbpath ${dbpath}`)
  })

  test('a dbpath of Percona Server', async () => {
    const snapshot = await survey(
      await writeTree(await temporaryFolder(), { 'WiredTiger.wt': 'x', 'key.db/WiredTiger': 'x' }),
    )
    expect(snapshot.encryption).toBe('percona')
    expect(findingsOf(snapshot)).toEqual(['SNAP-007 error'])
  })

  test('what an extraction that was cut short has left out', async () => {
    const snapshot = await survey(
      await snapshotWith({ '_mdb_catalog.wt': undefined, 'WiredTiger.turtle': undefined }),
    )
    expect(findingsOf(snapshot)).toEqual(['SNAP-005 error'])
    expect(finding(snapshot, 'SNAP-005')?.message).toContain('missing: WiredTiger.turtle, _mdb_catalog.wt')
  })

  test('folders where files are expected, and files where folders are', async () => {
    const change = { 'storage.bson': undefined, 'WiredTiger.wt': undefined, 'mongod.lock': undefined }
    const dbpath = await snapshotWith({
      ...change,
      [`cloudProviderCredentials/${keyId}.aws.metadata`]: undefined,
    })
    for (const name of ['storage.bson', 'WiredTiger.wt', 'mongod.lock']) await mkdir(join(dbpath, name))
    await writeFile(join(dbpath, 'cloudProviderCredentials'), '')
    const snapshot = await survey(dbpath)
    expect(finding(snapshot, 'SNAP-005')?.message).toContain(
      'file in place of a folder: WiredTiger.wt, storage.bson, mongod.lock, cloudProviderCredentials',
    )
    expect(snapshot.keys).toEqual([])
  })

  test('links that lead out of the dbpath, and not those that stay inside', async () => {
    const dbpath = await snapshotWith()
    await symlink('/etc/passwd', join(dbpath, 'collection-9.wt'))
    await symlink('nowhere', join(dbpath, 'collection-8.wt'))
    await symlink('collection-0-1.wt', join(dbpath, 'collection-7.wt'))
    const snapshot = await survey(dbpath)
    expect(findingsOf(snapshot)).toEqual(['SNAP-005 warning'])
    expect(finding(snapshot, 'SNAP-005')?.message).toMatch(/collection-8\.wt, collection-9\.wt$/)
  })

  test('that key.store is missing', async () => {
    const dbpath = await snapshotWith()
    await rm(join(dbpath, 'key.store'), { recursive: true })
    const snapshot = await survey(dbpath)
    expect(findingsOf(snapshot)).toEqual(['SNAP-005 warning'])
    expect(snapshot.keystoreIds).toEqual([])
  })

  test('several keys', async () => {
    const snapshot = await survey(await snapshotWith({ 'cloudProviderCredentials/b.c.gcp.metadata': '{}' }))
    expect(snapshot.keys.map(key => `${key.keyId} ${key.provider}`)).toEqual([`${keyId} aws`, 'b.c gcp'])
    expect(findingsOf(snapshot)).toEqual(['SNAP-011 warning'])
  })

  test('that there are no metadata files, or strange ones', async () => {
    const without = { [`cloudProviderCredentials/${keyId}.aws.metadata`]: undefined }
    const none = await survey(await snapshotWith(without))
    expect(findingsOf(none)).toEqual(['SNAP-012 error'])

    const strange = await survey(await snapshotWith({ 'cloudProviderCredentials/a.oracle.metadata': '{}' }))
    expect(findingsOf(strange)).toEqual(['SNAP-012 warning'])
    expect(finding(strange, 'SNAP-012')?.message).toContain('a.oracle.metadata')
  })

  test('that the data is laid out in folders, and which flags that needs', async () => {
    const bson = storageBson({ directoryPerDB: true, directoryForIndexes: true })
    const snapshot = await survey(await snapshotWith({ 'storage.bson': bson }))
    expect(snapshot.storage).toMatchObject({ directoryPerDB: true, directoryForIndexes: true })
    expect(findingsOf(snapshot)).toEqual(['SNAP-014 info'])
    expect(finding(snapshot, 'SNAP-014')?.message).toContain(
      '--directoryperdb and --wiredTigerDirectoryForIndexes',
    )
  })

  test.each([
    [undefined, 'SNAP-015 warning'],
    ['not BSON', 'SNAP-015 error'],
    [storageBson({}).subarray(0, 20), 'SNAP-015 error'],
    ['', 'SNAP-015 error'],
  ])('that storage.bson is missing or broken', async (content, expected) => {
    const snapshot = await survey(await snapshotWith({ 'storage.bson': content }))
    expect(snapshot.storage).toBeUndefined()
    expect(findingsOf(snapshot)).toEqual([expected])
  })

  test('what this user may not read or write', async () => {
    const dbpath = await snapshotWith()
    await openToEverybody(dbpath)
    await chmod(join(dbpath, 'collection-0-1.wt'), 0o444)
    await chmod(join(dbpath, 'cloudProviderCredentials'), 0)
    const snapshot = (await surveyAsOrdinaryUser(dbpath)) as Snapshot
    expect(findingsOf(snapshot)).toEqual(['SNAP-009 error'])
    expect(finding(snapshot, 'SNAP-009')?.message).toMatch(/: cloudProviderCredentials, collection-0-1\.wt$/)
  })
})

test('says that a dbpath may not be looked at, and claims nothing about it', async () => {
  const dbpath = await snapshotWith()
  await chmod(dbpath, 0)
  expect(await surveyAsOrdinaryUser(dbpath)).toEqual({ failure: 'SNAP-009' })
  await expect(survey(join(dbpath, 'absent'))).rejects.toMatchObject({ code: 'SNAP-001' })
})

test('stops when it is told to', async () => {
  const reason = new Error('stopped')
  await expect(survey(await snapshotWith(), AbortSignal.abort(reason))).rejects.toBe(reason)
})

describe('of mongod.lock', () => {
  /** A process with these arguments, until the test ends. */
  async function running(argv: readonly string[], cwd?: string): Promise<ChildProcess> {
    const waiting = 'process.stdout.write("."); setInterval(() => {}, 1e6)'
    const child = spawn(process.execPath, ['-e', waiting, '--', ...argv], {
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd,
    })
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    await once(child.stdout, 'data')
    return child
  }

  test('an empty one is nothing to speak of', async () => {
    expect(findingsOf(await survey(await snapshotWith({ 'mongod.lock': '' })))).toEqual([])
  })

  test('a pid that does not run is the normal state of a snapshot', async () => {
    const snapshot = await survey(await snapshotWith({ 'mongod.lock': '4242424\n' }))
    expect(findingsOf(snapshot)).toEqual(['SNAP-016 info'])
    expect(snapshot.lockedBy).toBeUndefined()
  })

  test.each([
    (dbpath: string) => ['--dbpath', dbpath],
    (dbpath: string) => [`--dbpath=${dbpath}`],
    () => ['--dbpath', '.'],
  ])('a process that was started on this dbpath has it in use', async argv => {
    const dbpath = await snapshotWith()
    const child = await running(argv(dbpath), dbpath)
    await writeFile(join(dbpath, 'mongod.lock'), `${child.pid}\n`)
    const snapshot = await survey(dbpath)
    expect(findingsOf(snapshot)).toEqual(['SNAP-008 error'])
    expect(snapshot.lockedBy).toBe(child.pid)
  })

  test.runIf(process.platform === 'linux')(
    'a process that has one of its files open has it in use',
    async () => {
      const dbpath = await snapshotWith()
      const child = spawn('tail', ['-f', join(dbpath, 'WiredTiger.wt')], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      await writeFile(join(dbpath, 'mongod.lock'), `${child.pid}\n`)
      expect(await survey(dbpath)).toMatchObject({ lockedBy: child.pid })
    },
  )

  test('a recycled pid does not stand in the way, and is named', async () => {
    const child = await running(['--dbpath', '/another/dbpath'])
    const snapshot = await survey(await snapshotWith({ 'mongod.lock': `${child.pid}\n` }))
    expect(findingsOf(snapshot)).toEqual(['SNAP-016 info'])
    expect(finding(snapshot, 'SNAP-016')?.message).toContain('now another program’s (node)')
  })

  test.each(['garbage', '-1', '0', '99999999999999999999'])(
    'text that is no pid (%s) is passed over',
    async text => {
      expect(findingsOf(await survey(await snapshotWith({ 'mongod.lock': text })))).toEqual([])
    },
  )
})

async function openToEverybody(dbpath: string): Promise<void> {
  for (const entry of await readdir(dbpath, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o777 : 0o666)
  }
  await chmod(dbpath, 0o777)
}

async function surveyAsOrdinaryUser(dbpath: string): Promise<Snapshot | { failure: string }> {
  const program = join(import.meta.dirname, 'survey-process.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, dbpath])
  return JSON.parse(stdout) as Snapshot
}
