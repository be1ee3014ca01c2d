import type { CloudCredentials, Provider } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import type { Overrides } from './dialect.ts'
import { dialects } from './dialects.ts'

/**
 * The credentials that these values make, by the names of a metadata file's fields. An empty value counts as none.
 * `where` names where they are from, inside a sentence. Throws `Failure` CRED-013 where they are not all there, CRED-002
 * and CRED-008 for what is wrong with them.
 */
export function credentialsFromValues(
  provider: Provider,
  values: Readonly<Record<string, Secret>>,
  overrides: Overrides,
  where: string,
): CloudCredentials {
  const trimmed = Object.entries(values).map(([name, value]) => [name, value.reveal().trim()] as const)
  const given = trimmed.filter(([, text]) => text !== '')
  const reading = dialects[provider].read(
    new Map(given.map(([name, text]) => [name, new Secret(text)])),
    overrides,
    where,
  )
  if (reading.kind === 'finding') throw new Failure(reading.finding)
  return reading.credentials
}
