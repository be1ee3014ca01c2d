import { join } from 'node:path'
import { Secret } from '../../src/lib/secret.ts'
import { generateSnapshot, type SnapshotOptions } from '../../src/practice/snapshot-generator.ts'
import { temporaryFolder } from '../temp-folder.ts'

/** The master key of every snapshot that `makeSnapshot` makes, under the KMIP key id `key-1`. */
export const masterKey = Buffer.from('the master key of a test, 32 byt')

/** A snapshot in a folder of its own, gone when the test is over: its dbpath. */
export async function makeSnapshot(options: Partial<SnapshotOptions> = {}): Promise<string> {
  const dbpath = join(await temporaryFolder(), 'dbpath')
  await generateSnapshot({
    dbpath,
    masterKey: new Secret(masterKey),
    kmipKeyId: 'key-1',
    version: '7.0.14',
    metadata: { provider: 'aws', keyId: 'key-1', content: '{}\n' },
    wrappedKey: Buffer.from('wrapped'),
    ...options,
  })
  return dbpath
}
