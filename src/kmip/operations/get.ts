import { materialOf, plainKey, wrap } from '../crypto/key-material.ts'
import type { KeyBlock, KeyValue } from '../key-block.ts'
import { secretData, symmetricKey } from '../key-block.ts'
import { touch } from '../lifecycle.ts'
import type { KeyMaterial, ManagedObject, StoredFormat } from '../objects.ts'
import type { Context } from '../operation.ts'
import { findUndestroyed, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { named, once, optional, structure, text } from '../shape.ts'
import type { KeyWrappingSpecification } from '../structures.ts'
import { keyWrappingSpecification } from '../structures.ts'
import { KeyCompressionType, KeyFormatType, KeyWrapType, ObjectType } from '../ttlv/enumerations.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.11 Get */
export const get = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    keyFormatType: optional(Tag.KeyFormatType, named(KeyFormatType)),
    keyWrapType: optional(Tag.KeyWrapType, named(KeyWrapType)),
    keyCompressionType: optional(Tag.KeyCompressionType, named(KeyCompressionType)),
    keyWrappingSpecification: optional(Tag.KeyWrappingSpecification, keyWrappingSpecification),
  }),
  response: structure({
    objectType: once(Tag.ObjectType, named(ObjectType)),
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    symmetricKey: optional(Tag.SymmetricKey, symmetricKey),
    secretData: optional(Tag.SecretData, secretData),
  }),
  perform(request, context) {
    const { uniqueIdentifier, object } = findUndestroyed(request.uniqueIdentifier, context)
    const material = materialOf(object)
    const staysWrapped = material.wrapping !== undefined && request.keyWrapType !== 'NotWrapped'
    checkExtractable(object, staysWrapped || request.keyWrappingSpecification !== undefined)
    const keyBlock = keyBlockOf(object, material, request, context)
    if (object.attributes.get('Fresh') === true) {
      object.attributes.set('Fresh', false)
      touch(object, context.now)
    }
    return object.objectType === 'SymmetricKey'
      ? { objectType: object.objectType, uniqueIdentifier, symmetricKey: { keyBlock } }
      : {
          objectType: object.objectType,
          uniqueIdentifier,
          secretData: { secretDataType: object.secretDataType, keyBlock },
        }
  },
})

interface Wishes {
  readonly keyFormatType?: string | number | undefined
  readonly keyWrapType?: string | number | undefined
  readonly keyCompressionType?: string | number | undefined
  readonly keyWrappingSpecification?: KeyWrappingSpecification | undefined
}

/** 3.48 Sensitive, 3.50 Extractable */
function checkExtractable({ attributes }: ManagedObject, wrapped: boolean): void {
  if (attributes.get('Extractable') === false) {
    throw new KmipError('NotExtractable', 'The object is not extractable')
  }
  if (attributes.get('Sensitive') === true && !wrapped) {
    throw new KmipError('Sensitive', 'The object is sensitive: it can be had wrapped only')
  }
}

function keyBlockOf(
  object: ManagedObject,
  material: KeyMaterial,
  wishes: Wishes,
  context: Context,
): KeyBlock {
  if (wishes.keyCompressionType !== undefined) {
    throw new KmipError('KeyCompressionTypeNotSupported', 'There is no compressed form of this object')
  }
  const described = {
    cryptographicAlgorithm: object.attributes.get('Cryptographic Algorithm'),
    cryptographicLength: object.attributes.get('Cryptographic Length'),
  }
  if (material.wrapping !== undefined && wishes.keyWrapType !== 'NotWrapped') {
    return { ...described, ...asRegistered(material, material.wrapping, wishes) }
  }
  const keyFormatType = formatFor(wishes.keyFormatType, material.keyFormatType)
  const value = keyValueOf(object, plainKey(object, context), keyFormatType, wishes.keyWrappingSpecification)
  if (wishes.keyWrappingSpecification === undefined) return { keyFormatType, keyValue: value, ...described }
  const { wrapped, data } = wrap(value, wishes.keyWrappingSpecification, context)
  // Bytes that were wrapped without encoding stand where the open ones would, as key material. Section 2.1.4 lets them be
  // the key value itself as well, but PyKMIP's client reads no other form, and its server writes this one.
  const keyValue = data.encodingOption === 'NoEncoding' ? { keyMaterial: wrapped, attributes: [] } : wrapped
  return { keyFormatType, keyValue, ...described, keyWrappingData: data }
}

/** A key that was registered wrapped goes out as it came, unless it is asked for unwrapped. */
function asRegistered(
  { bytes, keyFormatType }: KeyMaterial,
  { data, encodedIn }: NonNullable<KeyMaterial['wrapping']>,
  wishes: Wishes,
): KeyBlock {
  if (wishes.keyWrappingSpecification !== undefined) {
    throw new KmipError('FeatureNotSupported', 'The object is wrapped already')
  }
  if (wishes.keyFormatType !== undefined && wishes.keyFormatType !== keyFormatType) throw otherFormat()
  const wrapped = bytes.revealBytes()
  return {
    keyFormatType,
    keyValue: encodedIn === 'KeyValue' ? wrapped : { keyMaterial: wrapped, attributes: [] },
    keyWrappingData: data,
  }
}

function otherFormat(): KmipError {
  return new KmipError('KeyFormatTypeNotSupported', 'The object cannot be had in this key format')
}

/** Raw and transparent symmetric keys are the same bytes, differently dressed; nothing else can be turned into another. */
function formatFor(wanted: string | number | undefined, stored: StoredFormat): StoredFormat {
  if (wanted === undefined || wanted === stored) return stored
  if (stored === 'Opaque' || (wanted !== 'Raw' && wanted !== 'TransparentSymmetricKey')) throw otherFormat()
  return wanted
}

function keyValueOf(
  object: ManagedObject,
  key: Buffer,
  format: StoredFormat,
  specification: KeyWrappingSpecification | undefined,
): KeyValue {
  const names = specification?.attributeNames ?? []
  return {
    keyMaterial: format === 'TransparentSymmetricKey' ? { key } : key,
    attributes: names.flatMap(name => object.attributes.instances(name)),
  }
}
