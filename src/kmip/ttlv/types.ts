/** Item types and their codes (KMIP 1.4, section 9.1.1.2, table "Allowed Item Type Values"). */
export const ItemType = {
  Structure: 0x01,
  Integer: 0x02,
  LongInteger: 0x03,
  BigInteger: 0x04,
  Enumeration: 0x05,
  Boolean: 0x06,
  TextString: 0x07,
  ByteString: 0x08,
  DateTime: 0x09,
  Interval: 0x0a,
} as const

/** By type code: the length in bytes of the types whose length is fixed (section 9.1.1.3, "Allowed Item Length Values"). */
export const fixedLengthOf: Readonly<Record<number, number>> = {
  [ItemType.Integer]: 4,
  [ItemType.LongInteger]: 8,
  [ItemType.Enumeration]: 4,
  [ItemType.Boolean]: 8,
  [ItemType.DateTime]: 8,
  [ItemType.Interval]: 4,
}
