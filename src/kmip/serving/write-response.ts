import type { ProtocolVersion, ResponseItem } from '../messages.ts'
import { responseMessage } from '../messages.ts'
import { KmipError, reasonFor } from '../result.ts'
import { encode } from '../ttlv/encode.ts'
import { Tag } from '../ttlv/tags.ts'

export interface Response {
  readonly version: ProtocolVersion
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly now: bigint
  readonly items: readonly ResponseItem[]
  readonly serverCorrelationValue?: string | undefined
}

/** The bytes of a response, its header in the same few fields for every version: some clients' decoders know no others. */
export function writeResponse({ version, now, items, serverCorrelationValue }: Response): Buffer {
  const header = {
    protocolVersion: version,
    timeStamp: now,
    attestationTypes: [],
    serverCorrelationValue,
    batchCount: items.length,
  }
  return encode(responseMessage.write(Tag.ResponseMessage, { header, items }))
}

/** The same, or that it is too large for the client (section 6.3), with the operation and id of every item all the same. */
export function writeResponseWithin(maximumSize: number | undefined, response: Response): Buffer {
  const bytes = writeResponse(response)
  if (maximumSize === undefined || bytes.length <= maximumSize) return bytes
  const tooLarge = new KmipError('ResponseTooLarge', 'The response is larger than the maximum response size')
  const items = response.items.map(({ operation, uniqueBatchItemId }) => ({
    operation,
    uniqueBatchItemId,
    ...failure(tooLarge, response.version.minor),
  }))
  return writeResponse({ ...response, items })
}

/** The fields of a response item that say what went wrong, in words that a client of version 1.`minor` knows. */
export function failure(
  error: KmipError,
  minor: number,
): Pick<ResponseItem, 'resultStatus' | 'resultReason' | 'resultMessage'> {
  return {
    resultStatus: 'OperationFailed',
    resultReason: reasonFor(error.resultReason, minor),
    resultMessage: error.message,
  }
}
