import type { OperationName, ResultReasonName } from './ttlv/enumerations.ts'

/** Who asked for what: the same for everything that one request causes. */
export interface Origin {
  /** Address and port of the client. */
  readonly peer: string
  /** What client and server call the request, where the client gave it a name (KMIP 1.4, sections 6.18 and 6.19). */
  readonly correlation?: { readonly client: string; readonly server: string } | undefined
}

/** No or no good client certificate; no TLS handshake; no KMIP; too slow; one connection too many; a broken connection. */
export type RejectionCause = 'certificate' | 'handshake' | 'protocol' | 'timeout' | 'limit' | 'broken'

/** What can happen. */
export type Happening =
  | {
      readonly type: 'served'
      readonly operation: OperationName
      readonly uniqueIdentifier?: string | undefined
    }
  | {
      readonly type: 'refused'
      /** Undefined when the request could not be read so far, a number when the specification has no name for it. */
      readonly operation: OperationName | number | undefined
      readonly reason: ResultReasonName
      readonly message: string
      readonly uniqueIdentifier?: string | undefined
    }
  /** A client asked to create or register a key, and the policy does not let it. Comes before its `refused`. */
  | { readonly type: 'new-key-asked'; readonly operation: OperationName }
  /** A client asked for an object that is not there. Comes before its `refused`. */
  | { readonly type: 'unknown-key-asked'; readonly uniqueIdentifier: string }
  /** A connection that was given up, for what kind of reason, and in words. */
  | { readonly type: 'rejected'; readonly cause: RejectionCause; readonly why: string }

/**
 * What a server has to tell, for a log or a screen. Nothing of it is key material or data; unique identifiers and
 * correlation values come from clients, cut to 128 printable characters.
 */
export type KmipEvent = Origin & Happening

/** Text of a client's, made fit for a log. */
export function printable(text: string): string {
  return /^[\x20-\x7e]{0,128}$/.test(text) ? text : text.slice(0, 128).replaceAll(/[^\x20-\x7e]/g, '?')
}
