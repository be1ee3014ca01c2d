import { randomUUID } from 'node:crypto'
import { asKmipError, failure, respondToItem } from './batch-item.ts'
import { CipherStreams } from './cipher-streams.ts'
import type { Happening, KmipEvent, Origin } from './event.ts'
import { printable } from './event.ts'
import type { ProtocolVersion, RequestHeader, ResponseItem } from './messages.ts'
import { newestVersion, protocolVersion, requestHeader, responseMessage } from './messages.ts'
import type { ObjectStore } from './objects.ts'
import type { Context } from './operation.ts'
import type { Policy } from './policy.ts'
import { KmipError } from './result.ts'
import type { UnknownFields } from './shape.ts'
import { decode } from './ttlv/decode.ts'
import { encode } from './ttlv/encode.ts'
import type { Field } from './ttlv/field.ts'
import { childOf } from './ttlv/field.ts'
import { Tag } from './ttlv/tags.ts'

export interface ResponderOptions {
  readonly store: ObjectStore
  readonly policy: Policy
  readonly onEvent?: ((event: KmipEvent) => void) | undefined
}

/** The server without its sockets: the bytes of a request in, the bytes of its response out. */
export interface Responder {
  /** `peer` is who asks, for the events. Throws nothing, whatever the request. */
  respond(request: Buffer, peer: string): Buffer
  /** The response to what is not even the beginning of a request. */
  refuse(message: string, peer: string): Buffer
  /** Forgets the encryptions under way. */
  close(): void
}

export function createResponder(options: ResponderOptions): Responder {
  const streams = new CipherStreams()
  const tell = (happening: Happening, origin: Origin) => options.onEvent?.({ ...happening, ...origin })
  const refuse = (error: KmipError, version: ProtocolVersion, peer: string): Buffer => {
    tell(
      { type: 'refused', operation: undefined, reason: error.resultReason, message: error.message },
      { peer },
    )
    return encode(responseField({ version, items: [failure(error, version.minor)] }))
  }
  return {
    respond(bytes, peer) {
      let version = oldestVersion
      try {
        const message = decode(bytes)
        const asked = versionOf(message)
        version = isSpoken(asked) ? asked : newestVersion
        const request = readRequest(message, asked)
        const origin: Origin = { peer, correlation: correlationOf(request.header) }
        const context = newContext(options, streams, version)
        const items = respondToItems(request, context, happening => tell(happening, origin))
        return encodeWithin(request.header.maximumResponseSize, { version, items, correlation: origin.correlation })
      } catch (thrown) {
        return refuse(asKmipError(thrown), version, peer)
      }
    },
    refuse: (message, peer) => refuse(new KmipError('InvalidMessage', message), oldestVersion, peer),
    close: () => streams.clear(),
  }
}

/** What whoever sends something unreadable is answered in: every client knows it. */
const oldestVersion: ProtocolVersion = { major: 1, minor: 0 }

/** Read before all else, since what else a header may hold depends on it. */
function versionOf(message: Field): ProtocolVersion {
  if (message.tag !== Tag.RequestMessage)
    throw new KmipError('InvalidMessage', 'This is not a request message')
  const header = childOf(message, Tag.RequestHeader)
  const field = header && childOf(header, Tag.ProtocolVersion)
  if (field === undefined) throw new KmipError('InvalidMessage', 'The request has no protocol version')
  return protocolVersion.read(field, 'ignore')
}

function isSpoken({ major, minor }: ProtocolVersion): boolean {
  return major === newestVersion.major && minor >= 0 && minor <= newestVersion.minor
}

interface Request {
  readonly header: RequestHeader
  /** Not read yet: each batch item fails by itself. */
  readonly items: readonly Field[]
  readonly unknownFields: UnknownFields
}

/** Reads what the request as a whole depends on. Throws `KmipError` for what fails it as a whole. */
function readRequest(message: Field, asked: ProtocolVersion): Request {
  if (asked.major !== newestVersion.major)
    throw new KmipError('InvalidMessage', 'This server speaks KMIP 1.0 to 1.4')
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

function newContext(
  { store, policy }: ResponderOptions,
  streams: CipherStreams,
  version: ProtocolVersion,
): Context {
  return {
    store,
    policy,
    streams,
    version,
    now: BigInt(Math.floor(Date.now() / 1000)),
    placeholder: undefined,
  }
}

/**
 * A server names every request (section 6.19). To a client that names none itself that would be a field of 1.4 that it may
 * not know: PyKMIP's does not.
 */
function correlationOf({ clientCorrelationValue }: RequestHeader): Origin['correlation'] {
  return clientCorrelationValue === undefined
    ? undefined
    : { client: printable(clientCorrelationValue), server: randomUUID() }
}

/** Carries out the items in their order, up to the first that fails, or all if the client wants that. */
function respondToItems(
  { header, items, unknownFields }: Request,
  context: Context,
  tell: (happening: Happening) => void,
): ResponseItem[] {
  const responses: ResponseItem[] = []
  for (const item of items) {
    const response = respondToItem(item, unknownFields, context, tell)
    responses.push(response)
    if (response.resultStatus !== 'Success' && header.batchErrorContinuationOption !== 'Continue') break
  }
  return responses
}

interface Response {
  readonly version: ProtocolVersion
  readonly items: readonly ResponseItem[]
  readonly correlation?: Origin['correlation']
}

function responseField({ version, items, correlation }: Response): Field {
  return responseMessage.write(Tag.ResponseMessage, {
    header: {
      protocolVersion: version,
      timeStamp: BigInt(Math.floor(Date.now() / 1000)),
      attestationTypes: [],
      serverCorrelationValue: correlation?.server,
      batchCount: items.length,
    },
    items,
  })
}

/** The response, or that it is too large for the client (section 6.3), with every item's operation and id all the same. */
function encodeWithin(maximumSize: number | undefined, response: Response): Buffer {
  const bytes = encode(responseField(response))
  if (maximumSize === undefined || bytes.length <= maximumSize) return bytes
  const tooLarge = failure(
    new KmipError('ResponseTooLarge', 'The response is larger than the maximum response size'),
    response.version.minor,
  )
  const items = response.items.map(({ operation, uniqueBatchItemId }) => ({
    operation,
    uniqueBatchItemId,
    ...tooLarge,
  }))
  return encode(responseField({ ...response, items }))
}
