import { createCipheriv, createDecipheriv } from 'node:crypto'
import { KmipError } from '../result.ts'

/** Key wrapping with AES: the block cipher modes that stand for it, and what node:crypto calls them. */
const wrappings = {
  /** NIST AES key wrap: RFC 3394, its default initial value. */
  NISTKeyWrap: { cipher: 'wrap', iv: Buffer.from('a6a6a6a6a6a6a6a6', 'hex') },
  /** The same with padding: RFC 5649, its alternative initial value. */
  AESKeyWrapPadding: { cipher: 'wrap-pad', iv: Buffer.from('a65959a6', 'hex') },
} as const
export type KeyWrapMode = keyof typeof wrappings

export function isKeyWrapMode(mode: string | number | undefined): mode is KeyWrapMode {
  return mode === 'NISTKeyWrap' || mode === 'AESKeyWrapPadding'
}

/** Wraps `plain` with an AES key. Throws `KmipError` CryptographicFailure when the mode cannot wrap so many bytes. */
export function wrapKey(mode: KeyWrapMode, wrappingKey: Buffer, plain: Buffer): Buffer {
  const { cipher, iv } = wrappings[mode]
  try {
    const wrap = createCipheriv(`id-aes${wrappingKey.length * 8}-${cipher}`, wrappingKey, iv)
    return Buffer.concat([wrap.update(plain), wrap.final()])
  } catch {
    throw new KmipError(
      'CryptographicFailure',
      'The key cannot be wrapped with this key and block cipher mode',
    )
  }
}

/** Unwraps what `wrapKey` made. Throws `KmipError` CryptographicFailure when it was not made with this key. */
export function unwrapKey(mode: KeyWrapMode, wrappingKey: Buffer, wrapped: Buffer): Buffer {
  const { cipher, iv } = wrappings[mode]
  try {
    const unwrap = createDecipheriv(`id-aes${wrappingKey.length * 8}-${cipher}`, wrappingKey, iv)
    return Buffer.concat([unwrap.update(wrapped), unwrap.final()])
  } catch {
    throw new KmipError(
      'CryptographicFailure',
      'The key cannot be unwrapped with this key and block cipher mode',
    )
  }
}
