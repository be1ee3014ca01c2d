import { createServer, type AddressInfo } from 'node:net'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPortFree } from '../../src/lib/ports.ts'
import type { ProxyOrders } from '../../src/proxy/orders.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { kmsStandIn, type Answer } from './kms-stand-in.ts'
import { asMongod, connectWithoutCertificate, fetchKey } from './mongod.ts'
import { masterKey, order, serving } from './serving.ts'

async function cloudThatAnswers(answer: Answer) {
  return kmsStandIn(() => answer)
}

test('serves what the cloud unwrapped, under every id, until it is told to stop, and keeps no credentials', async () => {
  const { endpoint } = await cloudThatAnswers({ plaintext: masterKey })
  const orders = {
    port: 0,
    certificates: await temporaryFolder(),
    keys: [order(endpoint, { ids: ['a', 'b'] })],
  }
  const proxy = serving(orders)
  const served = await proxy.told('serving')
  expect(await fetchKey(served, 'a')).toEqual(masterKey)
  expect(await fetchKey(served, 'b')).toEqual(masterKey)
  const { credentials } = orders.keys[0]!
  expect(() => credentials.provider === 'aws' && credentials.secretAccessKey.reveal()).toThrow('wiped')
  expect((await stat(served.clientCertificateFile)).mode & 0o777).toBe(0o600)

  proxy.stop()
  await proxy.done
  expect(await isPortFree(served.port)).toBe(true)
  expect(proxy.events.map(event => event.type)).toEqual([
    'starting',
    'unwrapped',
    'serving',
    'served',
    'served',
    'stopped',
  ])
})

test('serves several keys, each its own, also one that the cloud returns as base64', async () => {
  const another = Buffer.alloc(32, 7)
  const { endpoint } = await kmsStandIn(blob => ({
    plaintext: blob.equals(Buffer.from('one')) ? masterKey : Buffer.from(another.toString('base64')),
  }))
  const keys = [
    order(endpoint, { ids: ['one'], wrappedKey: Buffer.from('one') }),
    order(endpoint, { ids: ['two'], wrappedKey: Buffer.from('two') }),
  ]
  const served = await serving({ port: 0, certificates: await temporaryFolder(), keys }).told('serving')
  expect(served.keyIds).toEqual(['one', 'two'])
  expect(await fetchKey(served, 'one')).toEqual(masterKey)
  expect(await fetchKey(served, 'two')).toEqual(another)
})

test('tells once that a key is served, however often mongod asks', async () => {
  const { endpoint } = await cloudThatAnswers({ plaintext: masterKey })
  const proxy = serving({ port: 0, certificates: await temporaryFolder(), keys: [order(endpoint)] })
  const served = await proxy.told('serving')
  for (let i = 0; i < 5; i++) await fetchKey(served, 'key-1')
  expect(proxy.events.filter(event => event.type === 'served')).toMatchObject([
    { operation: 'Get', keyId: 'key-1' },
  ])
})

describe('refuses, and says so,', () => {
  async function proxyWithKey() {
    const { endpoint } = await cloudThatAnswers({ plaintext: masterKey })
    const proxy = serving({ port: 0, certificates: await temporaryFolder(), keys: [order(endpoint)] })
    return { proxy, served: await proxy.told('serving') }
  }

  test('to make a new key: mongod did not find its keystore', async () => {
    const { proxy, served } = await proxyWithKey()
    const mongod = await asMongod(served)
    await expect(
      mongod.create([
        { name: 'Cryptographic Algorithm', value: 'AES' },
        { name: 'Cryptographic Length', value: 256 },
        { name: 'Cryptographic Usage Mask', value: 12 },
      ]),
    ).rejects.toMatchObject({ resultReason: 'PermissionDenied' })
    await mongod.close()
    expect(await proxy.told('finding')).toMatchObject({ code: 'PROXY-004', severity: 'error' })
    expect(await proxy.told('refused')).toMatchObject({ operation: 'Create' })
  })

  test('a key id that it does not serve, naming it and those it does', async () => {
    const { proxy, served } = await proxyWithKey()
    await expect(fetchKey(served, 'another')).rejects.toMatchObject({ resultReason: 'ItemNotFound' })
    const { code, message } = await proxy.told('finding')
    expect(code).toBe('PROXY-005')
    expect(message).toContain('asked for the key another; the key proxy serves key-1')
  })

  test('a client without a certificate, and gives it nothing', async () => {
    const { proxy, served } = await proxyWithKey()
    expect(await connectWithoutCertificate(served)).toMatch(/certificate required|socket|ECONN/i)
    expect(await proxy.told('finding')).toMatchObject({ code: 'PROXY-003', severity: 'warning' })
  })

  test('a client with the certificate of another run', async () => {
    const { served: earlier } = await proxyWithKey()
    const { proxy, served } = await proxyWithKey()
    const mixed = { ...served, clientCertificateFile: earlier.clientCertificateFile }
    await expect(fetchKey(mixed, 'key-1')).rejects.toThrow()
    expect(await proxy.told('finding')).toMatchObject({ code: 'PROXY-003' })
  })
})

describe('does not begin to serve', () => {
  async function failing(answer: Answer, change: Partial<ProxyOrders> = {}) {
    const { endpoint } = await cloudThatAnswers(answer)
    const certificates = await temporaryFolder()
    const proxy = serving({ port: 0, certificates, keys: [order(endpoint)], ...change })
    const failure: unknown = await proxy.done.then(
      () => undefined,
      (error: unknown) => error,
    )
    return { failure, events: proxy.events, certificates }
  }

  test('when the cloud does not let it decrypt, and says which key and why', async () => {
    const message = 'User: arn:aws:iam::111122223333:user/op is not authorized to perform: kms:Decrypt'
    const { failure, events, certificates } = await failing({ error: 'AccessDeniedException', message })
    expect(failure).toMatchObject({ code: 'PROXY-002', exitCode: 5, backTo: 'credentials' })
    expect((failure as Error).message).toContain('The key key-1 does not unwrap')
    expect(events.map(event => event.type)).toEqual(['starting', 'failed'])
    await expect(stat(join(certificates, 'kmipCA.pem'))).rejects.toThrow('ENOENT')
  })

  test('when what is unwrapped is no master key', async () => {
    const { failure } = await failing({ plaintext: Buffer.alloc(31) })
    expect(failure).toMatchObject({ code: 'PROXY-002' })
  })

  test('when one key of several does not unwrap', async () => {
    const { endpoint } = await kmsStandIn(blob =>
      blob.equals(Buffer.from('good'))
        ? { plaintext: masterKey }
        : { error: 'InvalidCiphertextException', message: '' },
    )
    const keys = [
      order(endpoint, { ids: ['good'], wrappedKey: Buffer.from('good') }),
      order(endpoint, { ids: ['bad'], wrappedKey: Buffer.from('bad') }),
    ]
    const { failure } = await failing({ plaintext: masterKey }, { keys })
    expect(failure).toMatchObject({ code: 'PROXY-002' })
    expect((failure as Error).message).toContain('The key bad')
  })

  test('on a port that is taken: the cloud is not asked, and the files of the other proxy stay', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const certificates = await temporaryFolder()
    await writeFile(join(certificates, 'kmipCA.pem'), 'the other’s')
    const { failure, events } = await failing({ plaintext: masterKey }, { port, certificates })
    expect(failure).toMatchObject({ code: 'PROXY-001', exitCode: 5 })
    expect((failure as Error).message).toContain(String(port))
    expect(events.map(event => event.type)).toEqual(['starting', 'failed'])
    expect(await readFile(join(certificates, 'kmipCA.pem'), 'utf8')).toBe('the other’s')
  })

  test('where its certificates cannot be written', async () => {
    const certificates = join(await temporaryFolder(), 'absent')
    const { failure, events } = await failing({ plaintext: masterKey }, { certificates })
    expect(failure).toMatchObject({ code: 'PROXY-009' })
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'PROXY-009' })
  })

  test('when it is told to stop while the cloud is silent, which is no failure', async () => {
    const cloud = await cloudThatAnswers('silence')
    const proxy = serving({ port: 0, certificates: await temporaryFolder(), keys: [order(cloud.endpoint)] })
    await cloud.asked
    proxy.stop()
    await proxy.done
    expect(proxy.events.map(event => event.type)).toEqual(['starting', 'stopped'])
  })
})
