import { describe, expect, it } from 'vitest'
import type { Attribute } from '../../../src/kmip/attribute.ts'
import { attributeValueField } from '../../../src/kmip/attribute.ts'
import type { RequestOf } from '../../../src/kmip/operations/table.ts'
import { labPolicy } from '../../../src/kmip/policy.ts'
import { StorageStatusMask } from '../../../src/kmip/ttlv/masks.ts'
import { Tag } from '../../../src/kmip/ttlv/tags.ts'
import type { InProcess } from '../in-process.ts'
import { inProcess, later, refusalOf } from '../in-process.ts'

const named = (nameValue: string): Attribute => ({
  name: 'Name',
  value: { nameValue, nameType: 'UninterpretedTextString' },
})

/** The names by which the test calls the objects that were found. */
function find(
  lab: InProcess,
  wanted: readonly Attribute[],
  limits: Omit<RequestOf<'Locate'>, 'attributes'> = {},
) {
  const attributes = wanted.map(one => ({ name: one.name, value: attributeValueField(one) }))
  return lab.perform('Locate', { ...limits, attributes })
}

describe('Locate', () => {
  const lab = inProcess(labPolicy)
  const encrypting = lab.createKey(
    named('encrypting'),
    { name: 'Cryptographic Usage Mask', value: 4 },
    { name: 'Activation Date', value: later(100) },
    { name: 'Object Group', value: 'g1' },
    { name: 'Object Group', value: 'g2' },
    { name: 'Link', value: { linkType: 'NextLink', linkedObjectIdentifier: 'target' } },
    { name: 'Usage Limits', value: { usageLimitsTotal: 100n, usageLimitsUnit: 'Object' } },
    { name: 'x-bytes', value: { tag: Tag.AttributeValue, type: 'ByteString', value: Buffer.from('abc') } },
  )
  const both = lab.createKey(
    named('both'),
    { name: 'Cryptographic Usage Mask', value: 12 },
    { name: 'Cryptographic Length', value: 128 },
    { name: 'Activation Date', value: later(200) },
    { name: 'Object Group', value: 'g2' },
  )

  it.each<readonly [string, readonly Attribute[], readonly string[]]>([
    ['nothing: all, newest first', [], [both, encrypting, 'mykey']],
    ['a name', [named('both')], [both]],
    ['a name that nothing has', [named('neither')], []],
    ['its unique identifier', [{ name: 'Unique Identifier', value: 'mykey' }], ['mykey']],
    ['a type', [{ name: 'Object Type', value: 'SecretData' }], []],
    ['a length', [{ name: 'Cryptographic Length', value: 128 }], [both]],
    ['a state', [{ name: 'State', value: 'PreActive' }], [both, encrypting]],
    [
      'a usage mask that it covers',
      [{ name: 'Cryptographic Usage Mask', value: 4 }],
      [both, encrypting, 'mykey'],
    ],
    ['a usage mask that it does not', [{ name: 'Cryptographic Usage Mask', value: 20 }], []],
    ['one of its groups', [{ name: 'Object Group', value: 'g2' }], [both, encrypting]],
    [
      'two groups at once',
      [
        { name: 'Object Group', value: 'g1' },
        { name: 'Object Group', value: 'g2' },
      ],
      [encrypting],
    ],
    ['a date', [{ name: 'Activation Date', value: later(200) }], [both]],
    [
      'a range of dates, its ends included',
      [
        { name: 'Activation Date', value: later(200) },
        { name: 'Activation Date', value: later(100) },
      ],
      [both, encrypting],
    ],
    [
      'two attributes at once',
      [
        { name: 'State', value: 'PreActive' },
        { name: 'Cryptographic Length', value: 256 },
      ],
      [encrypting],
    ],
    [
      'usage limits that it has left',
      [{ name: 'Usage Limits', value: { usageLimitsTotal: 50n, usageLimitsUnit: 'Object' } }],
      [encrypting],
    ],
    [
      'usage limits that it has not',
      [{ name: 'Usage Limits', value: { usageLimitsTotal: 101n, usageLimitsUnit: 'Object' } }],
      [],
    ],
    [
      'a custom attribute of bytes',
      [
        {
          name: 'x-bytes',
          value: { tag: Tag.AttributeValue, type: 'ByteString', value: Buffer.from('abc') },
        },
      ],
      [encrypting],
    ],
  ])('finds objects by %s', (_, wanted, found) => {
    expect(find(lab, wanted)).toEqual({ locatedItems: found.length, uniqueIdentifiers: found })
  })

  it('finds objects by a part of a structure', () => {
    const value = {
      tag: Tag.AttributeValue,
      type: 'Structure',
      value: [{ tag: Tag.LinkedObjectIdentifier, type: 'TextString', value: 'target' }],
    } as const
    const { uniqueIdentifiers } = lab.perform('Locate', { attributes: [{ name: 'Link', value }] })
    expect(uniqueIdentifiers).toEqual([encrypting])
  })

  it('gives no more than it is asked for, from the offset on, and counts them all', () => {
    expect(find(lab, [], { maximumItems: 1 })).toEqual({ locatedItems: 3, uniqueIdentifiers: [both] })
    expect(find(lab, [], { offsetItems: 1 })).toEqual({
      locatedItems: 3,
      uniqueIdentifiers: [encrypting, 'mykey'],
    })
    expect(find(lab, [], { offsetItems: 1, maximumItems: 1 }).uniqueIdentifiers).toEqual([encrypting])
    expect(find(lab, [], { offsetItems: 9 }).uniqueIdentifiers).toEqual([])
    expect(find(lab, [], { maximumItems: 0 }).uniqueIdentifiers).toEqual([])
    expect(refusalOf(() => find(lab, [], { maximumItems: -1 }))).toBe('InvalidField')
  })

  it('does not count for a client that is too old to know the number', () => {
    expect(find(inProcess(labPolicy, 2), [])).toEqual({ uniqueIdentifiers: ['mykey'] })
  })

  it('finds destroyed objects only when it is asked for them', () => {
    const other = inProcess(labPolicy)
    const uniqueIdentifier = other.createKey()
    other.perform('Destroy', { uniqueIdentifier })
    expect(find(other, []).uniqueIdentifiers).toEqual(['mykey'])
    const masks = { storageStatusMask: StorageStatusMask.DestroyedStorage }
    expect(find(other, [], masks).uniqueIdentifiers).toEqual([uniqueIdentifier])
    expect(
      find(other, [], { storageStatusMask: StorageStatusMask.ArchivalStorage }).uniqueIdentifiers,
    ).toEqual([])
  })

  it('finds the fresh objects of a group', () => {
    const other = inProcess(labPolicy)
    const group: Attribute = { name: 'Object Group', value: 'g' }
    const [used, fresh] = [other.createKey(group), other.createKey(group)]
    other.perform('Get', { uniqueIdentifier: used })
    expect(find(other, [group], { objectGroupMember: 'GroupMemberFresh' }).uniqueIdentifiers).toEqual([fresh])
    expect(find(other, [group], { objectGroupMember: 'GroupMemberDefault' }).uniqueIdentifiers).toEqual([
      fresh,
      used,
    ])
  })

  it('sees what time has done to an object', () => {
    const other = inProcess(labPolicy)
    const uniqueIdentifier = other.createKey({ name: 'Activation Date', value: later(60) })
    const active: Attribute = { name: 'State', value: 'Active' }
    expect(find(other, [active]).uniqueIdentifiers).toEqual(['mykey'])
    other.clock.now = later(60)
    expect(find(other, [active]).uniqueIdentifiers).toEqual([uniqueIdentifier, 'mykey'])
  })

  it('refuses an attribute that does not exist, and a date three times', () => {
    const value = attributeValueField({ name: 'Comment', value: 'x' })
    expect(refusalOf(() => lab.perform('Locate', { attributes: [{ name: 'No Such', value }] }))).toBe(
      'InvalidField',
    )
    const date: Attribute = { name: 'Initial Date', value: 1n }
    expect(refusalOf(() => find(lab, [date, date, date]))).toBe('InvalidField')
  })
})
