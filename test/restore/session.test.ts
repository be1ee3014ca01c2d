import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  beginSession,
  listSessions,
  readSession,
  resumeSession,
  unfinishedSession,
} from '../../src/restore/session.ts'
import { stateFolder } from '../../src/restore/state-folder.ts'
import { temporaryFolder } from '../temp-folder.ts'

it('is found again by its dbpath, also through a link to it', async () => {
  const home = await temporaryFolder()
  const dbpath = await temporaryFolder()
  const session = await beginSession(home, dbpath, false)
  await session.update({ decisions: { region: 'eu-west-1' }, reached: 'proxy' })
  await session.close()
  const link = join(home, 'link')
  await symlink(dbpath, link)
  expect(await unfinishedSession(home, link)).toMatchObject({
    id: session.id,
    reached: 'proxy',
    decisions: { region: 'eu-west-1' },
  })
})

it('is for its owner alone', async () => {
  const home = await temporaryFolder()
  const session = await beginSession(home, await temporaryFolder(), false)
  session.note({ type: 'note', step: 'snapshot', message: 'x' })
  await session.close()
  expect((await stat(session.folder)).mode & 0o777).toBe(0o700)
  for (const file of ['session.json', 'events.ndjson']) {
    expect((await stat(join(session.folder, file))).mode & 0o777).toBe(0o600)
  }
})

it('is not found once it is over', async () => {
  const home = await temporaryFolder()
  const dbpath = await temporaryFolder()
  const session = await beginSession(home, dbpath, false)
  await session.update({ state: 'stopped' })
  await session.close()
  expect(await unfinishedSession(home, dbpath)).toBeUndefined()
  expect(await listSessions(home)).toHaveLength(1)
})

it('refuses a second snapthaw on the same dbpath, and lets it in when the first is done', async () => {
  const home = await temporaryFolder()
  const dbpath = await temporaryFolder()
  const session = await beginSession(home, dbpath, false)
  await expect(beginSession(home, dbpath, false)).rejects.toMatchObject({ code: 'SESSION-001', exitCode: 2 })
  await session.close()
  const resumed = await resumeSession(home, session.record)
  expect(resumed.id).toBe(session.id)
  await resumed.close()
})

it('writes changes in the order in which they were made', async () => {
  const home = await temporaryFolder()
  const session = await beginSession(home, await temporaryFolder(), false)
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => session.update({ decisions: { 'kmip-port': String(n) } })),
  )
  await session.close()
  const written = JSON.parse(await readFile(join(session.folder, 'session.json'), 'utf8')) as unknown
  expect(written).toMatchObject({ decisions: { 'kmip-port': '19' } })
})

it('is passed over when its record cannot be read', async () => {
  const home = await temporaryFolder()
  const session = await beginSession(home, await temporaryFolder(), false)
  await session.close()
  await writeFile(join(session.folder, 'session.json'), '{"v":2}')
  expect(await readSession(home, session.id)).toBeUndefined()
  expect(await listSessions(home)).toEqual([])
})

it('lives where XDG_STATE_HOME says', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/elsewhere/state' })).toBe('/elsewhere/state/snapthaw')
})
