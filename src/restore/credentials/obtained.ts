import type { KeyFile } from '../../credentials/key-file.ts'
import type { Metadata } from '../../credentials/metadata.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'

/** Credentials, and where they came from. */
export interface Obtained {
  readonly credentials: CloudCredentials
  /** `profile restore`, `the metadata file`, `role arn:…`. */
  readonly origin: string
  /** Undefined for credentials that do not expire, or do not say when. */
  readonly expiration: Date | undefined
}

/** The key whose credentials are wanted, and its metadata file where that can be read. */
export interface Wanted {
  readonly key: KeyFile
  readonly metadata: Metadata | undefined
}
