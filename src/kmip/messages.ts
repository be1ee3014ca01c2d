import type { ValueOf } from './shape.ts'
import {
  anything,
  boolean,
  bytes,
  dateTime,
  integer,
  many,
  named,
  once,
  optional,
  structure,
  text,
} from './shape.ts'
import {
  AttestationType,
  BatchErrorContinuationOption,
  CredentialType,
  Operation,
  ResultReason,
  ResultStatus,
} from './ttlv/enumerations.ts'
import { Tag } from './ttlv/tags.ts'

/** 6.1 Protocol Version */
export const protocolVersion = structure({
  major: once(Tag.ProtocolVersionMajor, integer),
  minor: once(Tag.ProtocolVersionMinor, integer),
})
export type ProtocolVersion = ValueOf<typeof protocolVersion>

/** The newest version that this library speaks. */
export const newestVersion: ProtocolVersion = { major: 1, minor: 4 }

/** All versions that this library speaks, newest first, as Discover Versions wants them. */
export const versions: readonly ProtocolVersion[] = [4, 3, 2, 1, 0].map(minor => ({ major: 1, minor }))

/** 2.1.2 Credential. Its value is not looked at: whoever has a client certificate is who it says. */
const credential = structure({
  credentialType: once(Tag.CredentialType, named(CredentialType)),
  credentialValue: once(Tag.CredentialValue, anything),
})

/** 6.6 Authentication */
const authentication = structure({ credentials: many(Tag.Credential, credential) })

/** 2.1.14 Nonce */
const nonce = structure({ nonceId: once(Tag.NonceID, bytes), nonceValue: once(Tag.NonceValue, bytes) })

/** 6.16 Message Extension */
export const messageExtension = structure({
  vendorIdentification: once(Tag.VendorIdentification, text),
  criticalityIndicator: once(Tag.CriticalityIndicator, boolean),
  vendorExtension: once(Tag.VendorExtension, anything),
})

/** 7.2 Request Header */
export const requestHeader = structure({
  protocolVersion: once(Tag.ProtocolVersion, protocolVersion),
  maximumResponseSize: optional(Tag.MaximumResponseSize, integer),
  clientCorrelationValue: optional(Tag.ClientCorrelationValue, text),
  serverCorrelationValue: optional(Tag.ServerCorrelationValue, text),
  asynchronousIndicator: optional(Tag.AsynchronousIndicator, boolean),
  attestationCapableIndicator: optional(Tag.AttestationCapableIndicator, boolean),
  attestationTypes: many(Tag.AttestationType, named(AttestationType)),
  authentication: optional(Tag.Authentication, authentication),
  batchErrorContinuationOption: optional(
    Tag.BatchErrorContinuationOption,
    named(BatchErrorContinuationOption),
  ),
  batchOrderOption: optional(Tag.BatchOrderOption, boolean),
  timeStamp: optional(Tag.TimeStamp, dateTime),
  batchCount: once(Tag.BatchCount, integer),
})
export type RequestHeader = ValueOf<typeof requestHeader>

/** 7.2 Request Batch Item. The payload is read when the operation is known, so that a bad one fails its item alone. */
export const requestItem = structure({
  operation: once(Tag.Operation, named(Operation)),
  uniqueBatchItemId: optional(Tag.UniqueBatchItemID, bytes),
  requestPayload: once(Tag.RequestPayload, anything),
  messageExtension: optional(Tag.MessageExtension, messageExtension),
})
export type RequestItem = ValueOf<typeof requestItem>

/** 7.1 Request Message */
export const requestMessage = structure({
  header: once(Tag.RequestHeader, requestHeader),
  items: many(Tag.BatchItem, requestItem),
})
export type RequestMessage = ValueOf<typeof requestMessage>

/** 7.2 Response Header */
export const responseHeader = structure({
  protocolVersion: once(Tag.ProtocolVersion, protocolVersion),
  timeStamp: once(Tag.TimeStamp, dateTime),
  nonce: optional(Tag.Nonce, nonce),
  attestationTypes: many(Tag.AttestationType, named(AttestationType)),
  clientCorrelationValue: optional(Tag.ClientCorrelationValue, text),
  serverCorrelationValue: optional(Tag.ServerCorrelationValue, text),
  batchCount: once(Tag.BatchCount, integer),
})
export type ResponseHeader = ValueOf<typeof responseHeader>

/** 7.2 Response Batch Item */
export const responseItem = structure({
  operation: optional(Tag.Operation, named(Operation)),
  uniqueBatchItemId: optional(Tag.UniqueBatchItemID, bytes),
  resultStatus: once(Tag.ResultStatus, named(ResultStatus)),
  resultReason: optional(Tag.ResultReason, named(ResultReason)),
  resultMessage: optional(Tag.ResultMessage, text),
  asynchronousCorrelationValue: optional(Tag.AsynchronousCorrelationValue, bytes),
  responsePayload: optional(Tag.ResponsePayload, anything),
  messageExtension: optional(Tag.MessageExtension, messageExtension),
})
export type ResponseItem = ValueOf<typeof responseItem>

/** 7.1 Response Message */
export const responseMessage = structure({
  header: once(Tag.ResponseHeader, responseHeader),
  items: many(Tag.BatchItem, responseItem),
})
export type ResponseMessage = ValueOf<typeof responseMessage>
