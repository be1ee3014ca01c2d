import type { CloudCredentials, KeyService } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

/** The key service that these credentials are for. Only its provider's SDK is ever loaded. Throws `KmsFailure`. */
export async function openKeyService(
  credentials: CloudCredentials,
  options: NetworkOptions = {},
): Promise<KeyService> {
  switch (credentials.provider) {
    case 'aws': {
      const { openAws } = await import('./aws.ts')
      return openAws(credentials, options)
    }
    case 'azure': {
      const { openAzure } = await import('./azure.ts')
      return openAzure(credentials, options)
    }
    case 'gcp': {
      const { openGcp } = await import('./gcp.ts')
      return openGcp(credentials, options)
    }
  }
}
