import { randomBytes } from 'node:crypto'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { Secret } from '../../src/lib/secret.ts'
import type { Emulator } from './emulator.ts'
import { runScript } from './python.ts'

/** What AWS calls credentials. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The people and roles of aws_account.py. */
export interface Account {
  /** May kms:Decrypt and sts:AssumeRole. */
  readonly restorer: Keys & { readonly arn: string }
  /** May do nothing that a restore needs. */
  readonly stranger: Keys & { readonly arn: string }
  /** Trusts the restorer. */
  readonly plainRole: string
  /** Trusts the restorer with the external id `restore-drill`. */
  readonly guardedRole: string
  /** Trusts the stranger only. */
  readonly strangersRole: string
  /** Of the plain role, for an hour. */
  readonly session: Keys
  /** Of the plain role, for a second. */
  readonly shortSession: Keys
}

/** A customer master key, and the master key of the snapshots as it has wrapped it. */
export interface WrappingKey {
  readonly arn: string
  readonly blob: Buffer
}

/** An emulated account, and where it is asked. */
export interface AwsCloud {
  readonly url: string
  readonly account: Account
  readonly key: WrappingKey
  readonly disabledKey: WrappingKey
  /** Pending deletion. */
  readonly dyingKey: WrappingKey
  /** In another region than the others. */
  readonly farKey: WrappingKey
}

/** Of every snapshot here. */
export const masterKey = new Secret(randomBytes(32))

export const region = 'us-east-1'
export const otherRegion = 'eu-west-1'
/** Whom the emulators take for the root of the account. */
export const rootKeys: Keys = { accessKeyId: 'ROOT', secretAccessKey: 'any' }

/** Fills an emulator with an account: people and roles through boto3, keys through the AWS SDK that snapthaw uses. */
export async function fillAccount({ url }: Emulator): Promise<AwsCloud> {
  const account = (await runScript('aws_account.py', [url, rootKeys.accessKeyId])) as Account
  const here = administrator(url, region)
  const far = administrator(url, otherRegion)
  const [key, disabledKey, dyingKey, farKey] = await Promise.all([
    newKey(here),
    newKey(here),
    newKey(here),
    newKey(far),
  ])
  // By its id: moto does not find it by its ARN here.
  await here.send(new DisableKeyCommand({ KeyId: idOf(disabledKey) }))
  await here.send(new ScheduleKeyDeletionCommand({ KeyId: idOf(dyingKey), PendingWindowInDays: 7 }))
  here.destroy()
  far.destroy()
  return { url, account, key, disabledKey, dyingKey, farKey }
}

function administrator(endpoint: string, regionName: string): KMSClient {
  return new KMSClient({ endpoint, region: regionName, credentials: rootKeys, maxAttempts: 1 })
}

async function newKey(kms: KMSClient): Promise<WrappingKey> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const arn = KeyMetadata?.Arn
  if (arn === undefined) throw new Error('The emulator has made a key without an ARN')
  const Plaintext = masterKey.revealBytes()
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: arn, Plaintext }))
  if (CiphertextBlob === undefined) throw new Error('The emulator has encrypted nothing')
  return { arn, blob: Buffer.from(CiphertextBlob) }
}

/** arn:aws:kms:REGION:ACCOUNT:key/ID */
function idOf({ arn }: WrappingKey): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
