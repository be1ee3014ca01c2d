import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planMend, type Mend } from '../../src/credentials/mend.ts'
import { forgetMend, mendRecords, undoMend, writeMend } from '../../src/credentials/mended-file.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createDbpath, ordinary, type Dbpath } from './dbpath.ts'

let dbpath: Dbpath
let path: string
let backups: string
beforeEach(async () => {
  dbpath = await createDbpath()
  path = dbpath.key().metadataPath
  backups = join(await mkdtemp(join(tmpdir(), 'snapthaw-backups-')), 'backups')
})
afterEach(async () => {
  await dbpath.remove()
  await rm(join(backups, '..'), { recursive: true })
})

async function planned(content = ordinary, accessKeyId = 'AKIANEWNEWNEWNEWNEW7Q'): Promise<Mend> {
  const credentials: AwsCredentials = {
    provider: 'aws',
    accessKeyId: new Secret(accessKeyId),
    secretAccessKey: new Secret('canary-new'),
    region: 'us-east-1',
  }
  return planMend(await dbpath.metadata(content), credentials)
}

const onDisk = () => readFile(path, 'utf8')

describe('writing a mend', () => {
  test('changes the file, and keeps its mode', async () => {
    const mend = await planned()
    await chmod(path, 0o640)
    await writeMend(mend, backups)
    expect(await onDisk()).toBe(mend.after.reveal())
    expect((await stat(path)).mode & 0o777).toBe(0o640)
  })

  test('backs the file up first, byte for byte, for its owner only', async () => {
    const record = await writeMend(await planned(`\ufeff${ordinary}\r\n`), backups)
    const backup = join(backups, record.backup)
    expect(await readFile(backup, 'utf8')).toBe(`\ufeff${ordinary}\r\n`)
    expect((await stat(backup)).mode & 0o777).toBe(0o600)
    expect((await stat(backups)).mode & 0o777).toBe(0o700)
  })

  test('leaves a record that holds no secret', async () => {
    const record = await writeMend(await planned(), backups)
    expect(await mendRecords(backups)).toEqual([record])
    const name = (await readdir(backups)).find(each => each.endsWith('.mend.json'))
    expect(await readFile(join(backups, name!), 'utf8')).not.toMatch(/canary|AKIA/)
  })

  test('refuses a file that was changed since it was read', async () => {
    const mend = await planned()
    await writeFile(path, '{"somebody": "else"}')
    await expect(writeMend(mend, backups)).rejects.toMatchObject({ code: 'CRED-015' })
    expect(await onDisk()).toBe('{"somebody": "else"}')
  })

  test('refuses a file that is gone', async () => {
    const mend = await planned()
    await rm(path)
    await expect(writeMend(mend, backups)).rejects.toMatchObject({ code: 'CRED-015' })
    expect(await readdir(dbpath.folder)).toEqual([])
  })

  test('changes nothing where no backup can be made', async () => {
    const mend = await planned()
    await writeFile(backups, 'a file where the folder should be')
    await expect(writeMend(mend, backups)).rejects.toMatchObject({ code: 'SNAP-009' })
    expect(await onDisk()).toBe(ordinary)
  })
})

describe('undoing a mend', () => {
  test('restores the file byte for byte, with its mode', async () => {
    const mend = await planned(`\ufeff${ordinary}\r\n`)
    await chmod(path, 0o640)
    const record = await writeMend(mend, backups)
    await undoMend(record, backups)
    expect(await onDisk()).toBe(`\ufeff${ordinary}\r\n`)
    expect((await stat(path)).mode & 0o777).toBe(0o640)
  })

  test('does nothing the second time', async () => {
    const record = await writeMend(await planned(), backups)
    await undoMend(record, backups)
    await undoMend(record, backups)
    expect(await onDisk()).toBe(ordinary)
  })

  test('goes back through several mends, the latest first', async () => {
    const first = await writeMend(await planned(), backups)
    const second = await writeMend(await planned(await onDisk(), 'AKIATHIRDTHIRDTHIRD3'), backups)
    const records = await mendRecords(backups)
    expect(records.map(({ backup }) => backup)).toEqual([second.backup, first.backup])
    for (const record of records) await undoMend(record, backups)
    expect(await onDisk()).toBe(ordinary)
  })

  test('refuses a file that somebody else has changed since', async () => {
    const record = await writeMend(await planned(), backups)
    await writeFile(path, '{"somebody": "else"}')
    await expect(undoMend(record, backups)).rejects.toMatchObject({ code: 'CRED-015' })
    expect(await onDisk()).toBe('{"somebody": "else"}')
  })

  test.each([
    ['damaged', (backup: string) => writeFile(backup, 'damaged')],
    ['missing', (backup: string) => rm(backup)],
  ])('refuses with a backup that is %s', async (_, spoil) => {
    const mend = await planned()
    const record = await writeMend(mend, backups)
    await spoil(join(backups, record.backup))
    await expect(undoMend(record, backups)).rejects.toMatchObject({ code: 'CRED-016' })
    expect(await onDisk()).toBe(mend.after.reveal())
  })
})

describe('records', () => {
  test('are none where there is no folder', async () => {
    expect(await mendRecords(backups)).toEqual([])
  })

  test('pass over what is none', async () => {
    await mkdir(backups)
    await writeFile(join(backups, 'x.mend.json'), '{')
    await writeFile(join(backups, 'y.mend.json'), '{"v": 2}')
    expect(await mendRecords(backups)).toEqual([])
  })
})

test('a mend that is undone can be forgotten, but for its backup', async () => {
  const record = await writeMend(await planned(), backups, 'while a proxy runs')
  expect(await mendRecords(backups)).toMatchObject([{ keep: 'while a proxy runs' }])
  await undoMend(record, backups)
  await forgetMend(record, backups)
  expect(await mendRecords(backups)).toEqual([])
  expect(await readdir(backups)).toEqual([record.backup])
})
