import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Binary, deserialize, serialize } from 'bson'
import { systemErrorCode } from '../../lib/failure.ts'
import { Secret } from '../../lib/secret.ts'
import { listKeystoreIds } from '../../snapshot/keys.ts'
import { DamagedRecord, NotSealed, readSealedFile, sealRecords, unsealRecord } from './sealed-file.ts'

/** The key of what belongs to no database: catalog and sizes. The name is the one of mongod's own error messages. */
export const systemKey = '.system'

/** One 32-byte key for each database, and one under `systemKey`. */
export type DatabaseKeys = ReadonlyMap<string, Secret>

/** There is no keystore that this master key opens. */
export class NoValidKeystore extends Error {
  override readonly name = 'NoValidKeystore'
}

/** Where the keystore of a KMIP key lies, seen from the dbpath. */
export function keystorePath(kmipKeyId: string): string {
  return join('key.store', kmipKeyId, 'keystore.wt')
}

/** The KMIP key ids that the dbpath has keystores for. */
export function keystoreIds(dbpath: string): Promise<readonly string[]> {
  return listKeystoreIds(join(dbpath, 'key.store'))
}

export function newDatabaseKeys(databases: readonly string[]): DatabaseKeys {
  return new Map([systemKey, ...databases].map(name => [name, new Secret(randomBytes(32))]))
}

/** The keystore's file: each database's key, sealed under the master key. */
export function sealKeystore(kmipKeyId: string, masterKey: Secret, keys: DatabaseKeys): Buffer {
  const records = [...keys].map(([name, key]) => serialize({ _id: name, key: new Binary(key.revealBytes()) }))
  return sealRecords(keystorePath(kmipKeyId), masterKey, records)
}

/** The database keys. Throws `NoValidKeystore` when the file is missing, is something else, or the master key is wrong. */
export async function openKeystore(
  dbpath: string,
  kmipKeyId: string,
  masterKey: Secret,
): Promise<DatabaseKeys> {
  const path = keystorePath(kmipKeyId)
  try {
    const file = readSealedFile(path, await readFile(join(dbpath, path)))
    return new Map(
      file.sealed.map((_, index) => {
        const entry = deserialize(unsealRecord(file, index, masterKey), { promoteBuffers: true })
        return [String(entry._id), new Secret(entry.key as Buffer)]
      }),
    )
  } catch (error) {
    if (error instanceof DamagedRecord || error instanceof NotSealed || systemErrorCode(error) === 'ENOENT') {
      throw new NoValidKeystore(`no valid keystore at ${path}`, { cause: error })
    }
    throw error
  }
}
