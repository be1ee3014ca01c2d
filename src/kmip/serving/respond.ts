import { randomUUID } from 'node:crypto'
import { CipherStreams } from '../crypto/cipher-streams.ts'
import type { Happening, KmipEvent, Origin } from '../event.ts'
import { printable } from '../event.ts'
import type { ProtocolVersion, RequestHeader, ResponseItem } from '../messages.ts'
import { newestVersion } from '../messages.ts'
import type { ObjectStore } from '../objects.ts'
import type { Context } from '../operation.ts'
import type { Policy } from '../policy.ts'
import { KmipError } from '../result.ts'
import { decode } from '../ttlv/decode.ts'
import { asKmipError, respondToItem } from './batch-item.ts'
import type { Request } from './read-request.ts'
import { isSpoken, readRequest, versionOf } from './read-request.ts'
import { failure, writeResponse, writeResponseWithin } from './write-response.ts'

export interface ResponderOptions {
  readonly store: ObjectStore
  readonly policy: Policy
  readonly onEvent?: ((event: KmipEvent) => void) | undefined
  /** Seconds since 1970-01-01T00:00:00Z: those of the system, unless another clock is given. */
  readonly clock?: (() => bigint) | undefined
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

const systemClock = () => BigInt(Math.floor(Date.now() / 1000))

/** What whoever sends something unreadable is answered in: every client knows it. */
const oldestVersion: ProtocolVersion = { major: 1, minor: 0 }

export function createResponder({
  store,
  policy,
  onEvent,
  clock = systemClock,
}: ResponderOptions): Responder {
  const streams = new CipherStreams()
  const refuse = (error: KmipError, version: ProtocolVersion, peer: string): Buffer => {
    onEvent?.({
      type: 'refused',
      operation: undefined,
      reason: error.resultReason,
      message: error.message,
      peer,
    })
    return writeResponse({ version, now: clock(), items: [failure(error, version.minor)] })
  }
  return {
    respond(bytes, peer) {
      let version = oldestVersion
      try {
        const message = decode(bytes)
        const asked = versionOf(message)
        version = isSpoken(asked) ? asked : newestVersion
        const request = readRequest(message, asked)
        const now = clock()
        const context: Context = { store, policy, streams, version, now, placeholder: undefined }
        const correlation = correlationOf(request.header)
        const items = respondToItems(request, context, happening =>
          onEvent?.({ ...happening, peer, correlation }),
        )
        const serverCorrelationValue = correlation?.server
        return writeResponseWithin(request.header.maximumResponseSize, {
          version,
          now,
          items,
          serverCorrelationValue,
        })
      } catch (thrown) {
        return refuse(asKmipError(thrown), version, peer)
      }
    },
    refuse: (message, peer) => refuse(new KmipError('InvalidMessage', message), oldestVersion, peer),
    close: () => streams.clear(),
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
