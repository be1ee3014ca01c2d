import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { serialize } from 'bson'

export const keyId = '0123456789abcdef01234567'

export function logLine(id: number, at: string, attr: unknown): string {
  return `${JSON.stringify({ t: { $date: at }, s: 'I', c: 'CONTROL', id, ctx: 'initandlisten', msg: 'a message', attr })}\n`
}

export function startOf(version: string, at: string, options: unknown = {}): string {
  return logLine(23403, at, { buildInfo: { version } }) + logLine(21951, at, { options })
}

/** What an encrypted snapshot holds, by path. */
export const wholeSnapshot: Readonly<Record<string, string | Uint8Array>> = {
  WiredTiger: 'WiredTiger\nWiredTiger 11.2.0: (October 1, 2023)\n',
  'WiredTiger.turtle': 'WiredTiger version string\n',
  'WiredTiger.wt': 'x'.repeat(4096),
  '_mdb_catalog.wt': 'x'.repeat(4096),
  'collection-0-1.wt': 'x'.repeat(1000),
  'journal/WiredTigerLog.0000000001': 'x',
  'storage.bson': storageBson({ directoryPerDB: false, directoryForIndexes: false }),
  'mongod.log': startOf('7.0.14', '2024-05-01T10:00:00.000+00:00', { storage: { dbPath: '/srv/mongodb' } }),
  [`cloudProviderCredentials/${keyId}.aws.metadata`]: '{"accessKeyId":"AKIA"}\n',
  [`key.store/${keyId}/keystore.wt`]: 'x',
  'key.store/keystore.metadata/a': 'x',
  [`key.store/${keyId}-invalidated-1`]: 'x',
}

export function storageBson(options: Record<string, boolean>): Uint8Array {
  return serialize({ storage: { engine: 'wiredTiger', options } })
}

/** Writes files by path; one that is undefined is left out. */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | undefined>>,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}
