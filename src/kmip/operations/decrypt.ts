import { transform } from '../crypto/cipher-operation.ts'
import { operation } from '../operation.ts'
import { boolean, bytes, once, optional, structure, text } from '../shape.ts'
import { cryptographicParameters } from '../structures.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.30 Decrypt */
export const decrypt = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    cryptographicParameters: optional(Tag.CryptographicParameters, cryptographicParameters),
    data: optional(Tag.Data, bytes),
    ivCounterNonce: optional(Tag.IVCounterNonce, bytes),
    correlationValue: optional(Tag.CorrelationValue, bytes),
    initIndicator: optional(Tag.InitIndicator, boolean),
    finalIndicator: optional(Tag.FinalIndicator, boolean),
    authenticatedEncryptionAdditionalData: optional(Tag.AuthenticatedEncryptionAdditionalData, bytes),
    authenticatedEncryptionTag: optional(Tag.AuthenticatedEncryptionTag, bytes),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    data: optional(Tag.Data, bytes),
    correlationValue: optional(Tag.CorrelationValue, bytes),
  }),
  perform: (request, context) => transform('decrypt', request, context),
})
