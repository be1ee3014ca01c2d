import { attribute } from './attribute.ts'
import type { ValueOf } from './shape.ts'
import { bytes, bytesOr, integer, many, named, once, optional, structure } from './shape.ts'
import { keyWrappingData } from './structures.ts'
import {
  CryptographicAlgorithm,
  KeyCompressionType,
  KeyFormatType,
  SecretDataType,
} from './ttlv/enumerations.ts'
import { Tag } from './ttlv/tags.ts'

/** 2.1.7.1 Transparent Symmetric Key */
export const transparentSymmetricKey = structure({ key: once(Tag.Key, bytes) })

/** 2.1.4 Key Value, in the open. Attributes stand here only when they were wrapped together with the key. */
export const keyValue = structure({
  keyMaterial: once(Tag.KeyMaterial, bytesOr(transparentSymmetricKey)),
  attributes: many(Tag.Attribute, attribute),
})
export type KeyValue = ValueOf<typeof keyValue>

/** 2.1.3 Key Block. The key value is a Byte String when it is wrapped. */
export const keyBlock = structure({
  keyFormatType: once(Tag.KeyFormatType, named(KeyFormatType)),
  keyCompressionType: optional(Tag.KeyCompressionType, named(KeyCompressionType)),
  keyValue: optional(Tag.KeyValue, bytesOr(keyValue)),
  cryptographicAlgorithm: optional(Tag.CryptographicAlgorithm, named(CryptographicAlgorithm)),
  cryptographicLength: optional(Tag.CryptographicLength, integer),
  keyWrappingData: optional(Tag.KeyWrappingData, keyWrappingData),
})
export type KeyBlock = ValueOf<typeof keyBlock>

/** 2.2.2 Symmetric Key */
export const symmetricKey = structure({ keyBlock: once(Tag.KeyBlock, keyBlock) })

/** 2.2.7 Secret Data */
export const secretData = structure({
  secretDataType: once(Tag.SecretDataType, named(SecretDataType)),
  keyBlock: once(Tag.KeyBlock, keyBlock),
})
