import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'
import { formatOrders, parseOrders, type ProxyOrders } from '../../src/proxy/orders.ts'

const canary = 'CANARY-wJalrXUtnFEMI'

const aws = {
  provider: 'aws',
  accessKeyId: 'ASIACANARY',
  secretAccessKey: canary,
  sessionToken: `${canary}-token`,
  region: 'us-east-1',
  kmsEndpoint: 'http://127.0.0.1:4566',
}
const azure = {
  provider: 'azure',
  identity: { kind: 'client-secret', tenantId: 't', clientId: 'c', secret: canary },
  keyIdentifier: 'https://v.vault.azure.net/keys/k/1',
  environment: 'AZURE_CHINA',
}
const gcp = {
  provider: 'gcp',
  identity: { kind: 'service-account', key: `{"private_key":"${canary}"}` },
  keyResource: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
}
const ambient = { provider: 'gcp', identity: { kind: 'ambient' }, keyResource: 'projects/p' }

function orders(credentials: unknown, change: object = {}) {
  return {
    v: 1,
    port: 5696,
    certificates: '/data/rs0',
    keys: [{ ids: ['k1', 'k2'], wrappedKey: 'AQIDBA==', keyName: 'arn:aws:kms:…', credentials }],
    ...change,
  }
}

function failureOf(document: string): Failure {
  try {
    parseOrders(document)
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('This document should have been refused')
}

test.each([aws, azure, gcp, ambient])('orders for $provider come through the pipe unchanged', credentials => {
  const document = orders(credentials)
  expect(JSON.parse(formatOrders(parseOrders(JSON.stringify(document))).reveal())).toEqual(document)
})

test('reads what mongod will ask for, where to listen and what to unwrap', () => {
  const parsed: ProxyOrders = parseOrders(JSON.stringify(orders(aws)))
  expect(parsed).toMatchObject({ port: 5696, certificates: '/data/rs0' })
  expect(parsed.keys[0]?.ids).toEqual(['k1', 'k2'])
  expect(Buffer.from(parsed.keys[0]!.wrappedKey)).toEqual(Buffer.of(1, 2, 3, 4))
  const { credentials } = parsed.keys[0]!
  expect(credentials.provider === 'aws' && credentials.sessionToken?.reveal()).toBe(`${canary}-token`)
})

test.each([aws, azure, gcp])('shows no credential of $provider when it is printed', credentials => {
  const parsed = parseOrders(JSON.stringify(orders(credentials)))
  expect(inspect(parsed, { depth: 20 }) + JSON.stringify(parsed)).not.toContain(canary)
  expect(inspect(formatOrders(parsed))).toBe('[secret]')
})

describe('refuses', () => {
  test.each([
    ['an empty document', '', 'not JSON'],
    ['what is not JSON', `{"secretAccessKey": "${canary}" oops`, 'not JSON'],
    ['another version', JSON.stringify(orders(aws, { v: 2 })), 'v'],
    ['a port that is none', JSON.stringify(orders(aws, { port: canary })), 'port'],
    ['no keys', JSON.stringify(orders(aws, { keys: [] })), 'keys'],
    [
      'a key without a secret',
      JSON.stringify(orders({ ...aws, secretAccessKey: undefined })),
      'secretAccessKey',
    ],
    [
      'a secret that is no text',
      JSON.stringify(orders({ ...aws, secretAccessKey: [canary] })),
      'secretAccessKey',
    ],
    ['an unknown cloud', JSON.stringify(orders({ ...aws, provider: canary })), 'keys.0.credentials.provider'],
    ['fields it does not know', JSON.stringify(orders({ ...aws, [canary]: 1 })), 'keys.0.credentials'],
    [
      'a blob that is not base64',
      JSON.stringify(orders(aws, { keys: [{ ids: ['a'], wrappedKey: `${canary}!`, credentials: aws }] })),
      'keys.0.wrappedKey',
    ],
    [
      'an id that two keys have',
      JSON.stringify(orders(aws, { keys: [...orders(aws).keys, ...orders(gcp).keys] })),
      'keys',
    ],
  ])('%s, and repeats no value', (_, document, named) => {
    const failure = failureOf(document)
    expect(failure.code).toBe('USAGE-002')
    expect(failure.message).toContain(named)
    expect(inspect(failure, { depth: 20 })).not.toContain(canary)
  })
})

test('orders with a secret that was wiped meanwhile cannot be handed on', () => {
  const parsed = parseOrders(JSON.stringify(orders(aws)))
  const { credentials } = parsed.keys[0]!
  if (credentials.provider === 'aws') credentials.secretAccessKey.wipe()
  expect(() => formatOrders(parsed)).toThrow('wiped')
  expect(new Secret('x').reveal()).toBe('x')
})
