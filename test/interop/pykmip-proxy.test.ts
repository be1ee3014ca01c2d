import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import type { ProxyEvent } from '../../src/proxy/events.ts'
import { masterKey, region, type AwsCloud } from './aws-cloud.ts'
import { startMoto } from './aws-emulators.ts'
import { startKeyProxy, type RunningProxy } from './running-proxy.ts'
import {
  runPykmip,
  versions,
  type Attributes,
  type PykmipClient,
  type Refusal,
  type Version,
} from './pykmip.ts'
import { suiteFolder } from './suite-folder.ts'

/** What pykmip_reader.py prints. */
interface Reading {
  readonly versions: readonly string[]
  readonly operations: readonly string[]
  readonly objectTypes: readonly string[]
  readonly key: { readonly value: string; readonly [property: string]: unknown }
  readonly attributes: Attributes
  readonly state: Attributes
  readonly attributeNames: readonly string[]
  readonly located: readonly string[]
  readonly activated: Refusal | null
  readonly decrypted: string
  readonly create: Refusal
  readonly register: Refusal
  readonly destroy: Refusal
  readonly getUnknown: Refusal
  readonly getAttributesUnknown: Refusal
  readonly getAttributeListUnknown: Refusal
  readonly activateUnknown: Refusal
}

const keyId = 'key-1'
const readings = new Map<Version, Reading>()
let byTls13: Reading
let events: readonly ProxyEvent[]

beforeAll(async () => {
  const certificates = await suiteFolder()
  const moto = await startMoto()
  const proxy = await startKeyProxy({
    port: 0,
    certificates: certificates.path,
    keys: [orderFor(moto.cloud)],
  })
  for (const version of versions) readings.set(version, await read(proxy, { version }))
  byTls13 = await read(proxy, { version: '1.2', tls: 'PROTOCOL_TLS' })
  events = await proxy.stop()
  await certificates.remove()
  await moto.stop()
})

function orderFor({ url, account, key }: AwsCloud) {
  const { accessKeyId, secretAccessKey } = account.restorer
  return {
    ids: [keyId],
    wrappedKey: key.blob,
    credentials: {
      provider: 'aws',
      accessKeyId: new Secret(accessKeyId),
      secretAccessKey: new Secret(secretAccessKey),
      region,
      kmsEndpoint: url,
      stsEndpoint: url,
    },
  } as const
}

async function read(proxy: RunningProxy, how: PykmipClient): Promise<Reading> {
  return (await runPykmip('pykmip_reader.py', proxy, how, keyId)) as Reading
}

describe.each(versions)('the key proxy, asked by PyKMIP with KMIP %s', version => {
  const said = () => readings.get(version)!

  it('serves the master key that the cloud has unwrapped', () => {
    const value = masterKey.revealBytes().toString('hex')
    expect(said().key).toEqual({ algorithm: 'AES', length: 256, format: 'RAW', value })
  })

  it('tells its attributes, and which they are', () => {
    const digest = createHash('sha256').update(masterKey.revealBytes()).digest('hex')
    expect(said().attributes).toMatchObject({
      'Unique Identifier': [keyId],
      'Object Type': ['SYMMETRIC_KEY'],
      'Cryptographic Algorithm': ['AES'],
      'Cryptographic Length': [256],
      State: ['ACTIVE'],
      Digest: [{ hashing_algorithm: 'SHA_256', digest_value: digest, key_format_type: 'RAW' }],
    })
    expect(said().state).toEqual({ State: ['ACTIVE'] })
    expect(said().attributeNames).toEqual(Object.keys(said().attributes).sort())
  })

  it('finds it, activates it although it is active, and encrypts with it', () => {
    expect(said().located).toEqual([keyId])
    expect(said().activated).toBeNull()
    expect(said().decrypted).toBe('sixteen bytes and some')
  })

  it('says which versions and operations it has', () => {
    expect(said().versions).toEqual(['1.4', '1.3', '1.2', '1.1', '1.0'])
    expect(said().operations).toEqual(
      expect.arrayContaining(['GET', 'GET_ATTRIBUTES', 'LOCATE', 'QUERY', 'DISCOVER_VERSIONS']),
    )
    expect(said().operations).not.toContain('CREATE')
    expect(said().objectTypes).toContain('SYMMETRIC_KEY')
  })

  it.each(['create', 'register', 'destroy'] as const)(
    'refuses to %s with a reason and a message',
    operation => {
      expect(said()[operation]).toMatchObject({ status: 'OPERATION_FAILED', reason: 'PERMISSION_DENIED' })
      expect(said()[operation].message).not.toBe('')
    },
  )

  it.each(['getUnknown', 'getAttributesUnknown', 'getAttributeListUnknown', 'activateUnknown'] as const)(
    'knows no other key: %s',
    question => {
      expect(said()[question]).toMatchObject({ status: 'OPERATION_FAILED', reason: 'ITEM_NOT_FOUND' })
    },
  )
})

it('serves the same by TLS 1.3', () => {
  expect(byTls13.key).toEqual(readings.get('1.2')?.key)
})

it('reports once what mongod must never ask: for a new key, and for a key that is not served', () => {
  const findings = events.filter(event => event.type === 'finding')
  expect(findings).toEqual([
    expect.objectContaining({
      code: 'PROXY-004',
      severity: 'error',
      message: expect.stringContaining('(Create)') as string,
    }),
    expect.objectContaining({
      code: 'PROXY-004',
      severity: 'error',
      message: expect.stringContaining('(Register)') as string,
    }),
    expect.objectContaining({
      code: 'PROXY-005',
      severity: 'error',
      message: expect.stringContaining('no-such-key') as string,
    }),
  ])
})

it('tells nothing of the key in its events', () => {
  const told = JSON.stringify(events)
  const key = masterKey.revealBytes()
  for (const encoding of ['hex', 'base64', 'latin1'] as const)
    expect(told).not.toContain(key.toString(encoding))
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['starting', 'unwrapped', 'serving', 'served', 'refused', 'stopped']),
  )
})
