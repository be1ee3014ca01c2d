import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, maximumMessageLength, TtlvError } from '../../../src/kmip/ttlv/decode.ts'
import { encode } from '../../../src/kmip/ttlv/encode.ts'
import type { Field } from '../../../src/kmip/ttlv/field.ts'
import { perconaGet } from '../percona.ts'

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/[^0-9a-f]/gi, ''), 'hex')

describe('TTLV', () => {
  /** KMIP 1.4, section 9.1.2 "Examples". */
  const examples: readonly (readonly [string, Field])[] = [
    ['420020 02 00000004 00000008 00000000', { tag: 0x420020, type: 'Integer', value: 8 }],
    [
      '420020 03 00000008 01B69B4BA5749200',
      { tag: 0x420020, type: 'LongInteger', value: 123456789000000000n },
    ],
    [
      '420020 04 00000010 0000000003FD35EB 6BC2DF4618080000',
      { tag: 0x420020, type: 'BigInteger', value: 1234567890000000000000000000n },
    ],
    ['420020 05 00000004 000000FF 00000000', { tag: 0x420020, type: 'Enumeration', value: 255 }],
    ['420020 06 00000008 0000000000000001', { tag: 0x420020, type: 'Boolean', value: true }],
    [
      '420020 07 0000000B 48656C6C6F20576F726C64 0000000000',
      { tag: 0x420020, type: 'TextString', value: 'Hello World' },
    ],
    [
      '420020 08 00000003 010203 0000000000',
      { tag: 0x420020, type: 'ByteString', value: Buffer.from([1, 2, 3]) },
    ],
    // Friday, March 14, 2008, 11:56:40 GMT
    ['420020 09 00000008 0000000047DA67F8', { tag: 0x420020, type: 'DateTime', value: 0x47da67f8n }],
    ['420020 0A 00000004 000D2F00 00000000', { tag: 0x420020, type: 'Interval', value: 864000 }],
    [
      '420020 01 00000020  420004 05 00000004 000000FE 00000000  420005 02 00000004 000000FF 00000000',
      {
        tag: 0x420020,
        type: 'Structure',
        value: [
          { tag: 0x420004, type: 'Enumeration', value: 254 },
          { tag: 0x420005, type: 'Integer', value: 255 },
        ],
      },
    ],
  ]

  it.each(examples)('reads and writes the example %s of the specification', (hex, field) => {
    expect(decode(bytesOf(hex))).toEqual(field)
    expect(encode(field)).toEqual(bytesOf(hex))
  })

  it('reads and writes a Big Integer in two’s complement, in no more words than it needs', () => {
    const words = (value: bigint) =>
      encode({ tag: 0x420020, type: 'BigInteger', value }).subarray(8).toString('hex')
    expect(words(0n)).toBe('0000000000000000')
    expect(words(-1n)).toBe('ffffffffffffffff')
    expect(words(2n ** 63n - 1n)).toBe('7fffffffffffffff')
    expect(words(2n ** 63n)).toBe('00000000000000008000000000000000')
    expect(words(-(2n ** 63n))).toBe('8000000000000000')
    expect(words(-(2n ** 63n) - 1n)).toBe('ffffffffffffffff7fffffffffffffff')
  })

  it('reads text that is not ASCII, and an empty one', () => {
    for (const value of ['', 'Schlüssel', '鍵', '🔑']) {
      expect(decode(encode({ tag: 0x420020, type: 'TextString', value }))).toMatchObject({ value })
    }
  })

  it('throws away no number that its type cannot hold, but refuses to write it', () => {
    expect(() => encode({ tag: 0x420020, type: 'Integer', value: 2 ** 31 })).toThrow(RangeError)
    expect(() => encode({ tag: 0x420020, type: 'Enumeration', value: -1 })).toThrow(RangeError)
  })
})

describe('decoding of bytes that are no TTLV', () => {
  it.each([
    ['nothing', '', 'An item ends within its tag, type and length'],
    ['half a header', '420020 02', 'An item ends within its tag, type and length'],
    ['a type of none', '420020 0B 00000000', 'An item has an unknown type'],
    ['the type zero', '420020 00 00000000', 'An item has an unknown type'],
    ['a length that is a lie', '420020 08 00000009 0102030405060708', 'An item is longer than what holds it'],
    ['a length near 2³²', '420020 08 FFFFFFFF 0102030405060708', 'An item is longer than what holds it'],
    ['a length that wraps with its padding', '420020 08 FFFFFFF9 00', 'An item is longer than what holds it'],
    ['no padding', '420020 02 00000004 00000008', 'An item is longer than what holds it'],
    [
      'an Integer of eight bytes',
      '420020 02 00000008 0000000000000008',
      'a length that its type cannot have',
    ],
    ['a Long Integer of four', '420020 03 00000004 00000008 00000000', 'a length that its type cannot have'],
    ['an empty Boolean', '420020 06 00000000', 'a length that its type cannot have'],
    [
      'padding that is not zero',
      '420020 02 00000004 00000008 00000001',
      'The padding of an item is not zero',
    ],
    ['text padded with spaces', '420020 07 00000001 4120202020202020', 'The padding of an item is not zero'],
    ['a Boolean of 2', '420020 06 00000008 0000000000000002', 'A Boolean is neither 0 nor 1'],
    [
      'a Boolean of 1 in the wrong byte',
      '420020 06 00000008 0100000000000000',
      'A Boolean is neither 0 nor 1',
    ],
    ['text that is not UTF-8', '420020 07 00000002 C328 000000000000', 'A Text String is not UTF-8'],
    ['an empty Big Integer', '420020 04 00000000', 'A Big Integer is not a multiple of eight bytes'],
    ['a Big Integer of four bytes', '420020 04 00000004 00000001 00000000', 'not a multiple of eight bytes'],
    ['a second item', '420020 01 00000000 420020 01 00000000', 'Bytes follow the end of the message'],
    [
      'a field that leaves its structure',
      '420020 01 00000008 420004 05 00000004 000000FE 00000000',
      'longer than',
    ],
    ['half a field in a structure', '420020 01 00000004 42000405 00000000', 'An item ends within'],
  ])('refuses %s', (_, hex, message) => {
    expect(() => decode(bytesOf(hex))).toThrow(TtlvError)
    expect(() => decode(bytesOf(hex))).toThrow(message)
  })

  it('bears sixteen structures within each other, and not one more', () => {
    const nested = (depth: number) => {
      const bytes = Buffer.alloc(8 * depth)
      for (let level = 0; level < depth; level++) {
        bytes.writeUInt32BE(0x42002001, 8 * level)
        bytes.writeUInt32BE(8 * (depth - level - 1), 8 * level + 4)
      }
      return bytes
    }
    expect(decode(nested(16))).toMatchObject({ type: 'Structure' })
    expect(() => decode(nested(17))).toThrow('Structures are nested too deeply')
    expect(() => decode(nested(8_000))).toThrow('Structures are nested too deeply')
  })

  it('bears 64 KiB, and not one byte more', () => {
    const ofLength = (length: number) =>
      encode({ tag: 0x420020, type: 'ByteString', value: Buffer.alloc(length - 8) })
    expect(decode(ofLength(maximumMessageLength))).toMatchObject({ type: 'ByteString' })
    expect(() => decode(ofLength(maximumMessageLength + 8))).toThrow('The message is longer than 64 KiB')
  })

  it('refuses a request that is cut at any byte', () => {
    for (let length = 0; length < perconaGet.length; length++) {
      expect(() => decode(perconaGet.subarray(0, length))).toThrow(TtlvError)
    }
  })

  it('reads the largest Big Integer that fits in a message within no time', () => {
    const value = -(1n << 500_000n)
    const bytes = encode({ tag: 0x420020, type: 'BigInteger', value })
    const start = performance.now()
    expect(decode(bytes)).toMatchObject({ value })
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('decoding and encoding, of generated messages', () => {
  const tag = fc.integer({ min: 0, max: 0xffffff })
  const leaf = fc.oneof(
    fc.record({
      tag,
      type: fc.constant('Integer' as const),
      value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    }),
    fc.record({
      tag,
      type: fc.constant('LongInteger' as const),
      value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    }),
    fc.record({ tag, type: fc.constant('BigInteger' as const), value: fc.bigInt(-(2n ** 200n), 2n ** 200n) }),
    fc.record({
      tag,
      type: fc.constant('Enumeration' as const),
      value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    }),
    fc.record({ tag, type: fc.constant('Boolean' as const), value: fc.boolean() }),
    fc.record({
      tag,
      type: fc.constant('TextString' as const),
      value: fc.string({ unit: 'grapheme', maxLength: 12 }),
    }),
    fc.record({
      tag,
      type: fc.constant('ByteString' as const),
      value: fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
    }),
    fc.record({
      tag,
      type: fc.constant('DateTime' as const),
      value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    }),
    fc.record({
      tag,
      type: fc.constant('Interval' as const),
      value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    }),
  )
  const { field } = fc.letrec<{ field: Field; structure: Field }>(tie => ({
    field: fc.oneof({ depthSize: 'small', maxDepth: 8 }, leaf, tie('structure')),
    structure: fc.record({
      tag,
      type: fc.constant('Structure' as const),
      value: fc.array(tie('field'), { maxLength: 4 }),
    }),
  }))

  /** Whether bytes decode, and if so, to what encodes to the same bytes again; anything but `TtlvError` is thrown on. */
  const decodesFaithfully = (bytes: Buffer): boolean => {
    try {
      return encode(decode(bytes)).equals(bytes)
    } catch (error) {
      if (error instanceof TtlvError) return false
      throw error
    }
  }

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(field, generated => {
        expect(decode(encode(generated))).toEqual(generated)
      }),
      { numRuns: 4_000 },
    )
  })

  it('throws nothing but TtlvError for 100,000 frames of chance', () => {
    let decoded = 0
    // A small generator of its own: fast-check takes its time, and what it shrinks to is no help with random bytes.
    let seed = 20_260_101
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return seed % limit
    }
    for (let frame = 0; frame < 100_000; frame++) {
      const bytes = Buffer.alloc(8 + 8 * random(6))
      bytes.writeUInt32BE(0x42002000 + 1 + random(11), 0)
      bytes.writeUInt32BE(random(4) === 0 ? random(64) : bytes.length - 8, 4)
      for (let at = 8; at < bytes.length; at++) bytes[at] = random(3) === 0 ? random(256) : 0
      if (bytes.length >= 16 && random(2) === 0)
        bytes.writeUInt32BE(0x42000000 + (random(300) << 8) + 1 + random(10), 8)
      if (decodesFaithfully(bytes)) decoded += 1
    }
    expect(decoded).toBeGreaterThan(10_000)
    expect(decoded).toBeLessThan(90_000)
  })

  it('throws nothing but TtlvError for 10,000 mutations of a request', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(perconaGet.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(perconaGet.length), { freq: 8 }),
        (changes, cut) => {
          const bytes = Buffer.from(perconaGet)
          for (const [at, value] of changes) bytes[at] = value
          decodesFaithfully(bytes.subarray(0, cut ?? bytes.length))
        },
      ),
      { numRuns: 10_000 },
    )
  })
})
