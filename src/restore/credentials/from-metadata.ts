import type { Overrides } from '../../credentials/dialect.ts'
import { credentialsFromMetadata } from '../../credentials/from-metadata.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'
import { Failure } from '../../lib/failure.ts'
import type { Wanted } from './obtained.ts'

/** The credentials of the metadata file. Throws CRED-… for what is wrong with them, SNAP-012 where there is no file to read. */
export function fromMetadata({ metadata, key }: Wanted, overrides: Overrides): CloudCredentials {
  if (metadata === undefined) {
    throw new Failure({
      code: 'SNAP-012',
      message: `${key.metadataPath} cannot be used`,
      remedy: `Give credentials from elsewhere: --credentials ${key.provider === 'aws' ? 'profile, ' : ''}environment, stdin or prompt`,
    })
  }
  const reading = credentialsFromMetadata(metadata, overrides)
  if (reading.kind === 'finding') throw new Failure(reading.finding)
  return reading.credentials
}

/** A field of the metadata file that is no secret and stays good when the file's credentials do not. */
export function fieldOf({ metadata }: Wanted, field: string): string | undefined {
  return metadata?.values.get(field)?.reveal()
}
