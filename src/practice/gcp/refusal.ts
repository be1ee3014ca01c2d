import type { WireAnswer } from '../stand-in.ts'

export const services = ['kms', 'oauth'] as const
export type Service = (typeof services)[number]

/** Refusals that have nothing to do with the question; `damaged` is an answer that does not match its checksum. */
export const troubles = [
  'throttled',
  'unavailable',
  'failing',
  'deadline',
  'denied',
  'checksum',
  'damaged',
  'wrong-signature',
  'clock',
  'unknown-client',
] as const
export type Trouble = (typeof troubles)[number]

/** An answer of Google that is an error. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: WireAnswer

  constructor(message: string, answer: WireAnswer) {
    super(message)
    this.answer = answer
  }
}

/** The HTTP status of a status of Google's APIs: https://cloud.google.com/apis/design/errors#handling_errors */
const statuses = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const
export type Status = keyof typeof statuses

/** Of google.api.ErrorReason: https://cloud.google.com/apis/design/errors#error_info */
export type ErrorReason =
  | 'CREDENTIALS_MISSING'
  | 'ACCESS_TOKEN_TYPE_UNSUPPORTED'
  | 'ACCOUNT_STATE_INVALID'
  | 'SERVICE_DISABLED'
  | 'IAM_PERMISSION_DENIED'
  | 'USER_PROJECT_DENIED'
  | 'RATE_LIMIT_EXCEEDED'

/** A refusal of Cloud KMS, in the form of https://google.aip.dev/193#http11json-representation. */
export function kmsRefusal(
  status: Status,
  message: string,
  reason?: ErrorReason,
  metadata: Readonly<Record<string, string>> = {},
): Refusal {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service: 'cloudkms.googleapis.com', ...metadata },
  }
  const error = {
    code: statuses[status],
    message,
    status,
    ...(reason === undefined ? {} : { details: [info] }),
  }
  return new Refusal(message, json(statuses[status], { error }))
}

/** A refusal of the token endpoint: RFC 6749, section 5.2. */
export function oauthRefusal(error: string, description: string, status = 400): Refusal {
  return new Refusal(description, json(status, { error, error_description: description }))
}

export function json(status: number, body: unknown): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify(body, null, 2),
  }
}

/** What goes wrong in each service when it is told to; undefined where a service knows no such trouble. */
export function troubleOf(service: Service, trouble: Trouble): Refusal | undefined {
  return service === 'kms' ? kmsTrouble(trouble) : oauthTrouble(trouble)
}

function kmsTrouble(trouble: Trouble): Refusal | undefined {
  switch (trouble) {
    case 'throttled':
      // https://github.com/mozilla-services/foxsec-pipeline/issues/97
      return kmsRefusal(
        'RESOURCE_EXHAUSTED',
        "Quota exceeded for quota metric 'Cryptographic requests' and limit 'Cryptographic requests per minute' of service 'cloudkms.googleapis.com' for consumer 'project_number:111122223333'.",
        'RATE_LIMIT_EXCEEDED',
      )
    // https://cloud.google.com/apis/design/errors#handling_errors has these three
    case 'unavailable':
      return kmsRefusal('UNAVAILABLE', 'The service is currently unavailable.')
    case 'failing':
      return kmsRefusal('INTERNAL', 'Internal error encountered.')
    case 'deadline':
      return kmsRefusal('DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.')
    case 'denied':
      // https://github.com/getsops/sops/issues/2088
      return kmsRefusal(
        'PERMISSION_DENIED',
        'Caller does not have required permission to use project atlas. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, and then retry.',
        'USER_PROJECT_DENIED',
      )
    case 'checksum':
      // https://cloud.google.com/kms/docs/data-integrity-guidelines
      return kmsRefusal(
        'INVALID_ARGUMENT',
        'The checksum in field ciphertext_crc32c did not match the data in field ciphertext.',
      )
    case 'damaged':
    case 'wrong-signature':
    case 'clock':
    case 'unknown-client':
      return undefined
  }
}

function oauthTrouble(trouble: Trouble): Refusal | undefined {
  switch (trouble) {
    case 'wrong-signature':
      // https://github.com/stephenplusplus/google-auto-auth/issues/49
      return oauthRefusal('invalid_grant', 'Invalid JWT Signature.')
    case 'clock':
      // https://github.com/a-marenkov/gsheets/issues/96
      return oauthRefusal(
        'invalid_grant',
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
      )
    case 'unknown-client':
      // https://github.com/websightgmbh/l5-google-cloud-storage/issues/6
      return oauthRefusal('deleted_client', 'The OAuth client was deleted.', 401)
    case 'unavailable':
    case 'failing':
      // https://github.com/yasyf/vc/issues/186
      return oauthRefusal('internal_failure', 'Backend Error', 500)
    case 'throttled':
    case 'deadline':
    case 'denied':
    case 'checksum':
    case 'damaged':
      return undefined
  }
}
