import { truncate, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { isServerLog, newestRun } from '../../src/snapshot/server-log.ts'
import { walkTree } from '../../src/snapshot/tree.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { logLine, startOf, writeTree } from './dbpath.ts'

const { signal } = new AbortController()

async function newestRunOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await writeTree(await temporaryFolder(), files)
  return newestRunIn(folder)
}

async function newestRunIn(folder: string) {
  const { collected } = await walkTree(folder, { collect: isServerLog, onProgress: () => undefined, signal })
  return newestRun(folder, collected, signal)
}

const may1 = '2024-05-01T10:00:00.000+00:00'
const may2 = '2024-05-02T10:00:00.000+00:00'
const may3 = '2024-05-03T10:00:00.000+00:00'

test('takes version and options of the last start in a log', async () => {
  const text =
    startOf('6.0.1', may1, { net: { port: 1 } }) +
    logLine(23016, may1, {}) +
    startOf('6.0.9', may2, { net: { port: 2 } })
  expect(await newestRunOf({ 'mongod.log': text })).toMatchObject({
    version: '6.0.9',
    options: { net: { port: 2 } },
    source: 'mongod.log',
  })
})

test('takes the newest run of rotated and compressed logs, whatever the time of the files', async () => {
  const folder = await writeTree(await temporaryFolder(), {
    'mongod.log.2024-05-02T00-00-00': startOf('7.0.1', may1),
    'logs/mongod.log.2.gz': gzipSync(startOf('7.0.3', may3)),
    'mongod.log': startOf('7.0.2', may2),
  })
  await utimes(join(folder, 'logs/mongod.log.2.gz'), 1, 1)
  expect(await newestRunIn(folder)).toMatchObject({ version: '7.0.3', source: 'logs/mongod.log.2.gz' })
})

test('reads the text log of 4.2', async () => {
  const text = '2020-01-01T00:00:00.000+0000 I  CONTROL  [initandlisten] db version v4.2.8\n'
  expect(await newestRunOf({ 'mongod.log': text })).toMatchObject({ version: '4.2.8', options: undefined })
})

test('believes no line that only quotes a version', async () => {
  const quoting = [
    logLine(51803, may1, { command: '"id":23403,"version":"9.9.9"', buildInfo: { version: '9.9.9' } }),
    logLine(51803, may1, { note: 'db version v9.9.9' }),
    '{"t":{"$date":"2024-05-01T10:00:00.000+00:00"},"id":23403,"attr":{"buildInfo":{"version":"9.9.9"',
  ].join('')
  expect(await newestRunOf({ 'mongod.log': quoting })).toBeUndefined()
})

test('reads a compressed log that is cut short as far as it goes', async () => {
  const folder = await writeTree(await temporaryFolder(), {
    'mongod.log.gz': gzipSync(startOf('7.0.3', may3) + 'x\n'.repeat(1000) + crypto.randomUUID().repeat(1000)),
  })
  await truncate(join(folder, 'mongod.log.gz'), 200)
  expect(await newestRunIn(folder)).toMatchObject({ version: '7.0.3' })
})

test('passes over a log that is not what its name says', async () => {
  expect(
    await newestRunOf({ 'mongod.log.gz': 'not compressed', 'other.log': Buffer.alloc(100) }),
  ).toBeUndefined()
})

test('reads only the two ends of a very large log', async () => {
  const folder = await writeTree(await temporaryFolder(), { 'mongod.log': startOf('7.0.1', may1) })
  const log = join(folder, 'mongod.log')
  await truncate(log, 40 * 1024 * 1024 * 1024)
  expect(await newestRunIn(folder)).toMatchObject({ version: '7.0.1' })
})

test.each([
  ['mongod.log', true],
  ['mongod.log.2024-05-01T00-00-00', true],
  ['logs/mongodb.log.gz', true],
  ['journal/WiredTigerLog.0000000001', false],
  ['collection-0.wt', false],
])('%s is a log of the server: %s', (path, expected) => {
  expect(isServerLog(path)).toBe(expected)
})
