import { keyValue } from '../key-block.ts'
import { stateOf } from '../lifecycle.ts'
import type { KeyMaterial, ManagedObject } from '../objects.ts'
import type { Context } from '../operation.ts'
import { findUndestroyed } from '../operation.ts'
import { KmipError } from '../result.ts'
import type { ValueOf } from '../shape.ts'
import type { KeyWrappingData, KeyWrappingSpecification } from '../structures.ts'
import type { keyInformation } from '../structures.ts'
import { decode } from '../ttlv/decode.ts'
import { encode } from '../ttlv/encode.ts'
import { CryptographicUsageMask } from '../ttlv/masks.ts'
import { Tag } from '../ttlv/tags.ts'
import type { KeyWrapMode } from './key-wrap.ts'
import { isKeyWrapMode, unwrapKey, wrapKey } from './key-wrap.ts'

/** The key material of an object. Throws `KmipError` KeyValueNotPresent where the server has the attributes alone. */
export function materialOf(object: ManagedObject): KeyMaterial {
  if (object.material === undefined) {
    throw new KmipError(
      'KeyValueNotPresent',
      'The server has the attributes of this object, but not its key value',
    )
  }
  return object.material
}

/** The key itself, unwrapped if it was registered wrapped. Throws `KmipError` when the server has not what that takes. */
export function plainKey(object: ManagedObject, context: Context): Buffer {
  const { bytes, wrapping } = materialOf(object)
  if (wrapping === undefined) return bytes.revealBytes()
  const { data } = wrapping
  const { mode, key } = wrappingKey(data, 'UnwrapKey', context)
  const unwrapped = unwrapKey(mode, key, bytes.revealBytes())
  if (data.encodingOption === 'NoEncoding') return unwrapped
  const { keyMaterial } = keyValue.read(decode(unwrapped), 'refuse')
  return Buffer.isBuffer(keyMaterial) ? keyMaterial : keyMaterial.key
}

/** Wraps a key as a client asks for it (section 2.1.6): the bytes, and the data that says how. */
export function wrap(
  plain: ValueOf<typeof keyValue>,
  specification: KeyWrappingSpecification,
  context: Context,
): { readonly wrapped: Buffer; readonly data: KeyWrappingData } {
  const { wrappingMethod, encryptionKeyInformation, encodingOption, attributeNames } = specification
  const { mode, key } = wrappingKey(specification, 'WrapKey', context)
  const data = { wrappingMethod, encryptionKeyInformation, encodingOption }
  if (encodingOption !== 'NoEncoding') {
    return { wrapped: wrapKey(mode, key, encode(keyValue.write(Tag.KeyValue, plain))), data }
  }
  if (attributeNames.length > 0 || !Buffer.isBuffer(plain.keyMaterial)) {
    throw new KmipError(
      'EncodingOptionError',
      'Without encoding, nothing but the bytes of a key can be wrapped',
    )
  }
  return { wrapped: wrapKey(mode, key, plain.keyMaterial), data }
}

interface HowWrapped {
  readonly wrappingMethod: KeyWrappingData['wrappingMethod']
  readonly encryptionKeyInformation?: ValueOf<typeof keyInformation> | undefined
}

function wrappingKey(
  { wrappingMethod, encryptionKeyInformation: information }: HowWrapped,
  use: 'WrapKey' | 'UnwrapKey',
  context: Context,
): { readonly mode: KeyWrapMode; readonly key: Buffer } {
  if (wrappingMethod !== 'Encrypt') {
    throw new KmipError('FeatureNotSupported', 'The wrapping method is not Encrypt')
  }
  if (information === undefined) {
    throw new KmipError('InvalidMessage', 'The encryption key information is missing')
  }
  const { object } = findUndestroyed(information.uniqueIdentifier, context)
  if (object.objectType !== 'SymmetricKey' || object.attributes.get('Cryptographic Algorithm') !== 'AES') {
    throw new KmipError('IllegalOperation', 'The wrapping key is not an AES key')
  }
  const mask = object.attributes.get('Cryptographic Usage Mask') ?? 0
  if (stateOf(object) !== 'Active' || (mask & CryptographicUsageMask[use]) === 0) {
    throw new KmipError('PermissionDenied', 'The wrapping key is not active, or not for wrapping keys')
  }
  const parameters = information.cryptographicParameters ?? object.attributes.get('Cryptographic Parameters')
  const mode = parameters?.blockCipherMode ?? 'NISTKeyWrap'
  if (!isKeyWrapMode(mode)) throw new KmipError('FeatureNotSupported', 'The block cipher mode wraps no keys')
  const material = materialOf(object)
  if (material.wrapping !== undefined) {
    throw new KmipError('FeatureNotSupported', 'The wrapping key is itself wrapped')
  }
  return { mode, key: material.bytes.revealBytes() }
}
