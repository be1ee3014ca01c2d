import type { ProtocolVersion, RequestHeader } from '../messages.ts'
import { newestVersion, protocolVersion, requestHeader } from '../messages.ts'
import { KmipError } from '../result.ts'
import type { UnknownFields } from '../shape.ts'
import type { Field } from '../ttlv/field.ts'
import { childOf } from '../ttlv/field.ts'
import { Tag } from '../ttlv/tags.ts'

/** A request whose header is read. Its batch items are not yet: each fails by itself. */
export interface Request {
  readonly header: RequestHeader
  readonly items: readonly Field[]
  readonly unknownFields: UnknownFields
}

/**
 * The version that a request wants to be spoken in, read before all else, since what its header may hold depends on it.
 * Throws `KmipError` InvalidMessage for what is no request.
 */
export function versionOf(message: Field): ProtocolVersion {
  if (message.tag !== Tag.RequestMessage) {
    throw new KmipError('InvalidMessage', 'This is not a request message')
  }
  const header = childOf(message, Tag.RequestHeader)
  const field = header && childOf(header, Tag.ProtocolVersion)
  if (field === undefined) throw new KmipError('InvalidMessage', 'The request has no protocol version')
  return protocolVersion.read(field, 'ignore')
}

/** Whether this library speaks a version. */
export function isSpoken({ major, minor }: ProtocolVersion): boolean {
  return major === newestVersion.major && minor >= 0 && minor <= newestVersion.minor
}

/** Reads what a request as a whole depends on. Throws `KmipError` for what fails it as a whole. */
export function readRequest(message: Field, asked: ProtocolVersion): Request {
  if (asked.major !== newestVersion.major) {
    throw new KmipError('InvalidMessage', 'This server speaks KMIP 1.0 to 1.4')
  }
  const unknownFields = isSpoken(asked) ? 'refuse' : 'ignore'
  const [headerField, ...items] = message.type === 'Structure' ? message.value : []
  if (headerField?.tag !== Tag.RequestHeader || items.some(({ tag }) => tag !== Tag.BatchItem)) {
    throw new KmipError('InvalidMessage', 'A request message is a request header, then batch items')
  }
  const header = requestHeader.read(headerField, unknownFields)
  if (header.batchCount !== items.length || items.length === 0) {
    throw new KmipError('InvalidMessage', 'The batch count is not the number of batch items')
  }
  if (items.length > 1 && !items.every(item => childOf(item, Tag.UniqueBatchItemID))) {
    throw new KmipError('InvalidMessage', 'Of several batch items, each needs a unique batch item id')
  }
  if (header.batchErrorContinuationOption === 'Undo') {
    throw new KmipError('FeatureNotSupported', 'The batch error continuation option Undo is not supported')
  }
  return { header, items, unknownFields }
}
