import type { Secret } from '../lib/secret.ts'
import { KmsFailure, type KmsFailureClass } from './failure.ts'
import { networkReason, type NetworkReason } from './network-failure.ts'
import { redacted } from './redacted.ts'

/** What is looked at in an error of the AWS SDK. */
interface AwsError {
  readonly name: string
  /** Empty where AWS said nothing. */
  readonly text: string
  readonly operation: string
  readonly status: number | undefined
  /** The SDK saw a clock that is off by 4 minutes or more, and set its own offset. */
  readonly clockCorrected: boolean
  readonly attempts: number
}

interface Row {
  readonly class: KmsFailureClass
  readonly reason: string
  /** Any of these: without the suffix `Exception`, which the JSON protocol (KMS) has and the query protocol (STS) has not. */
  readonly names?: readonly string[]
  readonly text?: RegExp
  readonly operation?: string
  /** What else must hold. */
  readonly when?: (error: AwsError) => boolean
}

/**
 * The errors of AWS STS and KMS, by name and text before the HTTP status; the first match counts.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const rows = [
  // The text of a clock error first: its name is that of a wrong secret.
  { class: 'clock', reason: 'clock-skew', text: /signature expired|not yet current/i },
  {
    class: 'clock',
    reason: 'clock-skew',
    names: ['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture'],
  },
  {
    class: 'clock',
    reason: 'clock-skew',
    names: ['SignatureDoesNotMatch', 'InvalidSignature'],
    // Refused again when signed with the corrected time, it is the secret after all.
    when: error => error.clockCorrected && error.attempts < 2,
  },

  { class: 'stale', reason: 'unknown-access-key', names: ['UnrecognizedClient', 'InvalidClientTokenId'] },
  { class: 'stale', reason: 'expired', names: ['ExpiredToken'] },
  { class: 'stale', reason: 'wrong-secret', names: ['SignatureDoesNotMatch', 'InvalidSignature'] },
  // An access key ID with a space or a slash in it spoils the header that it stands in.
  { class: 'stale', reason: 'malformed-access-key', names: ['IncompleteSignature'] },

  { class: 'missing', reason: 'no-credentials', names: ['MissingAuthenticationToken'] },
  {
    class: 'missing',
    reason: 'sso-expired',
    names: ['CredentialsProviderError', 'TokenProviderError'],
    text: /sso session|sso login|token is expired/i,
  },
  { class: 'missing', reason: 'no-credentials', names: ['CredentialsProviderError', 'TokenProviderError'] },

  { class: 'permission', reason: 'mfa-refused', text: /MultiFactorAuthentication failed/ },
  {
    class: 'permission',
    reason: 'not-authorized',
    names: ['AccessDenied'],
    text: /not authorized to perform/,
  },
  {
    class: 'configuration',
    reason: 'key-elsewhere-or-denied',
    names: ['AccessDenied'],
    text: /does not exist in this region/,
  },
  // moto says it without a text.
  {
    class: 'configuration',
    reason: 'key-elsewhere-or-denied',
    names: ['AccessDenied'],
    operation: 'kms:Decrypt',
    when: error => error.text === '',
  },
  { class: 'permission', reason: 'not-authorized', names: ['AccessDenied'] },

  { class: 'configuration', reason: 'key-not-found', names: ['NotFound', 'InvalidArn'] },
  { class: 'configuration', reason: 'other-key', names: ['IncorrectKey', 'InvalidKeyUsage'] },
  { class: 'configuration', reason: 'region-invalid', text: /^Region not accepted/ },
  { class: 'configuration', reason: 'region-disabled', names: ['RegionDisabled', 'OptInRequired'] },
  {
    class: 'configuration',
    reason: 'role-invalid',
    names: ['Validation', 'ValidationError'],
    operation: 'sts:AssumeRole',
  },
  {
    class: 'data',
    reason: 'not-a-ciphertext',
    names: ['InvalidCiphertext', 'Validation', 'ValidationError'],
    operation: 'kms:Decrypt',
  },

  { class: 'key-state', reason: 'key-disabled', names: ['Disabled'] },
  {
    class: 'key-state',
    reason: 'key-pending-deletion',
    names: ['KMSInvalidState'],
    text: /pending deletion/i,
  },
  { class: 'key-state', reason: 'key-unusable', names: ['KMSInvalidState'] },

  {
    class: 'transient',
    reason: 'throttled',
    names: ['Throttling', 'Throttled', 'TooManyRequests', 'RequestLimitExceeded', 'LimitExceeded'],
  },
  {
    class: 'transient',
    reason: 'service-error',
    names: ['KMSInternal', 'DependencyTimeout', 'KeyUnavailable', 'InternalFailure', 'ServiceUnavailable'],
  },

  // Only the HTTP status is left. A body that is no JSON is a SyntaxError: an XML 403, as moto answers for KMS.
  {
    class: 'permission',
    reason: 'refused-undecided',
    when: error => error.status === 403 || error.status === 401,
  },
  { class: 'transient', reason: 'proxy-refused', when: error => error.status === 407 },
  { class: 'transient', reason: 'throttled', when: error => error.status === 429 },
  {
    class: 'transient',
    reason: 'service-error',
    when: error => error.status !== undefined && error.status >= 500,
  },
  // A login page of the network, answered in AWS's place.
  { class: 'transient', reason: 'not-the-cloud', names: ['SyntaxError'] },
] as const satisfies readonly Row[]

/** Found before AWS is asked, or while its credentials are looked for. */
type OwnReason =
  'plain-http' | 'profile-unusable' | 'process-failed' | 'mfa-needed' | 'region-missing' | 'unrecognised'

/** What a failure of AWS can be: the rows above, the network's, and those that are in no table. */
export type AwsReason = (typeof rows)[number]['reason'] | NetworkReason | OwnReason

export interface AwsRequest {
  /** In IAM's spelling: `kms:Decrypt`. */
  readonly operation: string
  /** What must not appear in the message. */
  readonly secrets: readonly Secret[]
}

/**
 * What an error of the AWS SDK means. The SDK's error itself is left behind: its response holds the request's headers,
 * and AWS's text for a wrong signature quotes them, session token included.
 */
export function awsFailure(error: unknown, { operation, secrets }: AwsRequest): KmsFailure {
  if (error instanceof KmsFailure) return error
  const seen = look(error, operation)
  return new KmsFailure({
    provider: 'aws',
    ...classify(error, seen),
    operation,
    errorName: seen.name,
    httpStatus: seen.status,
    message: seen.text === '' ? withoutText(seen) : redacted(seen.text, secrets),
  })
}

/** A failure found before or beside AWS's own answers. */
export function ownAwsFailure(
  kind: Pick<KmsFailure, 'class' | 'operation'> & { readonly reason: AwsReason },
  message: string,
): KmsFailure {
  return new KmsFailure({ provider: 'aws', ...kind, message, errorName: kind.reason })
}

/** An answer without what AWS always answers: a login page of the network is a 200 that the SDK reads as empty. */
export function notAwsAnswering(operation: string): KmsFailure {
  return ownAwsFailure(
    { class: 'transient', reason: 'not-the-cloud', operation },
    'Something that is not AWS answered, such as the login page of a network',
  )
}

function classify(error: unknown, seen: AwsError): Pick<Row, 'class' | 'reason'> {
  const network = networkReason(error)
  if (network !== undefined) return { class: 'transient', reason: network }
  const row = (rows as readonly Row[]).find(each => matches(each, seen))
  return row === undefined
    ? { class: 'configuration', reason: 'unrecognised' }
    : { class: row.class, reason: row.reason }
}

function matches(row: Row, error: AwsError): boolean {
  return (
    (row.names?.includes(error.name.replace(/Exception$/, '')) ?? true) &&
    (row.text?.test(error.text) ?? true) &&
    (row.operation === undefined || row.operation === error.operation) &&
    (row.when?.(error) ?? true)
  )
}

function look(error: unknown, operation: string): AwsError {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const metadata =
    error instanceof Error && '$metadata' in error ? (error.$metadata as Metadata | undefined) : undefined
  const [firstLine = ''] = message.split('\n')
  return {
    name,
    // The SDK's own words for an answer without a text, and JSON.parse's, which quote the answer.
    text: /^(Unknown|UnknownError)$/.test(firstLine) || name === 'SyntaxError' ? '' : firstLine.trim(),
    operation,
    status: metadata?.httpStatusCode,
    clockCorrected: metadata?.clockSkewCorrected === true,
    attempts: metadata?.attempts ?? 1,
  }
}

/** https://github.com/smithy-lang/smithy-typescript, `ResponseMetadata`; the clock's mark is set by the SigV4 signer. */
interface Metadata {
  readonly httpStatusCode?: number
  readonly attempts?: number
  readonly clockSkewCorrected?: boolean
}

function withoutText({ operation, name, status }: AwsError): string {
  const what = name === 'SyntaxError' ? 'something that is not JSON' : name
  return `${operation} was answered with ${what}${status === undefined ? '' : ` (HTTP ${status})`}`
}
