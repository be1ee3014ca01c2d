import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { planMend } from '../../src/credentials/mend.ts'
import { Secret } from '../../src/lib/secret.ts'
import { lend, lentFiles, takeBackLent } from '../../src/restore/credentials/lend.ts'
import { beginSession } from '../../src/restore/session.ts'
import { createDbpath, ordinary } from '../credentials/dbpath.ts'
import { temporaryFolder } from '../temp-folder.ts'

const credentials = {
  provider: 'aws',
  accessKeyId: new Secret('AKIASECONDSECONDSEC2'),
  secretAccessKey: new Secret('canary-second'),
  region: 'us-east-1',
} as const

/** A session that has lent credentials to the metadata file of its snapshot. */
async function lent() {
  const dbpath = await createDbpath()
  onTestFinished(() => dbpath.remove())
  const metadata = await dbpath.metadata(ordinary)
  const session = await beginSession(await temporaryFolder(), dbpath.path, false)
  onTestFinished(() => session.close())
  await lend(session, planMend(metadata, credentials))
  const path = metadata.key.metadataPath
  return { session, path, onDisk: () => readFile(path, 'utf8') }
}

test('a metadata file that is lent holds the credentials, and is put back byte for byte', async () => {
  const { session, path, onDisk } = await lent()
  expect(await onDisk()).toContain('canary-second')
  expect(await lentFiles(session)).toEqual([path])
  await takeBackLent(session)
  expect(await onDisk()).toBe(ordinary)
  expect(await lentFiles(session)).toEqual([])
  await takeBackLent(session)
  expect(await onDisk()).toBe(ordinary)
})

test('what somebody else has made of it meanwhile is theirs: it is said once, and left to them', async () => {
  const { session, path, onDisk } = await lent()
  await writeFile(path, '{"somebody": "else"}')
  await expect(takeBackLent(session)).rejects.toMatchObject({ code: 'CRED-015' })
  await takeBackLent(session)
  expect(await onDisk()).toBe('{"somebody": "else"}')
})

test('nothing is lent where nothing was', async () => {
  const folder = join(await temporaryFolder(), 'session')
  await mkdir(folder)
  expect(await lentFiles({ folder })).toEqual([])
  await takeBackLent({ folder })
})
