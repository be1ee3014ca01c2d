import { Failure } from '../lib/failure.ts'
import type { CloudCredentials, KeyService } from './key-service.ts'
import type { NetworkOptions } from './network.ts'
import { trustSystemAuthorities } from './system-authorities.ts'

/** The key service that these credentials are for. Only its provider's SDK is ever loaded. Throws `KmsFailure`. */
export async function openKeyService(
  credentials: CloudCredentials,
  options: NetworkOptions = {},
): Promise<KeyService> {
  trustSystemAuthorities()
  switch (credentials.provider) {
    case 'aws': {
      const { openAws } = await import('./aws.ts')
      return openAws(credentials, options)
    }
    default:
      throw new Failure({
        code: 'CRED-008',
        message: `The key is in ${credentials.provider}, and this version of snapthaw asks the key service of aws`,
        remedy: 'Let the official proxy of MongoDB unwrap the key: --engine official --official-proxy PATH',
      })
  }
}
