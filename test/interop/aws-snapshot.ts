import { join } from 'node:path'
import { generateSnapshot } from '../../src/practice/snapshot-generator.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { masterKey, region, type Keys } from './aws-cloud.ts'

/** What differs between the snapshots: their metadata file, and the wrapped master key beside it. */
export interface AwsSnapshot {
  readonly keys: Keys
  readonly blob: Buffer
  readonly region?: string
  readonly roleId?: string
  /** The customer master key, in the field that Atlas's API has for it. */
  readonly keyName?: string
}

/** A snapshot in a folder of its own, gone when the test is over: its dbpath. */
export async function snapshotOf(snapshot: AwsSnapshot): Promise<string> {
  const dbpath = join(await temporaryFolder(), 'dbpath')
  const { accessKeyId, secretAccessKey } = snapshot.keys
  const fields = {
    accessKeyId,
    secretAccessKey,
    roleId: snapshot.roleId ?? '',
    region: snapshot.region ?? region,
    customerMasterKeyID: snapshot.keyName,
  }
  await generateSnapshot({
    dbpath,
    masterKey,
    kmipKeyId: 'key-1',
    version: '7.0.14',
    metadata: { provider: 'aws', keyId: 'key-1', content: `${JSON.stringify(fields, null, 2)}\n` },
    wrappedKey: snapshot.blob,
  })
  return dbpath
}
