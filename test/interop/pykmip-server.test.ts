import { createDecipheriv } from 'node:crypto'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { connectKmip, type KmipClient } from '../../src/kmip/client.ts'
import { CryptographicUsageMask as Mask } from '../../src/kmip/ttlv/masks.ts'
import { versions, type Version } from './pykmip.ts'
import { startPykmipServer, type PykmipServer } from './pykmip-server.ts'
import { suiteFolder } from './suite-folder.ts'

type Attribute = Parameters<KmipClient['addAttribute']>[1]

let server: PykmipServer

beforeAll(async () => {
  const folder = await suiteFolder()
  server = await startPykmipServer(folder.path)
  return async () => {
    await server.stop()
    await folder.remove()
  }
})

/** Our client, connected until the test is over. */
async function connected(version: Version): Promise<KmipClient> {
  const { host, port, tls } = server
  const client = await connectKmip({ host, port, tls, version })
  onTestFinished(() => client.close())
  return client
}

/** PyKMIP wants an index with every name of several. */
function named(name: string, index?: number): Attribute {
  return { name: 'Name', index, value: { nameValue: name, nameType: 'UninterpretedTextString' } }
}

function keyAttributes(length: number, mask: number): readonly Attribute[] {
  return [
    { name: 'Cryptographic Algorithm', value: 'AES' },
    { name: 'Cryptographic Length', value: length },
    { name: 'Cryptographic Usage Mask', value: mask },
  ]
}

const material = Buffer.from('0123456789abcdef0123456789abcdef')

/** Registers an AES-256 key of that material. Resolves to its unique identifier. */
function registerKey(client: KmipClient, mask: number, ...more: readonly Attribute[]): Promise<string> {
  const keyBlock = {
    keyFormatType: 'Raw',
    keyValue: { keyMaterial: Buffer.from(material), attributes: [] },
    cryptographicAlgorithm: 'AES',
    cryptographicLength: 256,
  } as const
  return client.register({ objectType: 'SymmetricKey', symmetricKey: { keyBlock } }, [
    { name: 'Cryptographic Usage Mask', value: mask },
    ...more,
  ])
}

describe.each(versions)('our client, at PyKMIP’s server with KMIP %s', version => {
  it('has a key made, and gets it', async () => {
    const client = await connected(version)
    const id = await client.create(keyAttributes(256, Mask.Encrypt | Mask.Decrypt))
    const { key, ...rest } = await client.get(id)
    expect(rest).toMatchObject({
      uniqueIdentifier: id,
      objectType: 'SymmetricKey',
      algorithm: 'AES',
      length: 256,
    })
    expect(key.revealBytes()).toHaveLength(32)
  })

  it('gives it a key and secret data, and gets both back', async () => {
    const client = await connected(version)
    const id = await registerKey(client, Mask.Encrypt)
    expect((await client.get(id)).key.revealBytes()).toEqual(material)
    const keyBlock = {
      keyFormatType: 'Opaque',
      keyValue: { keyMaterial: Buffer.from('a password'), attributes: [] },
    } as const
    const secretId = await client.register(
      { objectType: 'SecretData', secretData: { secretDataType: 'Password', keyBlock } },
      [{ name: 'Cryptographic Usage Mask', value: 0 }],
    )
    const secret = await client.get(secretId)
    expect(secret.objectType).toBe('SecretData')
    expect(secret.key.reveal()).toBe('a password')
  })

  it('reads, changes and deletes attributes', async () => {
    const client = await connected(version)
    const id = await registerKey(client, Mask.Encrypt, named('one', 0), named('two', 1))
    expect(await client.getAttributes(id, ['State'])).toEqual([{ name: 'State', value: 'PreActive' }])
    expect(await client.getAttributeList(id)).toEqual(
      expect.arrayContaining(['Name', 'State', 'Cryptographic Length']),
    )
    const changed = await client.modifyAttribute(id, named('three', 1))
    expect(changed).toMatchObject({ name: 'Name', value: { nameValue: 'three' } })
    await client.deleteAttribute(id, 'Name', 0)
    expect(await client.getAttributes(id, ['Name'])).toMatchObject([{ value: { nameValue: 'three' } }])
  })

  it('locates a key by its attributes, and no more than it wants', async () => {
    const client = await connected(version)
    const name = `to be found by ${version}`
    const ids = [
      await registerKey(client, Mask.Encrypt, named(name)),
      await registerKey(client, Mask.Encrypt, named(name)),
    ]
    expect((await client.locate([named(name)])).uniqueIdentifiers.toSorted()).toEqual(ids.toSorted())
    expect((await client.locate([named(name)], { maximumItems: 1 })).uniqueIdentifiers).toHaveLength(1)
    expect((await client.locate([named('no such name')])).uniqueIdentifiers).toEqual([])
  })

  it('takes a key through its states to its end', async () => {
    const client = await connected(version)
    const id = await registerKey(client, Mask.Encrypt)
    await client.activate(id)
    await expect(client.activate(id)).rejects.toMatchObject({
      name: 'KmipError',
      resultReason: 'PermissionDenied',
      operation: 'Activate',
    })
    await client.revoke(id, { revocationReasonCode: 'KeyCompromise', revocationMessage: 'lost' }, 1n)
    expect(await client.getAttributes(id, ['State'])).toEqual([{ name: 'State', value: 'Compromised' }])
    await client.destroy(id)
    await expect(client.get(id)).rejects.toMatchObject({ resultReason: 'ItemNotFound', operation: 'Get' })
  })

  it('gets a key that is wrapped by another', async () => {
    const client = await connected(version)
    const [id, wrappingId] = [
      await registerKey(client, Mask.Encrypt),
      await registerKey(client, Mask.WrapKey),
    ]
    await client.activate(wrappingId)
    const { key, keyWrappingData } = await client.get(id, {
      keyWrappingSpecification: {
        wrappingMethod: 'Encrypt',
        encryptionKeyInformation: {
          uniqueIdentifier: wrappingId,
          cryptographicParameters: { blockCipherMode: 'NISTKeyWrap' },
        },
        attributeNames: [],
        encodingOption: 'NoEncoding',
      },
    })
    expect(keyWrappingData?.encryptionKeyInformation?.uniqueIdentifier).toBe(wrappingId)
    // RFC 3394, with its own initial value.
    const unwrap = createDecipheriv('id-aes256-wrap', material, Buffer.alloc(8, 0xa6))
    expect(Buffer.concat([unwrap.update(key.revealBytes()), unwrap.final()])).toEqual(material)
  })

  it('asks what the server is, and what it can do', async () => {
    const client = await connected(version)
    const { operations, vendorIdentification } = await client.query([
      'QueryOperations',
      'QueryServerInformation',
    ])
    expect(operations).toEqual(expect.arrayContaining(['Create', 'Get', 'Locate']))
    expect(vendorIdentification).toContain('PyKMIP')
  })

  it('shows what the server does not know, and what it does not offer', async () => {
    const client = await connected(version)
    await expect(client.get('no-such-key')).rejects.toMatchObject({ resultReason: 'ItemNotFound' })
    await expect(client.getAttributes('no-such-key')).rejects.toMatchObject({ resultReason: 'ItemNotFound' })
    const id = await registerKey(client, Mask.Encrypt)
    await expect(client.check(id, {})).rejects.toMatchObject({ resultReason: 'OperationNotSupported' })
    // PyKMIP cannot even read this request. The connection is as good as before.
    await expect(client.addAttribute(id, named('another'))).rejects.toMatchObject({
      resultReason: 'InvalidMessage',
    })
    expect((await client.get(id)).uniqueIdentifier).toBe(id)
  })

  it('sends several requests before it has an answer', async () => {
    const client = await connected(version)
    const ids = await Promise.all(
      [16, 24, 32].map(bytes => client.create(keyAttributes(bytes * 8, Mask.Encrypt))),
    )
    const keys = await Promise.all(ids.map(id => client.get(id)))
    expect(keys.map(({ uniqueIdentifier }) => uniqueIdentifier)).toEqual(ids)
    expect(keys.map(({ length }) => length)).toEqual([128, 192, 256])
  })
})

// PyKMIP's server keeps to the version in which each operation came.
it.each(versions.filter(version => version !== '1.0'))(
  'discovers the versions of PyKMIP’s server with KMIP %s',
  async version => {
    const client = await connected(version)
    const found = await client.discoverVersions()
    expect(found).toContainEqual({ major: 1, minor: 4 })
    expect(
      await client.discoverVersions([
        { major: 1, minor: 2 },
        { major: 9, minor: 9 },
      ]),
    ).toEqual([{ major: 1, minor: 2 }])
  },
)

it.each(['1.2', '1.3', '1.4'] as const)(
  'has PyKMIP’s server encrypt and decrypt with KMIP %s',
  async version => {
    const client = await connected(version)
    const id = await registerKey(client, Mask.Encrypt | Mask.Decrypt)
    await client.activate(id)
    const cryptographicParameters = {
      cryptographicAlgorithm: 'AES',
      blockCipherMode: 'CBC',
      paddingMethod: 'PKCS5',
    } as const
    const iv = Buffer.alloc(16, 7)
    const data = Buffer.from('some text')
    const encrypted = await client.encrypt(id, { cryptographicParameters, data, ivCounterNonce: iv })
    const decipher = createDecipheriv('aes-256-cbc', material, iv)
    expect(Buffer.concat([decipher.update(encrypted.data!), decipher.final()])).toEqual(data)
    const decrypted = await client.decrypt(id, {
      cryptographicParameters,
      data: encrypted.data,
      ivCounterNonce: iv,
    })
    expect(decrypted.data).toEqual(data)
  },
)
