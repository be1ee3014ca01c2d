import { describe, expect, it } from 'vitest'
import { enumeration } from '../../../src/kmip/ttlv/enumeration.ts'
import * as enumerations from '../../../src/kmip/ttlv/enumerations.ts'
import { Tag, tagName } from '../../../src/kmip/ttlv/tags.ts'

describe('the tags', () => {
  it('are those of KMIP 1.4, 420001 to 420124, each once', () => {
    const tags = Object.values(Tag).toSorted((a, b) => a - b)
    expect(tags).toEqual(Array.from({ length: 0x124 }, (_, index) => 0x420001 + index))
  })

  it.each([
    ['Attribute', 0x420008],
    ['BatchItem', 0x42000f],
    ['CryptographicUsageMask', 0x42002c],
    ['IVCounterNonce', 0x42003d],
    ['KeyWrappingSpecification', 0x420047],
    ['Operation', 0x42005c],
    ['RequestMessage', 0x420078],
    ['UniqueIdentifier', 0x420094],
    ['Password', 0x4200a1],
    ['ObjectGroupMember', 0x4200ac],
    ['Data', 0x4200c2],
    ['RandomIV', 0x4200c5],
    ['AttestationCapableIndicator', 0x4200d3],
    ['OffsetItems', 0x4200d4],
    ['CorrelationValue', 0x4200d6],
    ['FinalIndicator', 0x4200d8],
    ['KeyWrapType', 0x4200f8],
    ['ClientCorrelationValue', 0x420105],
    ['ServerCorrelationValue', 0x420106],
  ] as const)('have %s at its place', (name, tag) => {
    expect(Tag[name]).toBe(tag)
    expect(tagName(tag)).toBe(name)
  })

  it('do not repeat a tag that nobody defined', () => {
    expect(tagName(0x54beef)).toBe('a field')
  })
})

describe('the enumerations', () => {
  it('have no number and no name twice', () => {
    for (const [name, table] of Object.entries(enumerations)) {
      const names = table.names as readonly string[]
      const codes = names.map(one => (table.code as (name: string) => number)(one))
      expect(new Set(codes).size, name).toBe(names.length)
      expect(codes.map(code => table.name(code))).toEqual(names)
    }
  })

  it.each([
    ['Operation', 'GetAttributeList', 0xc],
    ['Operation', 'DiscoverVersions', 0x1e],
    ['Operation', 'Decrypt', 0x20],
    ['ObjectType', 'SecretData', 7],
    ['KeyFormatType', 'Opaque', 2],
    ['CryptographicAlgorithm', 'AES', 3],
    ['BlockCipherMode', 'NISTKeyWrap', 0xd],
    ['PaddingMethod', 'PKCS5', 3],
    ['State', 'Destroyed', 5],
    ['ResultReason', 'KeyFormatTypeNotSupported', 0x10],
    ['ResultReason', 'GeneralFailure', 0x100],
    ['LinkType', 'PKCS12PasswordLink', 0x10d],
    ['RecommendedCurve', 'BRAINPOOLP512T1', 0x44],
    ['CryptographicAlgorithm', 'SHAKE_256', 0x28],
  ] as const)('have in %s the value %s at its place', (table, name, code) => {
    expect((enumerations[table].code as (name: string) => number)(name)).toBe(code)
  })

  it('know since when a value is there', () => {
    const { ResultReason, QueryFunction } = enumerations
    expect(ResultReason.isKnownTo('Sensitive', 3)).toBe(false)
    expect(ResultReason.isKnownTo('Sensitive', 4)).toBe(true)
    expect(QueryFunction.isKnownTo('QueryOperations', 0)).toBe(true)
  })

  it('give no name to a number that is not theirs', () => {
    const table = enumeration({ '1.0': { One: 1 } })
    expect(table.name(2)).toBeUndefined()
    expect(() => table.code('Two' as 'One')).toThrow(RangeError)
  })
})
