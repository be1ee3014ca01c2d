import type { KmsFailure } from '../kms/failure.ts'
import type { Caller, CloudCredentials } from '../kms/key-service.ts'
import type { FindingCode } from '../lib/failure.ts'
import type { KeyFile } from './key-file.ts'

/** What is known beside the cloud's answer, and tells failures apart that look alike. */
export interface Circumstances {
  readonly key: KeyFile
  /** Undefined where the failure came while credentials were looked for. */
  readonly credentials: CloudCredentials | undefined
  /** The profile of AWS that they were looked for in. */
  readonly profile?: string | undefined
  /** Who the cloud said is asking: then the credentials themselves are good. */
  readonly caller: Caller | undefined
  /** The cloud's name of the key, where it is known. */
  readonly keyName: string | undefined
  /** The role that was to be assumed, where that is what failed. */
  readonly role?: WantedRole | undefined
}

/** What STS was asked for; `mfa` is `required` where a code was given. */
export interface WantedRole {
  readonly arn: string
  readonly externalId: string | undefined
  readonly mfa: 'required' | 'not-required'
}

export interface Diagnosis {
  readonly code: FindingCode
  readonly message: string
  readonly remedy: string
  /** What the remedy needs and can be copied, such as a policy. */
  readonly byHand?: string
}

/** One row of a table of diagnoses. */
export type Diagnose = (failure: KmsFailure, circumstances: Circumstances) => Diagnosis
