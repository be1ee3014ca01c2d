import type { Overrides } from '../../credentials/dialect.ts'
import type { KeyFile } from '../../credentials/key-file.ts'
import type { Metadata } from '../../credentials/metadata.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'
import type { FailureCode } from '../../lib/failure.ts'
import type { RestoreContext } from '../context.ts'

/** Credentials, and where they came from. */
export interface Obtained<C extends CloudCredentials = CloudCredentials> {
  readonly credentials: C
  /** Inside a sentence: `profile restore`, `the metadata file`, `role restore through profile base`. */
  readonly origin: string
  /** Undefined for credentials that do not expire, or do not say when. */
  readonly expiration: Date | undefined
  /** Gets new ones from the same place without asking anybody; undefined where somebody has to be asked. */
  readonly renew: (() => Promise<Obtained<C>>) | undefined
}

/** The key whose credentials are wanted. */
export interface Wanted {
  readonly key: KeyFile
  /** Undefined where the file cannot be used. */
  readonly metadata: Metadata | undefined
  /** `--kms-key` */
  readonly kmsKey: string | undefined
  /** What was wrong with the attempt before: after CRED-008, it is asked where the key is. */
  readonly after: FailureCode | undefined
  /** Told the name of what is tried, once it has one: `profile restore`. */
  readonly tries: (origin: string) => void
}

/** Whether what the metadata file says of the key's place is in doubt. */
export function isPlaceInDoubt({ after }: Wanted): boolean {
  return after === 'CRED-008'
}

/** Credentials that do not end, or do not say when, and cannot be had anew by themselves. */
export function unlimited<C extends CloudCredentials>(credentials: C, origin: string): Obtained<C> {
  return { credentials, origin, expiration: undefined, renew: undefined }
}

/** What flags say in place of the fields of a metadata file or a document. */
export function overridesOf(
  { kmsEndpoint, stsEndpoint, authorityHost }: RestoreContext,
  { kmsKey }: Wanted,
): Overrides {
  return { kmsKey, kmsEndpoint, stsEndpoint, authorityHost }
}
