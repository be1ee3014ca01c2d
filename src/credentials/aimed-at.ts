import { isRegionName, regionName } from '../kms/aws-region.ts'
import type { CloudCredentials } from '../kms/key-service.ts'
import { textOf } from './dialect.ts'
import type { Metadata } from './metadata.ts'

/**
 * Credentials that opened one key, for another one of the same cloud: where that lies is in its own metadata file.
 * Undefined where the file does not say it, and for a key of another cloud.
 */
export function aimedAt(
  credentials: CloudCredentials,
  { key, values }: Metadata,
): CloudCredentials | undefined {
  if (credentials.provider !== key.provider) return undefined
  switch (credentials.provider) {
    case 'aws': {
      const region = regionName(textOf(values, 'region') ?? credentials.region)
      return isRegionName(region) ? { ...credentials, region } : undefined
    }
    case 'azure': {
      const keyIdentifier = textOf(values, 'keyIdentifier')
      const environment = textOf(values, 'azureEnvironment')
      return keyIdentifier === undefined ? undefined : { ...credentials, keyIdentifier, environment }
    }
    case 'gcp': {
      const keyResource = textOf(values, 'keyVersionResourceId')
      return keyResource === undefined ? undefined : { ...credentials, keyResource }
    }
  }
}
