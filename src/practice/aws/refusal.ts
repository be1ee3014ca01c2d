export const services = ['sts', 'kms'] as const
export type Service = (typeof services)[number]

/** An answer of AWS that is an error: what the service's wire form needs to say it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number

  constructor(spelling: Spelling, message: string) {
    super(message)
    ;[this.code, this.status] = spelling
  }
}

/** The error's name, and the HTTP status that it comes with. */
type Spelling = readonly [code: string, status: number]

/** Refusals that have nothing to do with the question: the service itself is in trouble. */
export const troubles = [
  'throttled',
  'failing',
  'key-unavailable',
  'key-disabled',
  'dependency-timeout',
] as const
export type Trouble = (typeof troubles)[number]

export type Reason =
  | Trouble
  | 'unsigned'
  | 'incomplete-signature'
  | 'wrong-signature'
  | 'unknown-client'
  | 'expired'
  | 'denied'
  | 'invalid'
  | 'unknown-operation'

// The same refusal in the words of each service. STS speaks the query protocol and uses HTTP statuses, KMS speaks
// awsJson1.1 and answers 400 to nearly everything. The common ones are listed in
//   https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
//   https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
// and were seen in the wild where a link stands beside them.
const spellings: Readonly<Record<Reason, Readonly<Record<Service, Spelling>>>> = {
  unsigned: {
    sts: ['MissingAuthenticationToken', 403],
    kms: ['MissingAuthenticationTokenException', 400],
  },
  'incomplete-signature': {
    // https://github.com/jenkinsci/aws-credentials-plugin/issues/72
    sts: ['IncompleteSignature', 400],
    kms: ['IncompleteSignatureException', 400],
  },
  'wrong-signature': {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
    sts: ['SignatureDoesNotMatch', 403],
    // https://github.com/aws/aws-sdk-js/issues/254
    kms: ['InvalidSignatureException', 400],
  },
  'unknown-client': {
    // https://github.com/aws-azure-login/aws-azure-login/issues/251
    sts: ['InvalidClientTokenId', 403],
    // https://github.com/aws/aws-encryption-sdk-java/issues/9
    kms: ['UnrecognizedClientException', 400],
  },
  expired: {
    // https://github.com/aws/aws-sdk-java-v2/issues/1649
    sts: ['ExpiredToken', 403],
    // https://github.com/getsops/sops/issues/621
    kms: ['ExpiredTokenException', 400],
  },
  denied: {
    sts: ['AccessDenied', 403],
    // https://github.com/Droplr/aws-env/issues/29
    kms: ['AccessDeniedException', 400],
  },
  invalid: {
    // https://github.com/newscorpaus/consigliere/issues/18
    sts: ['ValidationError', 400],
    kms: ['ValidationException', 400],
  },
  'unknown-operation': {
    sts: ['InvalidAction', 400],
    kms: ['UnknownOperationException', 400],
  },
  throttled: {
    // https://github.com/jlevers/selling-partner-api/issues/278
    sts: ['Throttling', 400],
    // https://github.com/aws/aws-dynamodb-encryption-java/issues/6
    kms: ['ThrottlingException', 400],
  },
  // The statuses of the rest: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
  failing: {
    sts: ['InternalFailure', 500],
    kms: ['KMSInternalException', 500],
  },
  'key-unavailable': {
    sts: ['ServiceUnavailable', 503],
    kms: ['KeyUnavailableException', 500],
  },
  'key-disabled': {
    sts: ['ServiceUnavailable', 503],
    kms: ['DisabledException', 400],
  },
  'dependency-timeout': {
    sts: ['ServiceUnavailable', 503],
    kms: ['DependencyTimeoutException', 503],
  },
}

export function refusal(service: Service, reason: Reason, message: string): Refusal {
  return new Refusal(spellings[reason][service], message)
}

const troubleMessages: Readonly<Record<Trouble, Readonly<Record<Service, string>>>> = {
  throttled: {
    sts: 'Rate exceeded',
    kms: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  },
  failing: {
    sts: 'The request processing has failed because of an unknown error, exception or failure.',
    kms: 'The request was rejected because an internal exception occurred. The request can be retried.',
  },
  'key-unavailable': {
    sts: 'The request has failed due to a temporary failure of the server.',
    kms: 'The request was rejected because the specified KMS key was not available. You can retry the request.',
  },
  'key-disabled': {
    sts: 'The request has failed due to a temporary failure of the server.',
    kms: 'The request was rejected because the specified KMS key is not enabled.',
  },
  'dependency-timeout': {
    sts: 'The request has failed due to a temporary failure of the server.',
    kms: 'The system timed out while trying to fulfill the request. You can retry the request.',
  },
}

export function trouble(service: Service, reason: Trouble): Refusal {
  return refusal(service, reason, troubleMessages[reason][service])
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
export type KmsReason =
  | 'NotFoundException'
  | 'IncorrectKeyException'
  | 'InvalidCiphertextException'
  | 'DisabledException'
  | 'KMSInvalidStateException'
  | 'SerializationException'

/** What only KMS says, always with status 400. */
export function kmsRefusal(code: KmsReason, message: string): Refusal {
  return new Refusal([code, 400], message)
}
