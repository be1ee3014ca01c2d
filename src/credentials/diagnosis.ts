import type { KmsFailure } from '../kms/failure.ts'
import type { Caller, CloudCredentials } from '../kms/key-service.ts'
import type { FindingCode } from '../lib/failure.ts'
import type { KeyFile } from './key-file.ts'

/** What is known beside the cloud's answer, and tells failures apart that look alike. */
export interface Circumstances {
  readonly key: KeyFile
  /** Undefined where the failure came while credentials were looked for. */
  readonly credentials: CloudCredentials | undefined
  /** Who the cloud said is asking: then the credentials themselves are good. */
  readonly caller: Caller | undefined
  /** The cloud's name of the key, where it is known. */
  readonly keyName: string | undefined
}

export interface Diagnosis {
  readonly code: FindingCode
  readonly message: string
  readonly remedy: string
}

/** One row of a table of diagnoses. */
export type Diagnose = (failure: KmsFailure, circumstances: Circumstances) => Diagnosis
