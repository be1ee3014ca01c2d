import { KmipConnectionError } from './client-connection.ts'
import type { ProtocolVersion, RequestHeader, ResponseItem } from './messages.ts'
import { requestMessage, responseMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import type { KnownOperation, RequestOf, ResponseOf } from './operations/table.ts'
import { operations } from './operations/table.ts'
import { KmipError } from './result.ts'
import { decode, maximumMessageLength } from './ttlv/decode.ts'
import { encode } from './ttlv/encode.ts'
import { Tag } from './ttlv/tags.ts'

// Requests and responses from the client's side, as bytes.

/** One item of a batch. An item that names no object means that of the item before (the ID Placeholder). */
export type BatchRequestItem = {
  [N in KnownOperation]: { readonly operation: N; readonly request: RequestOf<N> }
}[KnownOperation]

/** A request: one item or several, and what of its header is the client's to choose. */
export interface BatchRequest {
  readonly items: readonly BatchRequestItem[]
  /** Whether the items after one that fails are carried out; they are not, unless this says so. */
  readonly onError?: 'Continue' | 'Stop' | undefined
  /** What the client calls the request (1.4). */
  readonly clientCorrelationValue?: string | undefined
}

/** What one item of a batch was answered with. Items after one that failed may have none. */
export type BatchAnswer =
  | {
      [N in KnownOperation]: {
        readonly operation: N
        readonly response: ResponseOf<N>
        readonly error?: undefined
      }
    }[KnownOperation]
  | { readonly operation: KnownOperation; readonly error: KmipError }

export function writeRequest(version: ProtocolVersion, batch: BatchRequest): Buffer {
  const { items, onError, clientCorrelationValue } = batch
  const header: RequestHeader = {
    protocolVersion: version,
    // What `decode` takes: a server that has more to say had better say that.
    maximumResponseSize: maximumMessageLength,
    clientCorrelationValue,
    attestationTypes: [],
    batchErrorContinuationOption: onError,
    batchOrderOption: items.length > 1 ? true : undefined,
    batchCount: items.length,
  }
  return encode(
    requestMessage.write(Tag.RequestMessage, {
      header,
      items: items.map(({ operation, request }, index) => ({
        operation,
        uniqueBatchItemId: items.length > 1 ? Buffer.from([index]) : undefined,
        requestPayload: definition(operation).request.write(Tag.RequestPayload, request),
      })),
    }),
  )
}

function definition(name: KnownOperation): Operation<unknown, unknown> {
  return operations[name]
}

/** Throws `KmipConnectionError` for what is no response to this batch, `KmipError` when the batch was refused as a whole. */
export function readResponse(bytes: Buffer, { items }: BatchRequest): BatchAnswer[] {
  const { items: answers } = wellFormed(() => responseMessage.read(decode(bytes), 'ignore'))
  const [first] = answers
  // Without its operation, an item speaks for the whole request (KMIP 1.4, section 11.1).
  if (first !== undefined && first.operation === undefined && first.resultStatus !== 'Success') {
    throw errorOf(first, items[0]?.operation)
  }
  return answers.map((answer, index) => readAnswer(answer, items[index]))
}

function readAnswer(answer: ResponseItem, asked: BatchRequestItem | undefined): BatchAnswer {
  if (asked === undefined || (answer.operation !== undefined && answer.operation !== asked.operation)) {
    throw new KmipConnectionError('malformed', 'The server has answered something else than what was asked')
  }
  const { operation } = asked
  const { resultStatus, responsePayload } = answer
  if (resultStatus !== 'Success') return { operation, error: errorOf(answer, operation) }
  if (responsePayload === undefined) {
    throw new KmipConnectionError('malformed', 'The server has answered with nothing')
  }
  const response = wellFormed(() => definition(operation).response.read(responsePayload, 'ignore'))
  return { operation, response } as BatchAnswer
}

/** Reads something of the server's. Where that fails, it is the response that is at fault, and not the request. */
function wellFormed<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new KmipConnectionError('malformed', 'The server has sent a response that is not KMIP', error)
  }
}

function errorOf(
  { resultReason, resultMessage }: ResponseItem,
  operation: KnownOperation | undefined,
): KmipError {
  return new KmipError(
    typeof resultReason === 'string' ? resultReason : 'GeneralFailure',
    resultMessage ?? 'The server gives no reason',
    operation,
  )
}
