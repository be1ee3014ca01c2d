import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proveKey, type Proof } from '../../src/credentials/prove.ts'
import { readMetadata } from '../../src/credentials/metadata.ts'
import { findWrappedKey, unwrapMasterKey } from '../../src/credentials/wrapped-key.ts'
import { openAws } from '../../src/kms/aws.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import { Failure } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  callerIdentity,
  decrypted,
  keysFor,
  kmsError,
  someone,
  startAwsServer,
  stsError,
  type AwsServer,
} from '../kms/aws-server.ts'
import { createDbpath, ordinary, type Dbpath } from './dbpath.ts'

const signal = new AbortController().signal
const blob = (byte: number) => Buffer.concat([Buffer.from('0102020078', 'hex'), Buffer.alloc(100, byte)])
const masterKey = Buffer.alloc(32, 7)
const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234'

let dbpath: Dbpath
let aws: AwsServer
beforeEach(async () => {
  dbpath = await createDbpath()
  aws = await startAwsServer()
  await dbpath.write('k1.aws.metadata', ordinary)
  await dbpath.write('k1.aws.key', blob(1))
})
afterEach(async () => {
  await aws.close()
  await dbpath.remove()
})

/** STS knows the caller, KMS answers each blob by its last byte. */
function kms(
  answers: Readonly<Record<number, ReturnType<typeof decrypted>>>,
  otherwise = kmsError('InvalidCiphertextException'),
): void {
  aws.answer = ({ operation, parameters }) => {
    if (operation !== 'kms:Decrypt') return callerIdentity()
    return answers[Buffer.from(String(parameters.CiphertextBlob), 'base64').at(-1)!] ?? otherwise
  }
}

async function prove(more: Partial<AwsCredentials> = {}, waiting = signal): Promise<Proof> {
  const key = dbpath.key()
  const reading = await readMetadata(key)
  const credentials = keysFor(aws, more)
  const service = openAws(credentials, { requestTimeout: 2_000 })
  const metadata = reading.kind === 'metadata' ? reading.metadata : undefined
  try {
    return await proveKey(service, { key, credentials, metadata, wrappedKeyFile: undefined }, waiting)
  } finally {
    service.close()
  }
}

async function refusal(more: Partial<AwsCredentials> = {}): Promise<Failure> {
  const error: unknown = await prove(more).catch((thrown: unknown) => thrown)
  if (error instanceof Failure) return error
  throw new Error('It was no Failure', { cause: error })
}

const asked = () => aws.requests.filter(({ operation }) => operation === 'kms:Decrypt').length

describe('a proof', () => {
  test('says who opens the key, with what, and where it was found', async () => {
    kms({ 1: decrypted(masterKey) })
    expect(await prove()).toMatchObject({
      caller: { principal: someone },
      wrappedKey: { blob: blob(1), keyName: undefined },
      foundIn: 'k1.aws.key',
      attempts: [{ foundIn: 'k1.aws.key', size: 105, failure: undefined }],
      notes: [],
    })
  })

  test('accepts the first blob that unwraps to a master key, and asks for each once', async () => {
    await dbpath.write('a', blob(2))
    await dbpath.write('b', blob(3))
    await dbpath.write('c', blob(4))
    kms({ 2: decrypted(Buffer.from('five!')), 3: decrypted(Buffer.from(masterKey.toString('base64'))) })
    const { foundIn, attempts } = await prove()
    expect(foundIn).toBe('b')
    expect(attempts.map(each => each.failure?.reason)).toEqual([
      'not-a-ciphertext',
      'not-a-master-key',
      undefined,
    ])
    expect(asked()).toBe(3)
  })

  test('sends the key’s own name where the metadata has it', async () => {
    await dbpath.write('k1.aws.metadata', ordinary.replace('{', `{"customerMasterKeyID": "${keyArn}",`))
    kms({ 1: decrypted(masterKey) })
    expect((await prove()).wrappedKey.keyName).toBe(keyArn)
    expect(aws.requests.at(-1)?.parameters).toMatchObject({ KeyId: keyArn })
  })

  test('stands where STS cannot be asked but KMS answers, and says so', async () => {
    aws.answer = ({ operation }) =>
      operation === 'kms:Decrypt' ? decrypted(masterKey) : { status: 503, body: '' }
    const { caller, notes } = await prove()
    expect(caller).toBeUndefined()
    expect(notes).toEqual([
      'Who is asking was not answered: sts:GetCallerIdentity was answered with Unknown (HTTP 503)',
    ])
  })

  test('tells of a clock that had to be corrected', async () => {
    const headers = { date: new Date(Date.now() + 3_600_000).toUTCString() }
    aws.answer = ({ operation }) => ({
      ...(operation === 'kms:Decrypt' ? decrypted(masterKey) : callerIdentity()),
      headers,
    })
    expect((await prove()).notes).toEqual([expect.stringContaining('60 minutes behind')])
  })
})

describe('a refusal', () => {
  test('of the credentials ends the search before it begins', async () => {
    aws.answer = () =>
      stsError('InvalidClientTokenId', 'The security token included in the request is invalid.')
    expect(await refusal()).toMatchObject({
      code: 'CRED-003',
      message: 'The cloud does not know access key AKIA…LE',
      backTo: 'credentials',
    })
    expect(asked()).toBe(0)
  })

  test('of a temporary key without its token is the trap, and said so', async () => {
    aws.answer = () =>
      stsError('InvalidClientTokenId', 'The security token included in the request is invalid.')
    expect(await refusal({ accessKeyId: new Secret('ASIAIOSFODNN7EXAMPLE') })).toMatchObject({
      code: 'CRED-002',
      message: expect.stringContaining(
        'Access key ASIA…LE is temporary, and its session token is missing',
      ) as string,
    })
  })

  test('names what was tried, and why each failed', async () => {
    await dbpath.write('other', blob(2))
    kms({ 1: decrypted(Buffer.from('five!')) })
    const failure = await refusal()
    expect(failure.code).toBe('CRED-012')
    expect(failure.evidence).toEqual([
      'unwrap: It unwraps to 5 bytes, and a master key has 32',
      'k1.aws.key (105 bytes): It unwraps to 5 bytes, and a master key has 32',
      'other (105 bytes): kms:Decrypt was answered with InvalidCiphertextException (HTTP 400)',
    ])
  })

  test('of a blob that is a key says more than one of a blob that is none', async () => {
    await dbpath.write('a', blob(2))
    await dbpath.write('b', blob(3))
    kms({ 2: kmsError('DisabledException', 'is disabled'), 3: kmsError('AccessDeniedException', 'x') })
    expect((await refusal()).code).toBe('CRED-007')
    expect(asked()).toBe(3)
  })

  test('that no other blob could escape ends the search', async () => {
    await dbpath.write('a', blob(2))
    kms({ 1: kmsError('ExpiredTokenException') })
    expect((await refusal()).code).toBe('CRED-005')
    expect(asked()).toBe(1)
  })

  test('without a text is one of permission once STS knows the caller', async () => {
    kms({}, stsError('AccessDenied', 'as moto answers'))
    expect(await refusal()).toMatchObject({
      code: 'CRED-006',
      message: expect.stringContaining(someone) as string,
    })
  })

  test('without a text is undecided where STS says no more', async () => {
    aws.answer = () => ({ status: 403, body: '' })
    expect(await refusal()).toMatchObject({
      code: 'CRED-003',
      message: 'AWS refuses access key AKIA…LE without saying whether it is unknown or not allowed',
    })
  })

  test('is not asked for where there is nothing to try', async () => {
    kms({})
    await rm(join(dbpath.folder, 'k1.aws.key'))
    expect(await refusal()).toMatchObject({
      code: 'CRED-012',
      message: 'Nothing in the snapshot looks like the wrapped master key of k1',
    })
    expect(asked()).toBe(0)
  })

  test('is a cancellation where the operator cancels', async () => {
    const cancel = new AbortController()
    aws.answer = () => {
      cancel.abort()
      return 'silence'
    }
    await expect(prove({}, cancel.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the master key', () => {
  test('is unwrapped for whoever needs it', async () => {
    kms({ 1: decrypted(Buffer.from(masterKey.toString('hex'))) })
    const service = openAws(keysFor(aws))
    expect((await unwrapMasterKey(service, { blob: blob(1) }, signal)).revealBytes()).toEqual(masterKey)
    service.close()
  })

  test('is wiped at once by the search', async () => {
    const plaintexts: Secret[] = []
    const service = {
      provider: 'aws' as const,
      check: () => Promise.reject(new Error('not asked')),
      unwrap: () => {
        plaintexts.push(new Secret(masterKey))
        return Promise.resolve(plaintexts[0]!)
      },
      notes: () => [],
      close: () => undefined,
    }
    await findWrappedKey(service, [{ blob: blob(1), foundIn: 'here' }], undefined, signal)
    expect(() => plaintexts[0]!.reveal()).toThrow('has been wiped')
  })
})
