import type { Secret } from '../lib/secret.ts'
import { KmsFailure, type KmsFailureClass } from './failure.ts'
import { networkReason, type NetworkReason } from './network-failure.ts'
import { redacted } from './redacted.ts'

/** The codes of Google's APIs, which are gRPC's: https://cloud.google.com/apis/design/errors#handling_errors */
const codes = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const
type Code = keyof typeof codes

/** What is looked at in an error of Google's client. */
interface GcpError {
  readonly names: readonly string[]
  readonly code: Code | undefined
  /** `IAM_PERMISSION_DENIED` and the like, of google.rpc.ErrorInfo. */
  readonly reason: string | undefined
  /** `invalid_grant` and the like, of the token endpoint. */
  readonly grant: string | undefined
  readonly text: string
  readonly status: number | undefined
  /** Milliseconds by which the clock of who answered is ahead of this machine's. */
  readonly clockOffset: number
}

interface Row {
  readonly class: KmsFailureClass
  readonly reason: string
  readonly code?: Code
  readonly grant?: RegExp
  readonly text?: RegExp
  /** What else must hold. */
  readonly when?: (error: GcpError) => boolean
}

/** A signed request is good for 5 minutes before its time and an hour after it: from here on, the clock is to blame. */
const noticeableSkew = 4 * 60_000

/**
 * The errors of the token endpoint and of Cloud KMS; the first match counts.
 * https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt
 * https://cloud.google.com/apis/design/errors
 */
const rows = [
  { class: 'clock', reason: 'clock-skew', grant: /^invalid_grant$/, text: /short-lived token/ },
  { class: 'stale', reason: 'wrong-secret', grant: /^invalid_grant$/, text: /Invalid JWT Signature/ },
  // Logged out, or not logged in for long.
  { class: 'stale', reason: 'expired', grant: /^invalid_grant$/ },
  { class: 'stale', reason: 'unknown-client', grant: /_client$/ },

  { class: 'transient', reason: 'proxy-refused', when: ({ status }) => status === 407 },
  { class: 'transient', reason: 'service-error', when: ({ status = 0 }) => status >= 500 },
  { class: 'transient', reason: 'not-the-cloud', when: isForeign },

  // Google says nothing of the time; that it sees another one is in the date of its answer.
  {
    class: 'clock',
    reason: 'clock-skew',
    code: 'UNAUTHENTICATED',
    when: ({ clockOffset }) => Math.abs(clockOffset) >= noticeableSkew,
  },
  // The key or its account is deleted or disabled, or the private key is of another: no answer tells which.
  { class: 'stale', reason: 'unknown-key', code: 'UNAUTHENTICATED' },

  // As PERMISSION_DENIED, and in older answers as FAILED_PRECONDITION.
  { class: 'configuration', reason: 'service-disabled', text: /API has not been used in (this )?project/ },
  // Google does not say which of the two it is.
  {
    class: 'permission',
    reason: 'not-authorized-or-missing',
    code: 'PERMISSION_DENIED',
    text: /or it may not exist/,
  },
  { class: 'permission', reason: 'not-authorized', code: 'PERMISSION_DENIED' },

  { class: 'configuration', reason: 'key-not-found', code: 'NOT_FOUND' },
  {
    class: 'configuration',
    reason: 'other-key',
    code: 'INVALID_ARGUMENT',
    text: /refers to the correct CryptoKey/,
  },
  { class: 'data', reason: 'not-a-ciphertext', code: 'INVALID_ARGUMENT', text: /ciphertext is invalid/ },
  { class: 'transient', reason: 'corrupted', code: 'INVALID_ARGUMENT', text: /checksum in field/ },

  {
    class: 'key-state',
    reason: 'key-disabled',
    code: 'FAILED_PRECONDITION',
    text: /current state is: DISABLED/,
  },
  {
    class: 'key-state',
    reason: 'key-pending-deletion',
    code: 'FAILED_PRECONDITION',
    text: /current state is: DESTROY_SCHEDULED/,
  },
  { class: 'key-state', reason: 'key-unusable', code: 'FAILED_PRECONDITION', text: /is not enabled/ },

  { class: 'transient', reason: 'throttled', code: 'RESOURCE_EXHAUSTED' },

  {
    class: 'missing',
    reason: 'no-credentials',
    text: /Could not load the default credentials|Unable to read the credential file/,
  },
] as const satisfies readonly Row[]

/** Found before Google is asked, or in its answer. */
type OwnReason = 'key-name-invalid' | 'plain-http' | 'malformed-key' | 'unrecognised'

/** What a failure of Google can be: the rows above, the network's, and those that are in no table. */
export type GcpReason = (typeof rows)[number]['reason'] | NetworkReason | OwnReason

/** In the words of Google's REST methods. */
export type GcpOperation = 'cryptoKeys.decrypt' | 'oauth2.token'

export interface GcpRequest {
  readonly operation: GcpOperation
  /** What must not appear in the message. */
  readonly secrets: readonly Secret[]
}

/**
 * What an error of Google's client means. The error itself is left behind: its cause holds the request, and that the
 * token. A failure to get a token on the way to Cloud KMS is told as one of the token's.
 */
export function gcpFailure(error: unknown, { operation, secrets }: GcpRequest): KmsFailure {
  if (error instanceof KmsFailure) return error
  const seen = look(error)
  const errorName = seen.grant ?? seen.reason ?? seen.code ?? seen.names[0] ?? typeof error
  const told = seen.grant === undefined ? operation : 'oauth2.token'
  return new KmsFailure({
    provider: 'gcp',
    ...classify(error, seen),
    operation: told,
    errorName,
    httpStatus: seen.status,
    message: redacted(messageOf(seen), secrets) || `${told} was answered with ${errorName}`,
  })
}

/** A failure found before or beside Google's own answers. */
export function ownGcpFailure(
  kind: Pick<KmsFailure, 'class' | 'operation'> & { readonly reason: GcpReason },
  message: string,
): KmsFailure {
  return new KmsFailure({ provider: 'gcp', ...kind, message, errorName: kind.reason })
}

/**
 * Google refuses in JSON. A login page of the network or a refusal of a proxy is something else, whose HTTP status the
 * client translates into the same codes.
 */
function isForeign({ names, status, text }: GcpError): boolean {
  if (names.includes('SyntaxError') || text.includes('could not be decoded')) return true
  return status !== undefined && /^$|^Request failed with status code|^\s*</.test(text)
}

function classify(error: unknown, seen: GcpError): Pick<Row, 'class' | 'reason'> {
  // The client's own deadline cuts the request off, and beneath it shows a request that was cut off.
  const isDeadline = seen.code === 'DEADLINE_EXCEEDED' && seen.status === undefined
  const network: NetworkReason | undefined = isDeadline ? 'timeout' : networkReason(error)
  if (network !== undefined) return { class: 'transient', reason: network }
  const row = (rows as readonly Row[]).find(each => matches(each, seen))
  return row === undefined
    ? { class: 'configuration', reason: 'unrecognised' }
    : { class: row.class, reason: row.reason }
}

function matches(row: Row, error: GcpError): boolean {
  return (
    (row.code === undefined || row.code === error.code) &&
    (row.grant?.test(error.grant ?? '') ?? true) &&
    (row.text?.test(error.text) ?? true) &&
    (row.when?.(error) ?? true)
  )
}

/** A GoogleError of google-gax, an error of gaxios beneath it or instead of it, or whatever else was thrown. */
function look(error: unknown): GcpError {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const { code, reason, httpStatusCode } = thrown as GoogleErrorLike
  const { status, response } = chainOf(thrown).find(each => 'response' in each) ?? ({} as GaxiosErrorLike)
  const { error: grant, error_description: description } = oauthBody(response?.data)
  return {
    names: chainOf(thrown).map(each => each.name),
    code: codeNamed(code),
    reason: typeof reason === 'string' ? reason : undefined,
    grant,
    text: description ?? thrown.message,
    status: httpStatusCode ?? status,
    clockOffset: clockOffsetOf(response),
  }
}

/** Of google-gax. */
interface GoogleErrorLike {
  readonly code?: unknown
  readonly reason?: unknown
  readonly httpStatusCode?: number
}

/** Of gaxios. */
interface GaxiosErrorLike extends Error {
  readonly status?: number
  readonly response?: { readonly data?: unknown; readonly headers?: Headers }
}

function chainOf(error: Error): readonly GaxiosErrorLike[] {
  return error.cause instanceof Error ? [error, ...chainOf(error.cause)] : [error]
}

/** RFC 6749, section 5.2; empty for anything else. */
function oauthBody(data: unknown): { readonly error?: string; readonly error_description?: string } {
  if (typeof data !== 'object' || data === null || !('error' in data) || typeof data.error !== 'string')
    return {}
  const description = 'error_description' in data ? data.error_description : undefined
  return { error: data.error, ...(typeof description === 'string' ? { error_description: description } : {}) }
}

function clockOffsetOf(response: GaxiosErrorLike['response']): number {
  const date = Date.parse(response?.headers?.get('date') ?? '')
  return Number.isNaN(date) ? 0 : date - Date.now()
}

function codeNamed(code: unknown): Code | undefined {
  return (Object.keys(codes) as Code[]).find(name => codes[name] === code)
}

/** What is no JSON is not repeated: it may be half of a decrypted key. */
function messageOf(error: GcpError): string {
  return isForeign(error)
    ? 'Something that is not Google answered, such as the login page of a network'
    : error.text
}
