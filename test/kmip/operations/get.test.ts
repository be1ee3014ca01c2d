import { describe, expect, it } from 'vitest'
import type { Attribute } from '../../../src/kmip/attribute.ts'
import { unwrapKey } from '../../../src/kmip/crypto/key-wrap.ts'
import type { KeyBlock } from '../../../src/kmip/key-block.ts'
import { keyValue } from '../../../src/kmip/key-block.ts'
import type { RequestOf } from '../../../src/kmip/operations/table.ts'
import { labPolicy, restorePolicy } from '../../../src/kmip/policy.ts'
import { decode } from '../../../src/kmip/ttlv/decode.ts'
import type { InProcess } from '../in-process.ts'
import { inProcess, refusalOf, servedKey } from '../in-process.ts'

const active: Attribute = { name: 'Activation Date', value: 0n }
// RFC 3394, section 4.1: the key encryption key, the key, and the one wrapped with the other.
const kek = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const wrapped = Buffer.from('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5', 'hex')

function register(lab: InProcess, keyBlock: Partial<KeyBlock>, ...attributes: Attribute[]): string {
  return lab.perform('Register', {
    objectType: 'SymmetricKey',
    templateAttribute: { names: [], attributes },
    symmetricKey: {
      keyBlock: {
        keyFormatType: 'Raw',
        keyValue: { keyMaterial: key, attributes: [] },
        cryptographicAlgorithm: 'AES',
        cryptographicLength: 128,
        ...keyBlock,
      },
    },
  }).uniqueIdentifier
}

const registerKek = (lab: InProcess, usage = 0x30, ...attributes: Attribute[]) =>
  register(
    lab,
    { keyValue: { keyMaterial: kek, attributes: [] } },
    { name: 'Cryptographic Usage Mask', value: usage },
    ...attributes,
  )

function keyBlockOf(lab: InProcess, ask: RequestOf<'Get'>): KeyBlock {
  const { symmetricKey, secretData } = lab.perform('Get', ask)
  const block = symmetricKey?.keyBlock ?? secretData?.keyBlock
  if (block === undefined) throw new Error('There is no key block')
  return block
}

describe('Get', () => {
  it('gives a key raw, and as a transparent symmetric key when it is asked for', () => {
    const server = inProcess(restorePolicy)
    const described = { cryptographicAlgorithm: 'AES', cryptographicLength: 256 }
    expect(keyBlockOf(server, { uniqueIdentifier: 'mykey', keyFormatType: 'Raw' })).toEqual({
      keyFormatType: 'Raw',
      keyValue: { keyMaterial: servedKey, attributes: [] },
      ...described,
    })
    expect(
      keyBlockOf(server, { uniqueIdentifier: 'mykey', keyFormatType: 'TransparentSymmetricKey' }),
    ).toEqual({
      keyFormatType: 'TransparentSymmetricKey',
      keyValue: { keyMaterial: { key: servedKey }, attributes: [] },
      ...described,
    })
  })

  it.each<readonly [string, Partial<RequestOf<'Get'>>, string]>([
    ['a format that is not there', { keyFormatType: 'PKCS_8' }, 'KeyFormatTypeNotSupported'],
    ['an opaque key', { keyFormatType: 'Opaque' }, 'KeyFormatTypeNotSupported'],
    [
      'a compressed key',
      { keyCompressionType: 'ECPublicKeyTypeUncompressed' },
      'KeyCompressionTypeNotSupported',
    ],
    [
      'a wrapping that is not there',
      { keyWrappingSpecification: { wrappingMethod: 'TR_31', attributeNames: [] } },
      'FeatureNotSupported',
    ],
    [
      'a wrapping without a key',
      { keyWrappingSpecification: { wrappingMethod: 'Encrypt', attributeNames: [] } },
      'InvalidMessage',
    ],
    [
      'a wrapping with a key that is not there',
      {
        keyWrappingSpecification: {
          wrappingMethod: 'Encrypt',
          attributeNames: [],
          encryptionKeyInformation: { uniqueIdentifier: 'none' },
        },
      },
      'ItemNotFound',
    ],
  ])('refuses %s', (_, wishes, reason) => {
    const server = inProcess(restorePolicy)
    expect(refusalOf(() => server.perform('Get', { uniqueIdentifier: 'mykey', ...wishes }))).toBe(reason)
  })

  it('gives a sensitive key wrapped only, and one that is not extractable never', () => {
    const lab = inProcess(labPolicy)
    const wrapping = registerKek(lab, 0x10, active)
    const keyWrappingSpecification = {
      wrappingMethod: 'Encrypt',
      attributeNames: [],
      encryptionKeyInformation: { uniqueIdentifier: wrapping },
    } as const
    const sensitive = register(lab, {}, { name: 'Sensitive', value: true })
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier: sensitive }))).toBe('Sensitive')
    expect(
      refusalOf(() => lab.perform('Get', { uniqueIdentifier: sensitive, keyWrappingSpecification })),
    ).toBeUndefined()
    const keyWrappingData = { wrappingMethod: 'Encrypt', encodingOption: 'NoEncoding' } as const
    const cameWrapped = register(
      lab,
      { keyValue: wrapped, keyWrappingData },
      { name: 'Sensitive', value: true },
    )
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier: cameWrapped }))).toBeUndefined()
    expect(
      refusalOf(() => lab.perform('Get', { uniqueIdentifier: cameWrapped, keyWrapType: 'NotWrapped' })),
    ).toBe('Sensitive')
    const kept = register(lab, {}, { name: 'Extractable', value: false })
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier: kept, keyWrappingSpecification }))).toBe(
      'NotExtractable',
    )
    const older = inProcess(labPolicy, 2)
    const old = register(older, {}, { name: 'Sensitive', value: true })
    expect(refusalOf(() => older.perform('Get', { uniqueIdentifier: old }))).toBe('PermissionDenied')
  })
})

describe('Get of a key wrapped', () => {
  const wrapping = (
    uniqueIdentifier: string,
    more: Partial<RequestOf<'Get'>['keyWrappingSpecification']> = {},
  ) => ({
    wrappingMethod: 'Encrypt' as const,
    attributeNames: [],
    encryptionKeyInformation: {
      uniqueIdentifier,
      cryptographicParameters: { blockCipherMode: 'NISTKeyWrap' as const },
    },
    ...more,
  })

  it('without encoding gives the bytes of RFC 3394, and says how they came about', () => {
    const lab = inProcess(labPolicy)
    const keyWrappingSpecification = wrapping(registerKek(lab, 0x10, active), {
      encodingOption: 'NoEncoding',
    })
    const block = keyBlockOf(lab, { uniqueIdentifier: register(lab, {}), keyWrappingSpecification })
    const { wrappingMethod, encryptionKeyInformation, encodingOption } = keyWrappingSpecification
    expect(block).toEqual({
      keyFormatType: 'Raw',
      keyValue: { keyMaterial: wrapped, attributes: [] },
      cryptographicAlgorithm: 'AES',
      cryptographicLength: 128,
      keyWrappingData: { wrappingMethod, encryptionKeyInformation, encodingOption },
    })
  })

  it('with TTLV encoding, which is the usual one, wraps the key value with the attributes that are named', () => {
    const lab = inProcess(labPolicy)
    const keyWrappingSpecification = wrapping(registerKek(lab, 0x10, active), {
      attributeNames: ['Cryptographic Usage Mask'],
    })
    const block = keyBlockOf(lab, { uniqueIdentifier: register(lab, {}), keyWrappingSpecification })
    if (!Buffer.isBuffer(block.keyValue)) throw new Error('The key value is not wrapped')
    expect(keyValue.read(decode(unwrapKey('NISTKeyWrap', kek, block.keyValue)), 'refuse')).toEqual({
      keyMaterial: key,
      attributes: [{ name: 'Cryptographic Usage Mask', value: 12 }],
    })
  })

  it('takes the mode from the parameters of the wrapping key', () => {
    const lab = inProcess(labPolicy)
    const padding: Attribute = {
      name: 'Cryptographic Parameters',
      value: { blockCipherMode: 'AESKeyWrapPadding' },
    }
    const keyWrappingSpecification = wrapping('', {
      encryptionKeyInformation: { uniqueIdentifier: registerKek(lab, 0x10, active, padding) },
      encodingOption: 'NoEncoding',
    })
    const { keyValue: value } = keyBlockOf(lab, {
      uniqueIdentifier: register(lab, {}),
      keyWrappingSpecification,
    })
    if (value === undefined || Buffer.isBuffer(value) || !Buffer.isBuffer(value.keyMaterial))
      throw new Error('No key')
    expect(unwrapKey('AESKeyWrapPadding', kek, value.keyMaterial)).toEqual(key)
  })

  it('is refused with a wrapping key that is no key, not active, not for that, or for another mode', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = register(lab, {})
    const reason = (
      wrappingKey: string,
      more: Partial<RequestOf<'Get'>['keyWrappingSpecification']> = {},
      wishes: Partial<RequestOf<'Get'>> = {},
    ) =>
      refusalOf(() =>
        lab.perform('Get', {
          uniqueIdentifier,
          keyWrappingSpecification: wrapping(wrappingKey, more),
          ...wishes,
        }),
      )
    const secret = lab.perform('Register', {
      objectType: 'SecretData',
      templateAttribute: { names: [], attributes: [] },
      secretData: {
        secretDataType: 'Password',
        keyBlock: { keyFormatType: 'Raw', keyValue: { keyMaterial: kek, attributes: [] } },
      },
    }).uniqueIdentifier
    expect(reason(secret)).toBe('IllegalOperation')
    expect(reason(registerKek(lab, 0x10))).toBe('PermissionDenied')
    expect(reason(registerKek(lab, 0x4, active))).toBe('PermissionDenied')
    const good = registerKek(lab, 0x10, active)
    const otherMode = { uniqueIdentifier: good, cryptographicParameters: { blockCipherMode: 'CBC' as const } }
    expect(reason(good, { encryptionKeyInformation: otherMode })).toBe('FeatureNotSupported')
    expect(reason(good, { encodingOption: 'NoEncoding', attributeNames: ['State'] })).toBe(
      'EncodingOptionError',
    )
    expect(reason(good, { encodingOption: 'NoEncoding' }, { keyFormatType: 'TransparentSymmetricKey' })).toBe(
      'EncodingOptionError',
    )
  })

  it('is refused where the bytes are not a multiple of eight, which NIST key wrap needs', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.perform('Register', {
      objectType: 'SecretData',
      templateAttribute: { names: [], attributes: [] },
      secretData: {
        secretDataType: 'Password',
        keyBlock: { keyFormatType: 'Raw', keyValue: { keyMaterial: Buffer.from('hunter2'), attributes: [] } },
      },
    }).uniqueIdentifier
    const keyWrappingSpecification = wrapping(registerKek(lab, 0x10, active), {
      encodingOption: 'NoEncoding',
    })
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier, keyWrappingSpecification }))).toBe(
      'CryptographicFailure',
    )
  })
})

describe('Register', () => {
  it('keeps a wrapped key as it came, and gives it so', () => {
    const lab = inProcess(labPolicy)
    const keyWrappingData = {
      wrappingMethod: 'Encrypt',
      encryptionKeyInformation: {
        uniqueIdentifier: registerKek(lab, 0x20, active),
        cryptographicParameters: { blockCipherMode: 'NISTKeyWrap' },
      },
      encodingOption: 'NoEncoding',
    } as const
    for (const value of [{ keyMaterial: wrapped, attributes: [] }, wrapped]) {
      const uniqueIdentifier = register(lab, { keyValue: value, keyWrappingData })
      for (const keyWrapType of [undefined, 'AsRegistered'] as const) {
        const block = keyBlockOf(lab, { uniqueIdentifier, keyWrapType })
        expect(block.keyValue).toEqual(value)
        expect(block.keyWrappingData).toEqual(keyWrappingData)
      }
      const open = keyBlockOf(lab, { uniqueIdentifier, keyWrapType: 'NotWrapped' })
      expect(open.keyValue).toEqual({ keyMaterial: key, attributes: [] })
      expect(open.keyWrappingData).toBeUndefined()
    }
  })

  it('can use a key that came wrapped, as far as it can unwrap it', () => {
    const lab = inProcess(labPolicy)
    const unwrapping = registerKek(lab, 0x20, active)
    const wrap = (uniqueIdentifier: string, bytes: Buffer) =>
      register(
        lab,
        {
          keyValue: bytes,
          keyWrappingData: {
            wrappingMethod: 'Encrypt',
            encryptionKeyInformation: { uniqueIdentifier },
            encodingOption: 'NoEncoding',
          },
        },
        active,
      )
    const encrypt = (uniqueIdentifier: string) =>
      refusalOf(() =>
        lab.perform('Encrypt', {
          uniqueIdentifier,
          data: Buffer.alloc(16),
          cryptographicParameters: { blockCipherMode: 'ECB' },
        }),
      )
    expect(encrypt(wrap(unwrapping, wrapped))).toBeUndefined()
    expect(encrypt(wrap(unwrapping, Buffer.alloc(24)))).toBe('CryptographicFailure')
    expect(encrypt(wrap('elsewhere', wrapped))).toBe('ItemNotFound')
    expect(encrypt(wrap(registerKek(lab, 0x10, active), wrapped))).toBe('PermissionDenied')
  })

  it('keeps secret data, also opaque, and gives it in its own format', () => {
    const lab = inProcess(labPolicy, 0)
    const seed = Buffer.alloc(96, 7)
    const { uniqueIdentifier } = lab.perform('Register', {
      objectType: 'SecretData',
      templateAttribute: { names: [], attributes: [{ name: 'Cryptographic Usage Mask', value: 0 }] },
      secretData: {
        secretDataType: 'Seed',
        keyBlock: { keyFormatType: 'Opaque', keyValue: { keyMaterial: seed, attributes: [] } },
      },
    })
    expect(lab.perform('Get', { uniqueIdentifier })).toEqual({
      objectType: 'SecretData',
      uniqueIdentifier,
      secretData: {
        secretDataType: 'Seed',
        keyBlock: { keyFormatType: 'Opaque', keyValue: { keyMaterial: seed, attributes: [] } },
      },
    })
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier, keyFormatType: 'Raw' }))).toBe(
      'KeyFormatTypeNotSupported',
    )
  })

  it('copies the key: what happens to the message does not happen to it', () => {
    const lab = inProcess(labPolicy)
    const keyMaterial = Buffer.from(key)
    const uniqueIdentifier = register(lab, { keyValue: { keyMaterial, attributes: [] } })
    keyMaterial.fill(0)
    expect(keyBlockOf(lab, { uniqueIdentifier }).keyValue).toMatchObject({ keyMaterial: key })
  })

  it('takes a transparent key, and gives it raw', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = register(lab, {
      keyFormatType: 'TransparentSymmetricKey',
      keyValue: { keyMaterial: { key }, attributes: [] },
    })
    expect(keyBlockOf(lab, { uniqueIdentifier }).keyFormatType).toBe('TransparentSymmetricKey')
    expect(keyBlockOf(lab, { uniqueIdentifier, keyFormatType: 'Raw' }).keyValue).toMatchObject({
      keyMaterial: key,
    })
  })

  it('fills in the length, which may also stand among the attributes', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = register(lab, { cryptographicLength: undefined })
    expect(lab.valueOf(uniqueIdentifier, 'Cryptographic Length')).toBe(128)
    const described = register(
      lab,
      { cryptographicLength: undefined, cryptographicAlgorithm: undefined },
      { name: 'Cryptographic Algorithm', value: 'AES' },
      { name: 'Cryptographic Length', value: 128 },
    )
    expect(keyBlockOf(lab, { uniqueIdentifier: described })).toMatchObject({
      cryptographicAlgorithm: 'AES',
      cryptographicLength: 128,
    })
  })

  it('keeps what is known of a key that stays with the client', () => {
    const lab = inProcess(labPolicy)
    const location: Attribute = {
      name: 'Key Value Location',
      value: { keyValueLocationValue: 'safe', keyValueLocationType: 'UninterpretedTextString' },
    }
    const uniqueIdentifier = register(lab, { keyValue: undefined }, location)
    expect(lab.valueOf(uniqueIdentifier, 'Key Value Present')).toBe(false)
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier }))).toBe('KeyValueNotPresent')
    expect(refusalOf(() => register(lab, { keyValue: undefined }))).toBe('InvalidMessage')
  })

  it.each<readonly [string, Partial<KeyBlock>, string]>([
    ['a length that is not that of the key', { cryptographicLength: 256 }, 'InvalidField'],
    [
      'an AES key of seventeen bytes',
      { keyValue: { keyMaterial: Buffer.alloc(17), attributes: [] }, cryptographicLength: undefined },
      'InvalidField',
    ],
    ['a format that is not kept', { keyFormatType: 'PKCS_1' }, 'KeyFormatTypeNotSupported'],
    [
      'a compressed key',
      { keyCompressionType: 'ECPublicKeyTypeX9_62Hybrid' },
      'KeyCompressionTypeNotSupported',
    ],
    ['a key value in bytes that is not wrapped', { keyValue: key }, 'InvalidMessage'],
    [
      'a transparent key that is said to be raw',
      { keyValue: { keyMaterial: { key }, attributes: [] } },
      'InvalidMessage',
    ],
    [
      'a wrapped key in the open',
      {
        keyFormatType: 'TransparentSymmetricKey',
        keyValue: { keyMaterial: { key }, attributes: [] },
        keyWrappingData: { wrappingMethod: 'Encrypt' },
      },
      'InvalidMessage',
    ],
  ])('refuses %s', (_, keyBlock, reason) => {
    expect(refusalOf(() => register(inProcess(labPolicy), keyBlock))).toBe(reason)
  })

  it('refuses attributes that contradict the key block, another object than it says, and other types', () => {
    const lab = inProcess(labPolicy)
    const algorithm: Attribute = { name: 'Cryptographic Algorithm', value: 'DES3' }
    expect(refusalOf(() => register(lab, {}, algorithm))).toBe('InvalidField')
    const templateAttribute = { names: [], attributes: [] }
    expect(refusalOf(() => lab.perform('Register', { objectType: 'SecretData', templateAttribute }))).toBe(
      'InvalidMessage',
    )
    expect(refusalOf(() => lab.perform('Register', { objectType: 'Certificate', templateAttribute }))).toBe(
      'InvalidField',
    )
  })
})
