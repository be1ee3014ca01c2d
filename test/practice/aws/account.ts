import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DecryptCommand, KMSClient, type DecryptCommandInput } from '@aws-sdk/client-kms'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { encryptUnder } from '../../../src/practice/aws/ciphertext.ts'
import {
  newAccessKey,
  newKmsKey,
  newMfaDevice,
  newSession,
} from '../../../src/practice/aws/fake-credentials.ts'
import { startAwsStandIn, type AwsStandIn } from '../../../src/practice/aws/stand-in.ts'
import type { AwsState, Fault, Role } from '../../../src/practice/aws/state.ts'

/** What the SDK calls credentials. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export const region = 'us-east-1'
const account = '111122223333'
const later = () => Date.now() + 3_600_000

export const alice = `arn:aws:iam::${account}:user/alice`
export const plainRole = `arn:aws:iam::${account}:role/plain`
export const guardedRole = `arn:aws:iam::${account}:role/guarded`
export const strangersRole = `arn:aws:iam::${account}:role/strangers`
export const chainedRole = `arn:aws:iam::${account}:role/chained`
export const delegatedRole = `arn:aws:iam::${account}:role/delegated`
export const device = newMfaDevice(`arn:aws:iam::${account}:mfa/alice`)

export const key = newKmsKey(account, region)
export const otherKey = newKmsKey(account, region)
export const forbiddenKey = newKmsKey(account, region)
export const disabledKey = { ...newKmsKey(account, region), state: 'Disabled' } as const
export const dyingKey = { ...newKmsKey(account, region), state: 'PendingDeletion' } as const
export const foreignKey = newKmsKey('444455556666', region)
export const farKey = newKmsKey(account, 'eu-west-1')

export const masterKey = randomBytes(32)
export const blob = encryptUnder(key, masterKey)

export const aliceKeys = newAccessKey()
export const inactive = newAccessKey('inactive')
export const deleted = newAccessKey('deleted')
export const session = newSession(plainRole, 'alice', later())
export const expired = newSession(plainRole, 'alice', Date.now() - 1000)

export function roleWith(arn: string, trust: Partial<Role['trust']>): Role {
  return {
    arn,
    roleId: 'AROADBQP57FF2AEXAMPLE',
    trust: { principals: [alice], mfa: 'not asked for', ...trust },
    maxSessionDuration: 7200,
    allows: [{ action: 'kms:Decrypt', resource: key.arn }],
  }
}

const state: AwsState = {
  users: [
    {
      arn: alice,
      userId: 'AIDACKCEVSQ6C2EXAMPLE',
      accessKeys: [deleted, inactive, aliceKeys],
      mfaDevice: device,
      allows: [key, otherKey, disabledKey, dyingKey, farKey].map(({ arn }) => ({
        action: 'kms:Decrypt',
        resource: arn,
      })),
    },
  ],
  roles: [
    roleWith(plainRole, {}),
    roleWith(guardedRole, { externalId: 'restore-drill', mfa: 'required' }),
    roleWith(strangersRole, { principals: ['arn:aws:iam::444455556666:root'] }),
    roleWith(chainedRole, { principals: [plainRole] }),
    roleWith(delegatedRole, { principals: [`arn:aws:iam::${account}:root`] }),
  ],
  sessions: [session, expired],
  keys: [key, otherKey, forbiddenKey, disabledKey, dyingKey, foreignKey, farKey],
  clockOffset: 0,
  faults: [],
}

/** The account above, served until the test is over, with this changed. */
export async function standIn(change: Partial<AwsState> = {}): Promise<AwsStandIn> {
  const standIn = await startAwsStandIn({ state: { ...state, ...change }, save: () => Promise.resolve() })
  onTestFinished(() => standIn.close())
  return standIn
}

export function faulty(...faults: readonly Fault[]): Partial<AwsState> {
  return { faults }
}

export interface Asking {
  readonly endpoint: string
  readonly keys?: Keys
  readonly region?: string
  readonly attempts?: number
}

export function sts({ endpoint, keys = aliceKeys, attempts = 1, ...asking }: Asking): STSClient {
  const client = new STSClient({
    endpoint,
    credentials: keys,
    maxAttempts: attempts,
    region: asking.region ?? region,
  })
  onTestFinished(() => client.destroy())
  return client
}

export function kms({ endpoint, keys = aliceKeys, attempts = 1, ...asking }: Asking): KMSClient {
  const client = new KMSClient({
    endpoint,
    credentials: keys,
    maxAttempts: attempts,
    region: asking.region ?? region,
    requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
  })
  onTestFinished(() => client.destroy())
  return client
}

export function whoAmI(asking: Asking) {
  return sts(asking).send(new GetCallerIdentityCommand({}))
}

export function decrypt(asking: Asking, input: Partial<DecryptCommandInput> = {}) {
  return kms(asking).send(new DecryptCommand({ CiphertextBlob: blob, ...input }))
}

export function assume(
  asking: Asking,
  RoleArn: string,
  more: Partial<ConstructorParameters<typeof AssumeRoleCommand>[0]> = {},
) {
  return sts(asking).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'snapthaw-3f2a', ...more }))
}

/** What the SDK makes of a refusal. */
export async function refusalOf(answer: Promise<unknown>) {
  const error: unknown = await answer.then(
    () => new Error('It was granted'),
    (error: unknown) => error,
  )
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return { name, message, status: $metadata?.httpStatusCode }
}

/** The headers and the body of a Decrypt, signed by the SDK. */
export async function signedDecrypt(
  endpoint: string,
): Promise<{ headers: Record<string, string>; body: string }> {
  const client = kms({ endpoint })
  const sent: { headers: Record<string, string>; body: string }[] = []
  client.middlewareStack.add(
    next => args => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: Uint8Array }
      sent.push({ headers, body: new TextDecoder().decode(body) })
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await client.send(new DecryptCommand({ CiphertextBlob: blob }))
  return sent[0]!
}

/** One request with exactly these headers. */
export async function post(endpoint: string, headers: Record<string, string>, body: string) {
  const request = httpRequest(endpoint, { method: 'POST', headers }).end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, type: response.headers['content-type'], text: await text(response) }
}
