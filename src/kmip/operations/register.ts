import { Secret } from '../../lib/secret.ts'
import { templateAttribute } from '../attribute.ts'
import type { AttributeSet } from '../attributes/attribute-set.ts'
import type { KeyBlock } from '../key-block.ts'
import { secretData, symmetricKey } from '../key-block.ts'
import { keyLengthInBytes, newAttributes, register as registerObject } from '../new-object.ts'
import type { KeyMaterial, StoredFormat } from '../objects.ts'
import { operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { named, once, optional, structure, text } from '../shape.ts'
import { ObjectType } from '../ttlv/enumerations.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.3 Register */
export const register = operation({
  request: structure({
    objectType: once(Tag.ObjectType, named(ObjectType)),
    templateAttribute: once(Tag.TemplateAttribute, templateAttribute),
    symmetricKey: optional(Tag.SymmetricKey, symmetricKey),
    secretData: optional(Tag.SecretData, secretData),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    templateAttribute: optional(Tag.TemplateAttribute, templateAttribute),
  }),
  perform({ objectType, templateAttribute: template, ...object }, context) {
    if (objectType === 'SymmetricKey') {
      const { keyBlock } = required(object.symmetricKey)
      const attributes = newAttributes(objectType, template, context)
      describe(attributes, keyBlock)
      const material = materialFrom(keyBlock)
      checkLength(attributes, material)
      return { uniqueIdentifier: registerObject({ objectType, attributes, material }, context) }
    }
    if (objectType === 'SecretData') {
      const { secretDataType, keyBlock } = required(object.secretData)
      const attributes = newAttributes(objectType, template, context)
      describe(attributes, keyBlock)
      const material = materialFrom(keyBlock)
      return {
        uniqueIdentifier: registerObject({ objectType, secretDataType, attributes, material }, context),
      }
    }
    throw new KmipError('InvalidField', 'Objects of this type are not kept here')
  },
})

function required<T>(object: T | undefined): T {
  if (object === undefined) {
    throw new KmipError('InvalidMessage', 'The object is missing, or of another type than is said')
  }
  return object
}

/** Algorithm and length may stand in the attributes, in the key block, or in both; they may not contradict each other. */
function describe(attributes: AttributeSet, { cryptographicAlgorithm, cryptographicLength }: KeyBlock): void {
  const algorithm = attributes.get('Cryptographic Algorithm') ?? cryptographicAlgorithm
  const length = attributes.get('Cryptographic Length') ?? cryptographicLength
  if (algorithm !== (cryptographicAlgorithm ?? algorithm) || length !== (cryptographicLength ?? length)) {
    throw new KmipError('InvalidField', 'The key block and the attributes contradict each other')
  }
  if (algorithm !== undefined) attributes.set('Cryptographic Algorithm', algorithm)
  if (length !== undefined) attributes.set('Cryptographic Length', length)
}

const storedFormats: readonly (string | number)[] = [
  'Raw',
  'Opaque',
  'TransparentSymmetricKey',
] satisfies StoredFormat[]

function isStoredFormat(format: string | number): format is StoredFormat {
  return storedFormats.includes(format)
}

/** The key material of a key block: undefined when the client keeps the key to itself (3.42 Key Value Location). */
function materialFrom(keyBlock: KeyBlock): KeyMaterial | undefined {
  const { keyFormatType, keyValue, keyWrappingData, keyCompressionType } = keyBlock
  if (!isStoredFormat(keyFormatType)) {
    throw new KmipError('KeyFormatTypeNotSupported', 'Keys of this format are not kept here')
  }
  if (keyCompressionType !== undefined) {
    throw new KmipError('KeyCompressionTypeNotSupported', 'Compressed keys are not kept here')
  }
  if (keyValue === undefined) return undefined
  const keyMaterial = Buffer.isBuffer(keyValue) ? keyValue : keyValue.keyMaterial
  const isTransparent = !Buffer.isBuffer(keyMaterial)
  if (keyWrappingData !== undefined) {
    if (isTransparent) {
      throw new KmipError('InvalidMessage', 'The key material is not wrapped, though it is said to be')
    }
    const encodedIn = Buffer.isBuffer(keyValue) ? 'KeyValue' : 'KeyMaterial'
    return { keyFormatType, bytes: new Secret(keyMaterial), wrapping: { data: keyWrappingData, encodedIn } }
  }
  if (Buffer.isBuffer(keyValue) || isTransparent !== (keyFormatType === 'TransparentSymmetricKey')) {
    throw new KmipError('InvalidMessage', 'The key value does not fit the key format')
  }
  return { keyFormatType, bytes: new Secret(isTransparent ? keyMaterial.key : keyMaterial) }
}

/** Holds the length against the key where the key is in the open; fills in one that was left out. */
function checkLength(attributes: AttributeSet, material: KeyMaterial | undefined): void {
  if (material === undefined || material.wrapping !== undefined || material.keyFormatType === 'Opaque') return
  const bytes = material.bytes.revealBytes().length
  const algorithm = attributes.get('Cryptographic Algorithm')
  const length = attributes.get('Cryptographic Length')
  if (length === undefined) attributes.set('Cryptographic Length', bytes * 8)
  else if ((keyLengthInBytes(algorithm, length) ?? length / 8) !== bytes) {
    throw new KmipError('InvalidField', 'The cryptographic length is not that of the key')
  }
  if (algorithm === 'AES' && ![16, 24, 32].includes(bytes)) {
    throw new KmipError('InvalidField', 'An AES key has 128, 192 or 256 bits')
  }
}
