import { dialects } from './dialects.ts'
import type { CredentialsReading, Overrides } from './dialect.ts'
import { nameOf } from './key-file.ts'
import type { Metadata } from './metadata.ts'

/** The credentials that a metadata file holds, or the finding that says why it holds none. Asks nobody. */
export function credentialsFromMetadata(metadata: Metadata, overrides: Overrides = {}): CredentialsReading {
  return dialects[metadata.key.provider].read(metadata.values, overrides, nameOf(metadata.key))
}
