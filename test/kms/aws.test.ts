import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAws } from '../../src/kms/aws.ts'
import { KmsFailure } from '../../src/kms/failure.ts'
import type { KeyService } from '../../src/kms/key-service.ts'
import type { NetworkOptions } from '../../src/kms/network.ts'
import { freePort } from '../../src/lib/ports.ts'
import { Secret } from '../../src/lib/secret.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import {
  callerIdentity,
  decrypted,
  keysFor,
  kmsError,
  someone,
  startAwsServer,
  type AwsServer,
} from './aws-server.ts'

const signal = new AbortController().signal
const plaintext = Buffer.alloc(32, 7)
const blob = Buffer.from('a wrapped key, as far as this server cares')

let aws: AwsServer
let service: KeyService
beforeEach(async () => {
  aws = await startAwsServer(({ operation }) =>
    operation === 'kms:Decrypt' ? decrypted(plaintext) : callerIdentity(),
  )
  service = openAws(keysFor(aws))
})
afterEach(async () => {
  service.close()
  await aws.close()
})

function reopen(more: Partial<AwsCredentials>, options: NetworkOptions = {}): void {
  service.close()
  service = openAws(keysFor(aws, more), options)
}

async function failure(asking: Promise<unknown>): Promise<KmsFailure> {
  const error: unknown = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof KmsFailure) return error
  throw new Error('It did not fail as a KmsFailure', { cause: error })
}

describe('what AWS is asked', () => {
  test('says who is asking, and in which account', async () => {
    expect(await service.check(signal)).toEqual({ principal: someone, detail: 'account 111122223333' })
  })

  test('unwraps a key, and sends the blob without a key id or an encryption context where none is known', async () => {
    const secret = await service.unwrap({ blob }, signal)
    expect(secret.revealBytes()).toEqual(plaintext)
    expect(aws.requests[0]?.parameters).toEqual({ CiphertextBlob: blob.toString('base64') })
  })

  test('sends the key id where it is known', async () => {
    await service.unwrap({ blob, keyName: 'arn:aws:kms:us-east-1:111122223333:key/1' }, signal)
    expect(aws.requests[0]?.parameters).toMatchObject({ KeyId: 'arn:aws:kms:us-east-1:111122223333:key/1' })
  })

  test('signs with the access key and region, and sends the session token along', async () => {
    reopen({
      accessKeyId: new Secret('ASIAEXAMPLE'),
      sessionToken: new Secret('the-token'),
      region: 'eu-west-3',
    })
    await service.check(signal)
    const { authorization, 'x-amz-security-token': token } = aws.requests[0]!.headers
    expect(authorization).toMatch(/Credential=ASIAEXAMPLE\/\d{8}\/eu-west-3\/sts\//)
    expect(token).toBe('the-token')
  })
})

describe('a clock that is off', () => {
  test.each([
    ['behind', 3_600_000],
    ['ahead of', -3_600_000],
  ])('is corrected when it is an hour %s AWS’s, and noted', async (word, offset) => {
    const date = () => ({ date: new Date(Date.now() + offset).toUTCString() })
    aws.answer = () =>
      aws.requests.length === 1
        ? { ...kmsError('InvalidSignatureException', 'Signature expired: x'), headers: date() }
        : { ...decrypted(plaintext), headers: date() }
    const secret = await service.unwrap({ blob }, signal)
    expect(secret.revealBytes()).toEqual(plaintext)
    expect(service.notes()).toEqual([
      `This machine's clock is 60 minutes ${word} AWS's: requests were signed with AWS's time`,
    ])
  })

  test('is not noted when it is right', async () => {
    await service.check(signal)
    expect(service.notes()).toEqual([])
  })
})

describe('a network that fails', () => {
  test('a server that never answers is given up after the timeout of each attempt', async () => {
    aws.answer = () => 'silence'
    reopen({}, { requestTimeout: 50 })
    expect(await failure(service.unwrap({ blob }, signal))).toMatchObject({
      class: 'transient',
      reason: 'timeout',
    })
    expect(aws.requests).toHaveLength(3)
  })

  test('waiting ends with the signal', async () => {
    const cancel = new AbortController()
    aws.answer = () => {
      cancel.abort()
      return 'silence'
    }
    expect(await failure(service.unwrap({ blob }, cancel.signal))).toMatchObject({ reason: 'cancelled' })
  })

  test('a port where nobody listens refuses the connection', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`
    reopen({ stsEndpoint: closed })
    expect(await failure(service.check(signal))).toMatchObject({
      class: 'transient',
      reason: 'connection-refused',
    })
  })

  test('a host that is in no DNS is unknown', async () => {
    reopen({ stsEndpoint: 'https://sts.invalid' })
    expect(await failure(service.check(signal))).toMatchObject({ class: 'transient', reason: 'unknown-host' })
  })

  test('a server that speaks no TLS is told', async () => {
    const plain = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    )
    await once(plain, 'listening')
    const { port } = plain.address() as { port: number }
    reopen({ stsEndpoint: `https://127.0.0.1:${port}` })
    expect(await failure(service.check(signal))).toMatchObject({ class: 'transient', reason: 'not-tls' })
    plain.close()
  })

  test('a region that cannot be part of a host name is told', async () => {
    reopen({ stsEndpoint: undefined, region: 'us east' })
    expect(await failure(service.check(signal))).toMatchObject({
      class: 'configuration',
      reason: 'region-invalid',
    })
  })

  test('HTTPS_PROXY that is no address is told without its value', async () => {
    reopen(
      { stsEndpoint: 'https://sts.invalid' },
      { environment: { HTTPS_PROXY: 'socks5://user:canary@proxy:1080' } },
    )
    const refused = await failure(service.check(signal))
    expect(refused).toMatchObject({ class: 'transient', reason: 'proxy-address' })
    expect(refused.message).toBe(
      'The value of HTTPS_PROXY is not the address of an http proxy (http://HOST:PORT)',
    )
  })
})

test('nothing is sent without TLS, except to this machine', async () => {
  reopen({ kmsEndpoint: 'http://kms.example.com' })
  const refused = await failure(service.unwrap({ blob }, signal))
  expect(refused).toMatchObject({ class: 'configuration', reason: 'plain-http' })
  expect(refused.message).toContain('http://kms.example.com would be asked without TLS')
})
