import type { KeyFile } from '../../credentials/key-file.ts'
import type { Metadata } from '../../credentials/metadata.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'
import type { RestoreContext } from '../context.ts'
import { obtainAws } from './aws.ts'
import type { Source } from './choose-source.ts'

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

/** Gets credentials from a source, with all that it takes to ask for. Throws CRED-… or `KmsFailure`. */
export function obtainCredentials(context: RestoreContext, source: Source, wanted: Wanted): Promise<Obtained> {
  return obtainAws(context, source, wanted)
}
