import type { ValueOf } from './shape.ts'
import {
  boolean,
  bytes,
  integer,
  longInteger,
  many,
  named,
  once,
  optional,
  structure,
  text,
} from './shape.ts'
import {
  AlternativeNameType,
  BlockCipherMode,
  CryptographicAlgorithm,
  DigitalSignatureAlgorithm,
  DRBGAlgorithm,
  EncodingOption,
  FIPS186Variation,
  HashingAlgorithm,
  KeyFormatType,
  KeyRoleType,
  KeyValueLocationType,
  LinkType,
  MaskGenerator,
  NameType,
  PaddingMethod,
  RecommendedCurve,
  RevocationReasonCode,
  RNGAlgorithm,
  UsageLimitsUnit,
  WrappingMethod,
} from './ttlv/enumerations.ts'
import { Tag } from './ttlv/tags.ts'

// Structures that attributes and operations are made of. The number before each is its section in KMIP 1.4.

/** 3.2 Name */
export const name = structure({
  nameValue: once(Tag.NameValue, text),
  nameType: once(Tag.NameType, named(NameType)),
})
export type Name = ValueOf<typeof name>

/** 3.6 Cryptographic Parameters */
export const cryptographicParameters = structure({
  blockCipherMode: optional(Tag.BlockCipherMode, named(BlockCipherMode)),
  paddingMethod: optional(Tag.PaddingMethod, named(PaddingMethod)),
  hashingAlgorithm: optional(Tag.HashingAlgorithm, named(HashingAlgorithm)),
  keyRoleType: optional(Tag.KeyRoleType, named(KeyRoleType)),
  digitalSignatureAlgorithm: optional(Tag.DigitalSignatureAlgorithm, named(DigitalSignatureAlgorithm)),
  cryptographicAlgorithm: optional(Tag.CryptographicAlgorithm, named(CryptographicAlgorithm)),
  randomIV: optional(Tag.RandomIV, boolean),
  ivLength: optional(Tag.IVLength, integer),
  tagLength: optional(Tag.TagLength, integer),
  fixedFieldLength: optional(Tag.FixedFieldLength, integer),
  invocationFieldLength: optional(Tag.InvocationFieldLength, integer),
  counterLength: optional(Tag.CounterLength, integer),
  initialCounterValue: optional(Tag.InitialCounterValue, integer),
  saltLength: optional(Tag.SaltLength, integer),
  maskGenerator: optional(Tag.MaskGenerator, named(MaskGenerator)),
  maskGeneratorHashingAlgorithm: optional(Tag.MaskGeneratorHashingAlgorithm, named(HashingAlgorithm)),
  pSource: optional(Tag.PSource, bytes),
  trailerField: optional(Tag.TrailerField, integer),
})
export type CryptographicParameters = ValueOf<typeof cryptographicParameters>

/** 3.17 Digest */
export const digest = structure({
  hashingAlgorithm: once(Tag.HashingAlgorithm, named(HashingAlgorithm)),
  digestValue: optional(Tag.DigestValue, bytes),
  keyFormatType: optional(Tag.KeyFormatType, named(KeyFormatType)),
})

/** 3.21 Usage Limits. The count is what is left; the server keeps it. */
export const usageLimits = structure({
  usageLimitsTotal: once(Tag.UsageLimitsTotal, longInteger),
  usageLimitsCount: optional(Tag.UsageLimitsCount, longInteger),
  usageLimitsUnit: once(Tag.UsageLimitsUnit, named(UsageLimitsUnit)),
})

/** 3.31 Revocation Reason */
export const revocationReason = structure({
  revocationReasonCode: once(Tag.RevocationReasonCode, named(RevocationReasonCode)),
  revocationMessage: optional(Tag.RevocationMessage, text),
})
export type RevocationReason = ValueOf<typeof revocationReason>

/** 3.35 Link */
export const link = structure({
  linkType: once(Tag.LinkType, named(LinkType)),
  linkedObjectIdentifier: once(Tag.LinkedObjectIdentifier, text),
})

/** 3.36 Application Specific Information */
export const applicationSpecificInformation = structure({
  applicationNamespace: once(Tag.ApplicationNamespace, text),
  applicationData: optional(Tag.ApplicationData, text),
})

/** 3.40 Alternative Name */
export const alternativeName = structure({
  alternativeNameValue: once(Tag.AlternativeNameValue, text),
  alternativeNameType: once(Tag.AlternativeNameType, named(AlternativeNameType)),
})

/** 3.42 Key Value Location */
export const keyValueLocation = structure({
  keyValueLocationValue: once(Tag.KeyValueLocationValue, text),
  keyValueLocationType: once(Tag.KeyValueLocationType, named(KeyValueLocationType)),
})

/** 2.1.18 RNG Parameters, also the value of 3.44 Random Number Generator */
export const rngParameters = structure({
  rngAlgorithm: once(Tag.RNGAlgorithm, named(RNGAlgorithm)),
  cryptographicAlgorithm: optional(Tag.CryptographicAlgorithm, named(CryptographicAlgorithm)),
  cryptographicLength: optional(Tag.CryptographicLength, integer),
  hashingAlgorithm: optional(Tag.HashingAlgorithm, named(HashingAlgorithm)),
  drbgAlgorithm: optional(Tag.DRBGAlgorithm, named(DRBGAlgorithm)),
  recommendedCurve: optional(Tag.RecommendedCurve, named(RecommendedCurve)),
  fips186Variation: optional(Tag.FIPS186Variation, named(FIPS186Variation)),
  predictionResistance: optional(Tag.PredictionResistance, boolean),
})

/** 2.1.5 Encryption Key Information, and 2.1.5 MAC/Signature Key Information, which looks the same */
export const keyInformation = structure({
  uniqueIdentifier: once(Tag.UniqueIdentifier, text),
  cryptographicParameters: optional(Tag.CryptographicParameters, cryptographicParameters),
})

/** 2.1.5 Key Wrapping Data */
export const keyWrappingData = structure({
  wrappingMethod: once(Tag.WrappingMethod, named(WrappingMethod)),
  encryptionKeyInformation: optional(Tag.EncryptionKeyInformation, keyInformation),
  macSignatureKeyInformation: optional(Tag.MACSignatureKeyInformation, keyInformation),
  macSignature: optional(Tag.MACSignature, bytes),
  ivCounterNonce: optional(Tag.IVCounterNonce, bytes),
  encodingOption: optional(Tag.EncodingOption, named(EncodingOption)),
})
export type KeyWrappingData = ValueOf<typeof keyWrappingData>

/** 2.1.6 Key Wrapping Specification */
export const keyWrappingSpecification = structure({
  wrappingMethod: once(Tag.WrappingMethod, named(WrappingMethod)),
  encryptionKeyInformation: optional(Tag.EncryptionKeyInformation, keyInformation),
  macSignatureKeyInformation: optional(Tag.MACSignatureKeyInformation, keyInformation),
  attributeNames: many(Tag.AttributeName, text),
  encodingOption: optional(Tag.EncodingOption, named(EncodingOption)),
})
export type KeyWrappingSpecification = ValueOf<typeof keyWrappingSpecification>
