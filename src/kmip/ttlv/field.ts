/**
 * One TTLV item as plain data. A KMIP message is a tree of them; the tag is a number of `Tag`, or any other 24-bit number
 * in a message that somebody else made.
 *
 * - `ByteString`: a view of the bytes that were decoded, not a copy.
 * - `DateTime`: seconds since 1970-01-01T00:00:00Z.
 * - `Interval`: seconds.
 */
export type Field =
  | { readonly tag: number; readonly type: 'Structure'; readonly value: readonly Field[] }
  | { readonly tag: number; readonly type: 'Integer'; readonly value: number }
  | { readonly tag: number; readonly type: 'LongInteger'; readonly value: bigint }
  | { readonly tag: number; readonly type: 'BigInteger'; readonly value: bigint }
  | { readonly tag: number; readonly type: 'Enumeration'; readonly value: number }
  | { readonly tag: number; readonly type: 'Boolean'; readonly value: boolean }
  | { readonly tag: number; readonly type: 'TextString'; readonly value: string }
  | { readonly tag: number; readonly type: 'ByteString'; readonly value: Buffer }
  | { readonly tag: number; readonly type: 'DateTime'; readonly value: bigint }
  | { readonly tag: number; readonly type: 'Interval'; readonly value: number }

/** Bytes of tag, type and length before every value. */
export const headerLength = 8

/** A length rounded up to the eight-byte boundary that every value ends on. */
export function padded(length: number): number {
  return (length + 7) & ~7
}

/** The first field with this tag of a structure. */
export function childOf(field: Field, tag: number): Field | undefined {
  return field.type === 'Structure' ? field.value.find(child => child.tag === tag) : undefined
}
