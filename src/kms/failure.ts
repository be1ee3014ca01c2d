import type { Provider } from './key-service.ts'

/** What kind of trouble it is, which decides what can be offered next. */
export type KmsFailureClass =
  | 'stale' // new credentials are needed
  | 'permission'
  | 'key-state'
  | 'configuration' // region, key, tenant
  | 'data'
  | 'clock'
  | 'transient'
  | 'missing' // no credentials at all

export interface KmsFailureDetails {
  readonly provider: Provider
  readonly class: KmsFailureClass
  /** The finer row of the provider's table, such as `unknown-access-key`, `wrong-secret`, `expired`: stable, for tests and remedies. */
  readonly reason: string
  /** The call that failed, in the cloud's own words: `kms:Decrypt`, `sts:GetCallerIdentity`, … */
  readonly operation: string
  /** What the cloud said, one line, redacted. */
  readonly message: string
  /** The error's name or code as the cloud spells it. */
  readonly errorName: string
  readonly httpStatus?: number | undefined
  readonly cause?: unknown
}

/** A cloud's refusal or silence, classified. Matched on names, codes and documented text, never on `instanceof` alone. */
export class KmsFailure extends Error {
  override readonly name = 'KmsFailure'
  readonly provider: Provider
  readonly class: KmsFailureClass
  readonly reason: string
  readonly operation: string
  readonly errorName: string
  readonly httpStatus: number | undefined

  constructor(details: KmsFailureDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.provider = details.provider
    this.class = details.class
    this.reason = details.reason
    this.operation = details.operation
    this.errorName = details.errorName
    this.httpStatus = details.httpStatus
  }
}
