import { describe, expect, it } from 'vitest'
import type { Attribute } from '../../../src/kmip/attribute.ts'
import { labPolicy, restorePolicy } from '../../../src/kmip/policy.ts'
import type { Field } from '../../../src/kmip/ttlv/field.ts'
import { Tag } from '../../../src/kmip/ttlv/tags.ts'
import { inProcess, refusalOf, later } from '../in-process.ts'

const custom = (name: `x-${string}`, value: Field): Attribute => ({ name, value })
const textValue = (value: string): Field => ({ tag: Tag.AttributeValue, type: 'TextString', value })
const named = (nameValue: string): Attribute => ({
  name: 'Name',
  value: { nameValue, nameType: 'UninterpretedTextString' },
})

describe('a new key', () => {
  it('has the attributes of its version, in the order of the specification', () => {
    const names = (minor: number) => {
      const lab = inProcess(labPolicy, minor)
      return lab.perform('GetAttributeList', { uniqueIdentifier: lab.createKey(named('k')) }).attributeNames
    }
    const first = [
      'Unique Identifier',
      'Name',
      'Object Type',
      'Cryptographic Algorithm',
      'Cryptographic Length',
      'Digest',
      'Cryptographic Usage Mask',
      'Lease Time',
      'State',
      'Initial Date',
      'Last Change Date',
    ]
    expect(names(0)).toEqual(first)
    expect(names(1)).toEqual([...first.slice(0, 10), 'Fresh', 'Last Change Date'])
    expect(names(2)).toContain('Original Creation Date')
    expect(names(3)).not.toContain('Sensitive')
    expect(names(4).slice(-4)).toEqual(['Sensitive', 'Always Sensitive', 'Extractable', 'Never Extractable'])
  })

  it('has the digest of its bytes', () => {
    const lab = inProcess(labPolicy)
    // The SHA-256 of the bytes 0 to 31, as sha256sum gives it.
    expect(lab.valueOf('mykey', 'Digest')).toMatchObject({
      hashingAlgorithm: 'SHA_256',
      digestValue: Buffer.from('630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd', 'hex'),
      keyFormatType: 'Raw',
    })
  })

  it('is pre-active, and active when its Activation Date has passed', () => {
    const lab = inProcess(labPolicy)
    expect(lab.valueOf(lab.createKey(), 'State')).toBe('PreActive')
    const past = lab.createKey({ name: 'Activation Date', value: later(-3600) })
    expect(lab.valueOf(past, 'State')).toBe('Active')
    expect(lab.valueOf(past, 'Activation Date')).toBe(later(-3600))
    const future = lab.createKey({ name: 'Activation Date', value: later(3600) })
    expect(lab.valueOf(future, 'State')).toBe('PreActive')
    const over = lab.createKey(
      { name: 'Activation Date', value: later(-20) },
      { name: 'Deactivation Date', value: later(-10) },
    )
    expect(lab.valueOf(over, 'State')).toBe('Deactivated')
  })

  it('is fresh until it is fetched', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    expect(lab.valueOf(uniqueIdentifier, 'Fresh')).toBe(true)
    lab.perform('Get', { uniqueIdentifier })
    expect(lab.valueOf(uniqueIdentifier, 'Fresh')).toBe(false)
  })

  it.each<readonly [string, Attribute]>([
    ['a state', { name: 'State', value: 'Active' }],
    ['a digest', { name: 'Digest', value: { hashingAlgorithm: 'SHA_256' } }],
    ['a unique identifier', { name: 'Unique Identifier', value: 'mine' }],
    ['a server’s custom attribute', { name: 'y-server', value: textValue('x') }],
    ['an attribute of certificates', { name: 'Certificate Type', value: textValue('x') }],
    ['a length that AES does not have', { name: 'Cryptographic Length', value: 192 + 1 }],
    ['an algorithm that makes no keys here', { name: 'Cryptographic Algorithm', value: 'RSA' }],
    ['a Protect Stop Date before its Activation Date', { name: 'Protect Stop Date', value: 5n }],
  ])('cannot be given %s', (_, attribute) => {
    const lab = inProcess(labPolicy)
    const activation: Attribute = { name: 'Activation Date', value: 10n }
    expect(refusalOf(() => lab.createKey(activation, attribute))).toBe('InvalidField')
  })

  it('cannot have an attribute twice that objects have once, nor the name of another', () => {
    const lab = inProcess(labPolicy)
    const contact: Attribute = { name: 'Contact Information', value: 'me' }
    expect(refusalOf(() => lab.createKey(contact, contact))).toBe('InvalidField')
    const uniqueIdentifier = lab.createKey(named('taken'))
    expect(refusalOf(() => lab.createKey(named('taken')))).toBe('InvalidField')
    lab.perform('Destroy', { uniqueIdentifier })
    expect(refusalOf(() => lab.createKey(named('taken')))).toBeUndefined()
  })

  it('cannot be made of a template, which this server does not have', () => {
    const lab = inProcess(labPolicy)
    const templateAttribute = { names: [{ nameValue: 't', nameType: 'URI' as const }], attributes: [] }
    expect(refusalOf(() => lab.perform('Create', { objectType: 'SymmetricKey', templateAttribute }))).toBe(
      'ItemNotFound',
    )
  })

  it('needs an algorithm and a length, and is a symmetric key', () => {
    const lab = inProcess(labPolicy)
    const create = (objectType: 'SymmetricKey' | 'PrivateKey', ...attributes: Attribute[]) =>
      refusalOf(() => lab.perform('Create', { objectType, templateAttribute: { names: [], attributes } }))
    expect(create('SymmetricKey')).toBe('InvalidMessage')
    expect(create('SymmetricKey', { name: 'Cryptographic Algorithm', value: 'AES' })).toBe('InvalidMessage')
    expect(create('PrivateKey')).toBe('InvalidField')
  })

  it('may be one of 3DES, whose parity bits are not counted', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey(
      { name: 'Cryptographic Algorithm', value: 'DES3' },
      { name: 'Cryptographic Length', value: 168 },
    )
    const { symmetricKey } = lab.perform('Get', { uniqueIdentifier })
    expect(symmetricKey?.keyBlock).toMatchObject({ cryptographicLength: 168 })
    const keyValue = symmetricKey?.keyBlock.keyValue
    expect(!Buffer.isBuffer(keyValue) && keyValue?.keyMaterial).toHaveLength(24)
  })
})

describe('Get Attributes', () => {
  it('gives those that are asked for, in that order, and leaves out those that are not there', () => {
    const { attributes } = inProcess(restorePolicy).perform('GetAttributes', {
      uniqueIdentifier: 'mykey',
      attributeNames: ['State', 'Deactivation Date', 'x-none', 'Cryptographic Length', 'no such thing'],
    })
    expect(attributes).toEqual([
      { name: 'State', value: 'Active' },
      { name: 'Cryptographic Length', value: 256 },
    ])
  })

  it('gives all when none are asked for', () => {
    const lab = inProcess(restorePolicy)
    const { attributes } = lab.perform('GetAttributes', { uniqueIdentifier: 'mykey', attributeNames: [] })
    const { attributeNames } = lab.perform('GetAttributeList', { uniqueIdentifier: 'mykey' })
    expect(attributes.map(({ name }) => name)).toEqual(attributeNames)
    expect(attributes).toContainEqual({ name: 'Cryptographic Usage Mask', value: 12 })
  })

  it('does not take the same name twice', () => {
    const ask = { uniqueIdentifier: 'mykey', attributeNames: ['State', 'State'] }
    expect(refusalOf(() => inProcess(restorePolicy).perform('GetAttributes', ask))).toBe('InvalidMessage')
  })
})

describe('Add, Modify and Delete Attribute', () => {
  it('keep custom attributes of every type, several of a name', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const tag = Tag.AttributeValue
    const values: Field[] = [
      { tag, type: 'Structure', value: [{ tag: Tag.NameValue, type: 'TextString', value: 'inner' }] },
      { tag, type: 'Integer', value: -7 },
      { tag, type: 'LongInteger', value: 1n << 40n },
      { tag, type: 'BigInteger', value: -(1n << 80n) },
      { tag, type: 'Enumeration', value: 0x80000001 },
      { tag, type: 'Boolean', value: true },
      { tag, type: 'TextString', value: 'text' },
      { tag, type: 'ByteString', value: Buffer.from([0, 1, 2]) },
      { tag, type: 'DateTime', value: 1n },
      { tag, type: 'Interval', value: 60 },
    ]
    for (const [index, value] of values.entries()) {
      const { attribute } = lab.perform('AddAttribute', {
        uniqueIdentifier,
        attribute: custom('x-any', value),
      })
      expect(attribute).toEqual({ name: 'x-any', value, ...(index === 0 ? {} : { index }) })
    }
    const { attributes } = lab.perform('GetAttributes', { uniqueIdentifier, attributeNames: ['x-any'] })
    expect(attributes.map(({ value }) => value)).toEqual(values)
  })

  it('change and remove the instance of the given index, or the first', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const add = (value: string): Attribute => ({ name: 'Object Group', value })
    for (const group of ['a', 'b', 'c'])
      lab.perform('AddAttribute', { uniqueIdentifier, attribute: add(group) })
    const modified = lab.perform('ModifyAttribute', {
      uniqueIdentifier,
      attribute: { name: 'Object Group', index: 1, value: 'B' },
    })
    expect(modified.attribute).toEqual({ name: 'Object Group', index: 1, value: 'B' })
    const deleted = lab.perform('DeleteAttribute', { uniqueIdentifier, attributeName: 'Object Group' })
    expect(deleted.attribute).toEqual({ name: 'Object Group', value: 'a' })
    const groups = () =>
      lab.perform('GetAttributes', { uniqueIdentifier, attributeNames: ['Object Group'] }).attributes
    expect(groups()).toEqual([
      { name: 'Object Group', index: 1, value: 'B' },
      { name: 'Object Group', index: 2, value: 'c' },
    ])
    lab.perform('AddAttribute', { uniqueIdentifier, attribute: add('d') })
    expect(groups()).toHaveLength(3)
    expect(groups()[2]).toEqual({ name: 'Object Group', index: 3, value: 'd' })
  })

  const refusals: readonly (readonly [string, 'AddAttribute' | 'ModifyAttribute', Attribute, string])[] = [
    ['the state', 'AddAttribute', { name: 'State', value: 'Active' }, 'PermissionDenied'],
    ['the state', 'ModifyAttribute', { name: 'State', value: 'Active' }, 'PermissionDenied'],
    ['the usage mask', 'ModifyAttribute', { name: 'Cryptographic Usage Mask', value: 4 }, 'PermissionDenied'],
    [
      'an attribute of certificates',
      'AddAttribute',
      { name: 'Certificate Type', value: textValue('x') },
      'PermissionDenied',
    ],
    [
      'a server’s custom attribute',
      'AddAttribute',
      { name: 'y-mine', value: textValue('x') },
      'PermissionDenied',
    ],
    ['a second contact', 'AddAttribute', { name: 'Contact Information', value: 'two' }, 'IllegalOperation'],
    ['an index of its own', 'AddAttribute', { name: 'Object Group', index: 3, value: 'g' }, 'InvalidField'],
    ['the name of another', 'AddAttribute', named('other'), 'IllegalOperation'],
    ['the name of another', 'ModifyAttribute', named('other'), 'IllegalOperation'],
    ['what is not there', 'ModifyAttribute', { name: 'Comment', value: 'x' }, 'ItemNotFound'],
    ['an index that is not there', 'ModifyAttribute', { ...named('n'), index: 7 }, 'ItemNotFound'],
    [
      'application data for the server to make',
      'AddAttribute',
      { name: 'Application Specific Information', value: { applicationNamespace: 'n' } },
      'ApplicationNamespaceNotSupported',
    ],
  ]
  it.each(refusals)('refuse %s (%s)', (_, operation, attribute, reason) => {
    const lab = inProcess(labPolicy)
    lab.createKey(named('other'))
    const uniqueIdentifier = lab.createKey(named('own'), { name: 'Contact Information', value: 'one' })
    expect(refusalOf(() => lab.perform(operation, { uniqueIdentifier, attribute }))).toBe(reason)
  })

  it('refuse to delete what an object must have, what is not there, and what nobody knows', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const remove = (attributeName: string) =>
      refusalOf(() => lab.perform('DeleteAttribute', { uniqueIdentifier, attributeName }))
    expect(remove('Digest')).toBe('PermissionDenied')
    expect(remove('Activation Date')).toBe('PermissionDenied')
    expect(remove('Comment')).toBe('ItemNotFound')
    expect(remove('No Such Attribute')).toBe('InvalidField')
  })

  it('let a key keep its own name when it is modified', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey(named('own'))
    expect(
      refusalOf(() => lab.perform('ModifyAttribute', { uniqueIdentifier, attribute: named('own') })),
    ).toBeUndefined()
  })

  it('set dates only as long as the state allows it, and let them take effect', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const add = (attribute: Attribute) =>
      refusalOf(() => lab.perform('AddAttribute', { uniqueIdentifier, attribute }))
    const modify = (attribute: Attribute) =>
      refusalOf(() => lab.perform('ModifyAttribute', { uniqueIdentifier, attribute }))
    expect(add({ name: 'Deactivation Date', value: later(3600) })).toBeUndefined()
    expect(add({ name: 'Activation Date', value: later(7200) })).toBe('InvalidField')
    expect(lab.valueOf(uniqueIdentifier, 'Activation Date')).toBeUndefined()
    expect(add({ name: 'Activation Date', value: later(-60) })).toBeUndefined()
    expect(lab.valueOf(uniqueIdentifier, 'State')).toBe('Active')
    expect(modify({ name: 'Activation Date', value: later(0) })).toBe('PermissionDenied')
    expect(add({ name: 'Protect Stop Date', value: later(-30) })).toBeUndefined()
    expect(modify({ name: 'Protect Stop Date', value: later(600) })).toBe('PermissionDenied')
    expect(modify({ name: 'Deactivation Date', value: later(-1) })).toBeUndefined()
    expect(lab.valueOf(uniqueIdentifier, 'State')).toBe('Deactivated')
    expect(modify({ name: 'Deactivation Date', value: later(600) })).toBe('PermissionDenied')
  })

  it('count usage limits anew when they are modified, as long as they are not in use', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey({ name: 'Activation Date', value: 0n })
    const limits = (usageLimitsTotal: bigint): Attribute => ({
      name: 'Usage Limits',
      value: { usageLimitsTotal, usageLimitsUnit: 'Byte' },
    })
    lab.perform('AddAttribute', { uniqueIdentifier, attribute: limits(1000n) })
    const modified = lab.perform('ModifyAttribute', { uniqueIdentifier, attribute: limits(40n) })
    expect(modified.attribute.value).toEqual({
      usageLimitsTotal: 40n,
      usageLimitsCount: 40n,
      usageLimitsUnit: 'Byte',
    })
    const encrypt = (bytes: number) =>
      refusalOf(() =>
        lab.perform('Encrypt', {
          uniqueIdentifier,
          data: Buffer.alloc(bytes),
          cryptographicParameters: { blockCipherMode: 'ECB' },
        }),
      )
    expect(encrypt(32)).toBeUndefined()
    expect(lab.valueOf(uniqueIdentifier, 'Usage Limits')).toMatchObject({ usageLimitsCount: 8n })
    expect(encrypt(16)).toBe('PermissionDenied')
    expect(refusalOf(() => lab.perform('ModifyAttribute', { uniqueIdentifier, attribute: limits(9n) }))).toBe(
      'PermissionDenied',
    )
  })

  it('remember that a key was not always sensitive, or once extractable', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey(
      { name: 'Sensitive', value: true },
      { name: 'Extractable', value: false },
    )
    expect(lab.valueOf(uniqueIdentifier, 'Always Sensitive')).toBe(true)
    expect(lab.valueOf(uniqueIdentifier, 'Never Extractable')).toBe(true)
    lab.perform('ModifyAttribute', { uniqueIdentifier, attribute: { name: 'Sensitive', value: false } })
    lab.perform('ModifyAttribute', { uniqueIdentifier, attribute: { name: 'Extractable', value: true } })
    expect(lab.valueOf(uniqueIdentifier, 'Always Sensitive')).toBe(false)
    expect(lab.valueOf(uniqueIdentifier, 'Never Extractable')).toBe(false)
  })

  it('are not for clients of the restore policy', () => {
    const server = inProcess(restorePolicy)
    const attribute: Attribute = { name: 'Comment', value: 'x' }
    expect(refusalOf(() => server.perform('AddAttribute', { uniqueIdentifier: 'mykey', attribute }))).toBe(
      'PermissionDenied',
    )
  })
})

describe('every attribute of the specification that a client may set', () => {
  it.each<Attribute>([
    {
      name: 'Cryptographic Parameters',
      value: { blockCipherMode: 'CBC', paddingMethod: 'PKCS5', randomIV: true },
    },
    { name: 'Operation Policy Name', value: 'default' },
    { name: 'Link', value: { linkType: 'PreviousLink', linkedObjectIdentifier: 'mykey' } },
    {
      name: 'Application Specific Information',
      value: { applicationNamespace: 'ssl', applicationData: 'example.com' },
    },
    { name: 'Contact Information', value: 'Joe' },
    { name: 'Object Group', value: 'Group1' },
    { name: 'Alternative Name', value: { alternativeNameValue: 'a', alternativeNameType: 'EmailAddress' } },
    { name: 'Key Value Location', value: { keyValueLocationValue: 'there', keyValueLocationType: 'URI' } },
    { name: 'Original Creation Date', value: 1n },
    {
      name: 'Random Number Generator',
      value: {
        rngAlgorithm: 'DRBG',
        cryptographicAlgorithm: 'HMAC_SHA1',
        drbgAlgorithm: 'HMAC',
        predictionResistance: true,
      },
    },
    { name: 'Description', value: 'what it is' },
    { name: 'Comment', value: 'what is said of it' },
    { name: 'Fresh', value: false },
    { name: 'Process Start Date', value: 100n },
    { name: 'Protect Stop Date', value: 200n },
  ])('is kept as it was given: $name', attribute => {
    const lab = inProcess(labPolicy)
    const { uniqueIdentifier } = lab.perform('Register', {
      objectType: 'SymmetricKey',
      templateAttribute: { names: [], attributes: [attribute] },
      symmetricKey: {
        keyBlock: {
          keyFormatType: 'Raw',
          keyValue: { keyMaterial: Buffer.alloc(16, 1), attributes: [] },
          cryptographicAlgorithm: 'AES',
          cryptographicLength: 128,
        },
      },
    })
    expect(lab.valueOf(uniqueIdentifier, attribute.name)).toEqual(attribute.value)
  })
})
