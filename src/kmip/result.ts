import type { OperationName, ResultReasonName } from './ttlv/enumerations.ts'
import { ResultReason } from './ttlv/enumerations.ts'

/**
 * A batch item that failed. The server throws it to refuse, the client throws what a server answered.
 *
 * The text is what a server sends as Result Message: at most 256 printable characters, and never what the client sent.
 */
export class KmipError extends Error {
  override readonly name = 'KmipError'
  readonly resultReason: ResultReasonName
  /** The operation that failed, once that is known. */
  readonly operation: OperationName | undefined

  constructor(resultReason: ResultReasonName, resultMessage: string, operation?: OperationName) {
    super(resultMessage)
    this.resultReason = resultReason
    this.operation = operation
  }

  get resultMessage(): string {
    return this.message
  }
}

/** What to answer to a client whose version has no such reason yet. */
const olderReasons: Partial<Record<ResultReasonName, ResultReasonName>> = {
  EncodingOptionError: 'FeatureNotSupported',
  KeyValueNotPresent: 'PermissionDenied',
  Sensitive: 'PermissionDenied',
  NotExtractable: 'PermissionDenied',
  ObjectAlreadyExists: 'InvalidField',
}

/** The reason as a client of version 1.`minor` knows it. */
export function reasonFor(reason: ResultReasonName, minor: number): ResultReasonName {
  return ResultReason.isKnownTo(reason, minor) ? reason : (olderReasons[reason] ?? 'GeneralFailure')
}
