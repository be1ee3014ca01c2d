import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Attribute } from '../../../src/kmip/attribute.ts'
import type { RequestOf } from '../../../src/kmip/operations/table.ts'
import { labPolicy, restorePolicy } from '../../../src/kmip/policy.ts'
import type { InProcess } from '../in-process.ts'
import { inProcess, later, refusalOf, servedKey } from '../in-process.ts'

const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const data = Buffer.from('01020304050607080910111213141516', 'hex')
type Parameters = NonNullable<RequestOf<'Encrypt'>['cryptographicParameters']>

/** A key of the given bytes, active unless the attributes say something else. */
function register(lab: InProcess, keyMaterial: Buffer, ...attributes: Attribute[]): string {
  const activation: Attribute = { name: 'Activation Date', value: 0n }
  const isTimed = attributes.some(({ name }) => name === 'Activation Date')
  return lab.perform('Register', {
    objectType: 'SymmetricKey',
    templateAttribute: { names: [], attributes: isTimed ? attributes : [activation, ...attributes] },
    symmetricKey: {
      keyBlock: {
        keyFormatType: 'Raw',
        keyValue: { keyMaterial, attributes: [] },
        cryptographicAlgorithm: 'AES',
        cryptographicLength: keyMaterial.length * 8,
      },
    },
  }).uniqueIdentifier
}

describe('Encrypt and Decrypt', () => {
  it.each<readonly [string, Parameters, Buffer | undefined, () => Buffer]>([
    [
      'ECB',
      { blockCipherMode: 'ECB' },
      undefined,
      () => createCipheriv('aes-256-ecb', servedKey, null).setAutoPadding(false).update(data),
    ],
    [
      'ECB with padding',
      { blockCipherMode: 'ECB', paddingMethod: 'PKCS5' },
      undefined,
      () => {
        const cipher = createCipheriv('aes-256-ecb', servedKey, null)
        return Buffer.concat([cipher.update(data), cipher.final()])
      },
    ],
    [
      'CBC',
      { blockCipherMode: 'CBC', paddingMethod: 'None', cryptographicAlgorithm: 'AES' },
      iv,
      () => createCipheriv('aes-256-cbc', servedKey, iv).update(data),
    ],
    [
      'CBC with padding',
      { blockCipherMode: 'CBC', paddingMethod: 'PKCS5' },
      iv,
      () => {
        const cipher = createCipheriv('aes-256-cbc', servedKey, iv)
        return Buffer.concat([cipher.update(data), cipher.final()])
      },
    ],
    ['CTR', { blockCipherMode: 'CTR' }, iv, () => createCipheriv('aes-256-ctr', servedKey, iv).update(data)],
  ])(
    'do %s as OpenSSL does, also for a served key under restore',
    (_, cryptographicParameters, nonce, expected) => {
      const server = inProcess(restorePolicy)
      const ask = { uniqueIdentifier: 'mykey', cryptographicParameters, ivCounterNonce: nonce }
      const encrypted = server.perform('Encrypt', { ...ask, data })
      expect(encrypted).toEqual({ uniqueIdentifier: 'mykey', data: expected() })
      expect(server.perform('Decrypt', { ...ask, data: encrypted.data })).toEqual({
        uniqueIdentifier: 'mykey',
        data,
      })
    },
  )

  it('do GCM with additional data as McGrew and Viega’s test case 4 has it', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = register(lab, Buffer.from('feffe9928665731c6d6a8f9467308308', 'hex'))
    const plain = Buffer.from(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      'hex',
    )
    const ask = {
      uniqueIdentifier,
      cryptographicParameters: { blockCipherMode: 'GCM', tagLength: 16 },
      ivCounterNonce: Buffer.from('cafebabefacedbaddecaf888', 'hex'),
      authenticatedEncryptionAdditionalData: Buffer.from('feedfacedeadbeeffeedfacedeadbeefabaddad2', 'hex'),
    } as const
    const { data: encrypted, authenticatedEncryptionTag } = lab.perform('Encrypt', { ...ask, data: plain })
    expect(encrypted?.toString('hex')).toBe(
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
    )
    expect(authenticatedEncryptionTag?.toString('hex')).toBe('5bc94fbc3221a5db94fae95ae7121a47')
    const decrypt = (changes: Partial<RequestOf<'Decrypt'>>) =>
      lab.perform('Decrypt', { ...ask, data: encrypted, authenticatedEncryptionTag, ...changes })
    expect(decrypt({}).data).toEqual(plain)
    const wrongTag = Buffer.alloc(16)
    expect(refusalOf(() => decrypt({ authenticatedEncryptionTag: wrongTag }))).toBe('CryptographicFailure')
    expect(refusalOf(() => decrypt({ authenticatedEncryptionTag: undefined }))).toBe('InvalidMessage')
    const shortTag = authenticatedEncryptionTag!.subarray(0, 12)
    expect(refusalOf(() => decrypt({ authenticatedEncryptionTag: shortTag }))).toBe('GeneralFailure')
    const tagLength = (length: number) => ({
      cryptographicParameters: { ...ask.cryptographicParameters, tagLength: length },
    })
    expect(refusalOf(() => decrypt(tagLength(5)))).toBe('GeneralFailure')
    expect(decrypt({ ...tagLength(12), authenticatedEncryptionTag: shortTag }).data).toEqual(plain)
    const otherData = { authenticatedEncryptionAdditionalData: Buffer.from('other') }
    expect(refusalOf(() => decrypt(otherData))).toBe('CryptographicFailure')
  })

  it.each(['CBC', 'CTR', 'GCM'] as const)(
    'make an IV for %s when they are asked to, and give it',
    blockCipherMode => {
      const server = inProcess(restorePolicy)
      const cryptographicParameters = { blockCipherMode, randomIV: true }
      const ask = { uniqueIdentifier: 'mykey', cryptographicParameters }
      const first = server.perform('Encrypt', { ...ask, data })
      const second = server.perform('Encrypt', { ...ask, data })
      expect(first.ivCounterNonce).toHaveLength(blockCipherMode === 'GCM' ? 12 : 16)
      expect(first.ivCounterNonce).not.toEqual(second.ivCounterNonce)
      const { ivCounterNonce, authenticatedEncryptionTag } = first
      const decrypted = server.perform('Decrypt', {
        ...ask,
        data: first.data,
        ivCounterNonce,
        authenticatedEncryptionTag,
      })
      expect(decrypted.data).toEqual(data)
    },
  )

  it('take the parameters of the key when the request has none, and those of the request when it has', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = register(lab, servedKey, {
      name: 'Cryptographic Parameters',
      value: { blockCipherMode: 'CBC', paddingMethod: 'PKCS5', randomIV: true },
    })
    const encrypted = lab.perform('Encrypt', { uniqueIdentifier, data })
    expect(encrypted.data).toHaveLength(32)
    const decrypted = { uniqueIdentifier, data: encrypted.data, ivCounterNonce: encrypted.ivCounterNonce }
    expect(lab.perform('Decrypt', decrypted).data).toEqual(data)
    expect(refusalOf(() => lab.perform('Decrypt', { ...decrypted, ivCounterNonce: undefined }))).toBe(
      'InvalidMessage',
    )
    const ecb = { cryptographicParameters: { blockCipherMode: 'ECB' } } as const
    expect(lab.perform('Encrypt', { uniqueIdentifier, data, ...ecb }).data).toHaveLength(16)
  })

  it.each<readonly [string, Partial<RequestOf<'Encrypt'>>, string]>([
    ['no mode', { cryptographicParameters: {} }, 'InvalidField'],
    ['no parameters at all', { cryptographicParameters: undefined }, 'InvalidField'],
    [
      'a mode that is not there',
      { cryptographicParameters: { blockCipherMode: 'XTS' } },
      'FeatureNotSupported',
    ],
    [
      'a padding that is not there',
      { cryptographicParameters: { blockCipherMode: 'CBC', paddingMethod: 'ISO10126' } },
      'FeatureNotSupported',
    ],
    [
      'another algorithm',
      { cryptographicParameters: { blockCipherMode: 'CBC', cryptographicAlgorithm: 'DES3' } },
      'InvalidField',
    ],
    ['no IV', { ivCounterNonce: undefined }, 'InvalidMessage'],
    ['a short IV', { ivCounterNonce: Buffer.alloc(8) }, 'InvalidField'],
    ['no data', { data: undefined }, 'InvalidMessage'],
    ['half a block without padding', { data: Buffer.alloc(8) }, 'CryptographicFailure'],
    ['a correlation value of nobody', { correlationValue: Buffer.alloc(16) }, 'InvalidField'],
  ])('refuse %s', (_, changes, reason) => {
    const server = inProcess(restorePolicy)
    const usual = { uniqueIdentifier: 'mykey', data, ivCounterNonce: iv }
    const parameters = { cryptographicParameters: { blockCipherMode: 'CBC' } } as const
    expect(refusalOf(() => server.perform('Encrypt', { ...usual, ...parameters, ...changes }))).toBe(reason)
  })

  it('refuse data whose padding is wrong', () => {
    const ask = {
      uniqueIdentifier: 'mykey',
      data,
      ivCounterNonce: iv,
      cryptographicParameters: { blockCipherMode: 'CBC', paddingMethod: 'PKCS5' },
    } as const
    expect(refusalOf(() => inProcess(restorePolicy).perform('Decrypt', ask))).toBe('CryptographicFailure')
  })

  it('hold the state, the usage mask and the dates of the key against its use', () => {
    const lab = inProcess(labPolicy)
    const cryptographicParameters = { blockCipherMode: 'ECB' } as const
    const uses = (uniqueIdentifier: string) =>
      (['Encrypt', 'Decrypt'] as const).map(operation =>
        refusalOf(() => lab.perform(operation, { uniqueIdentifier, data, cryptographicParameters })),
      )
    const denied = 'PermissionDenied'
    expect(uses(register(lab, servedKey))).toEqual([undefined, undefined])
    expect(uses(register(lab, servedKey, { name: 'Activation Date', value: later(9) }))).toEqual([
      denied,
      denied,
    ])
    expect(uses(register(lab, servedKey, { name: 'Cryptographic Usage Mask', value: 4 }))).toEqual([
      undefined,
      denied,
    ])
    expect(uses(register(lab, servedKey, { name: 'Cryptographic Usage Mask', value: 8 }))).toEqual([
      denied,
      undefined,
    ])
    expect(uses(register(lab, servedKey, { name: 'Protect Stop Date', value: later(0) }))).toEqual([
      denied,
      undefined,
    ])
    expect(uses(register(lab, servedKey, { name: 'Process Start Date', value: later(1) }))).toEqual([
      undefined,
      denied,
    ])
    const ended = register(lab, servedKey)
    lab.perform('Revoke', {
      uniqueIdentifier: ended,
      revocationReason: { revocationReasonCode: 'Superseded' },
    })
    expect(uses(ended)).toEqual([denied, undefined])
  })

  it('count the uses of a key by bytes and by objects', () => {
    const lab = inProcess(labPolicy)
    const limited = register(lab, servedKey, {
      name: 'Usage Limits',
      value: { usageLimitsTotal: 1n, usageLimitsUnit: 'Object' },
    })
    const ask = {
      uniqueIdentifier: limited,
      data,
      cryptographicParameters: { blockCipherMode: 'ECB' },
    } as const
    expect(refusalOf(() => lab.perform('Encrypt', ask))).toBeUndefined()
    expect(refusalOf(() => lab.perform('Encrypt', ask))).toBe('PermissionDenied')
    expect(refusalOf(() => lab.perform('Decrypt', ask))).toBeUndefined()
  })
})

describe('Encrypt and Decrypt in several requests', () => {
  /** Sends `parts` one after the other; gives what came of each. */
  function stream(
    server: InProcess,
    operation: 'Encrypt' | 'Decrypt',
    parts: readonly Buffer[],
    first: Partial<RequestOf<'Decrypt'>>,
    last: Partial<RequestOf<'Decrypt'>> = {},
  ) {
    let correlationValue: Buffer | undefined
    return parts.map((part, index) => {
      const answer = server.perform(operation, {
        uniqueIdentifier: 'mykey',
        data: part.length === 0 ? undefined : part,
        ...(index === 0 ? { initIndicator: true, ...first } : { correlationValue }),
        ...(index === parts.length - 1 ? { finalIndicator: true, ...last } : {}),
      })
      if (index === 0) correlationValue = answer.correlationValue
      return answer
    })
  }
  const ecb = { cryptographicParameters: { blockCipherMode: 'ECB' } } as const

  it('give what is whole of it in each, and the same in all as at once', () => {
    const server = inProcess(restorePolicy)
    const whole = server.perform('Encrypt', { uniqueIdentifier: 'mykey', data, ...ecb }).data
    const halves = [data.subarray(0, 8), data.subarray(8)]
    const answers = stream(server, 'Encrypt', [...halves, Buffer.alloc(0)], ecb)
    const correlationValue = answers[0]!.correlationValue
    expect(correlationValue).toHaveLength(16)
    expect(answers).toEqual([
      { uniqueIdentifier: 'mykey', correlationValue },
      { uniqueIdentifier: 'mykey', data: whole, correlationValue },
      { uniqueIdentifier: 'mykey' },
    ])
    const atTheEnd = stream(
      server,
      'Encrypt',
      [Buffer.alloc(0), data.subarray(0, 12), data.subarray(12)],
      ecb,
    )
    expect(atTheEnd[2]).toEqual({ uniqueIdentifier: 'mykey', data: whole })
  })

  it('give the tag with the last, and take it with the last', () => {
    const server = inProcess(restorePolicy)
    const gcm = {
      cryptographicParameters: { blockCipherMode: 'GCM' },
      ivCounterNonce: iv.subarray(0, 12),
    } as const
    const additional = { authenticatedEncryptionAdditionalData: Buffer.from('aad') }
    const parts = [data.subarray(0, 5), data.subarray(5)]
    const encrypted = stream(server, 'Encrypt', parts, { ...gcm, ...additional })
    const tag = encrypted[1] as { authenticatedEncryptionTag?: Buffer }
    expect(encrypted[0]).not.toHaveProperty('authenticatedEncryptionTag')
    expect(tag.authenticatedEncryptionTag).toHaveLength(16)
    const decrypted = stream(
      server,
      'Decrypt',
      encrypted.map(answer => answer.data!),
      { ...gcm, ...additional },
      { authenticatedEncryptionTag: tag.authenticatedEncryptionTag },
    )
    expect(Buffer.concat(decrypted.map(answer => answer.data!))).toEqual(data)
  })

  it('end with the last: its correlation value is good for nothing more', () => {
    const server = inProcess(restorePolicy)
    const { correlationValue } = stream(server, 'Encrypt', [data, Buffer.alloc(0)], ecb)[0]!
    const again = { uniqueIdentifier: 'mykey', correlationValue, data }
    expect(refusalOf(() => server.perform('Encrypt', again))).toBe('InvalidField')
  })

  it('do not mix: another key or direction has no use for a correlation value', () => {
    const lab = inProcess(labPolicy)
    const start = { uniqueIdentifier: 'mykey', data, initIndicator: true, ...ecb }
    const { correlationValue } = lab.perform('Encrypt', start)
    const uniqueIdentifier = register(lab, servedKey)
    expect(refusalOf(() => lab.perform('Encrypt', { uniqueIdentifier, correlationValue, data }))).toBe(
      'InvalidField',
    )
    const other = { uniqueIdentifier: 'mykey', correlationValue, data }
    expect(refusalOf(() => lab.perform('Decrypt', other))).toBe('InvalidField')
    expect(refusalOf(() => lab.perform('Encrypt', other))).toBeUndefined()
  })

  it('are not many at once: the oldest makes room', () => {
    const server = inProcess(restorePolicy)
    const start = () =>
      server.perform('Encrypt', { uniqueIdentifier: 'mykey', data, initIndicator: true, ...ecb })
    const values = Array.from({ length: 65 }, () => start().correlationValue)
    const goOn = (correlationValue: Buffer | undefined) =>
      refusalOf(() => server.perform('Encrypt', { uniqueIdentifier: 'mykey', correlationValue, data }))
    expect(goOn(values[0])).toBe('InvalidField')
    expect(goOn(values[1])).toBeUndefined()
    expect(goOn(values[64])).toBeUndefined()
  })

  it('give the IV that was made with the first', () => {
    const server = inProcess(restorePolicy)
    const random = { cryptographicParameters: { blockCipherMode: 'CBC', randomIV: true } } as const
    const answers = stream(server, 'Encrypt', [data, Buffer.alloc(0)], random)
    expect(answers[0]).toHaveProperty('ivCounterNonce')
    expect(answers[1]).not.toHaveProperty('ivCounterNonce')
  })
})
