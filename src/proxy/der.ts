import type { Asn1 } from 'node-forge/lib/asn1.js'

export type Der = Asn1

/** Writes the ASN.1 types that a certificate is made of, as DER. */
export interface DerWriter {
  sequence(...items: readonly Der[]): Der
  set(...items: readonly Der[]): Der
  /** `[n]` around a value: EXPLICIT tagging. */
  explicit(tag: number, item: Der): Der
  /** `[n]` in place of the type of a primitive value: IMPLICIT tagging. */
  implicit(tag: number, bytes: Buffer): Der
  oid(dotted: string): Der
  boolean(value: boolean): Der
  /** Unsigned, big-endian, in as few bytes as it takes. */
  integer(bytes: Buffer): Der
  bitString(bytes: Buffer, unusedBits?: number): Der
  octetString(content: Der | Buffer): Der
  utf8String(text: string): Der
  time(date: Date): Der
  /** Something that is DER already. */
  encoded(der: Buffer): Der
  bytes(item: Der): Buffer
}

/** Loads node-forge's DER writer. */
export async function derWriter(): Promise<DerWriter> {
  const { default: asn1 } = await import('node-forge/lib/asn1.js')
  const { Class, Type } = asn1
  // forge keeps bytes in strings, one a character.
  const primitive = (type: number, bytes: Buffer) =>
    asn1.create(Class.UNIVERSAL, type, false, bytes.toString('latin1'))
  const constructed = (type: number, items: readonly Der[]) =>
    asn1.create(Class.UNIVERSAL, type, true, [...items])
  const bytes = (item: Der) => Buffer.from(asn1.toDer(item).getBytes(), 'latin1')
  return {
    sequence: (...items) => constructed(Type.SEQUENCE, items),
    set: (...items) => constructed(Type.SET, items),
    explicit: (tag, item) => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, [item]),
    implicit: (tag, content) => asn1.create(Class.CONTEXT_SPECIFIC, tag, false, content.toString('latin1')),
    oid: dotted => asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(dotted).getBytes()),
    boolean: value => primitive(Type.BOOLEAN, Buffer.of(value ? 0xff : 0)),
    integer: content =>
      primitive(Type.INTEGER, isNegative(content) ? Buffer.concat([Buffer.of(0), content]) : content),
    bitString: (content, unusedBits = 0) =>
      primitive(Type.BITSTRING, Buffer.concat([Buffer.of(unusedBits), content])),
    octetString: content => primitive(Type.OCTETSTRING, Buffer.isBuffer(content) ? content : bytes(content)),
    utf8String: text => primitive(Type.UTF8, Buffer.from(text)),
    // RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
    time: date =>
      date.getUTCFullYear() < 2050
        ? asn1.create(Class.UNIVERSAL, Type.UTCTIME, false, asn1.dateToUtcTime(date))
        : asn1.create(Class.UNIVERSAL, Type.GENERALIZEDTIME, false, asn1.dateToGeneralizedTime(date)),
    encoded: der => asn1.fromDer(der.toString('latin1')),
    bytes,
  }
}

/** DER integers are signed: one whose first bit is set needs a zero byte before it. */
function isNegative(integer: Buffer): boolean {
  return ((integer[0] ?? 0) & 0x80) !== 0
}
