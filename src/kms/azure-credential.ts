import type { TokenCredential } from '@azure/identity'
import type { AzureKeyPlace } from './azure-key-place.ts'
import type { AzureClientOptions } from './azure-transport.ts'
import type { AzureCredentials } from './key-service.ts'
import { defaultRequestTimeout } from './network.ts'

/** What hands out tokens: for a client secret, or for whoever this machine is or is logged in as. */
export async function azureCredential(
  identity: AzureCredentials['identity'],
  { authorityHost, authority }: AzureKeyPlace,
  clientOptions: AzureClientOptions,
): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity')
  const options = {
    ...clientOptions,
    authorityHost,
    // Else MSAL asks login.microsoftonline.com whether there is such a host.
    disableInstanceDiscovery: authority === 'another',
  }
  if (identity.kind === 'ambient') {
    // The Azure CLI is a process, and takes its time.
    return new DefaultAzureCredential({ ...options, processTimeoutInMs: defaultRequestTimeout })
  }
  const { tenantId, clientId, secret } = identity
  return new ClientSecretCredential(tenantId, clientId, secret.reveal(), options)
}

/** What is told of whom a token is for. */
export interface TokenHolder {
  readonly tenantId: string | undefined
  readonly clientId: string | undefined
  /** Of a user, such as one who is logged in with the Azure CLI. */
  readonly userName: string | undefined
}

/**
 * Reads the claims of an access token, which is a JSON web token without a promise to be one; undefined claims where it
 * is none. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function holderOf(token: string): TokenHolder {
  const claims = claimsOf(token)
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined)
  return {
    tenantId: text('tid'),
    clientId: text('appid') ?? text('azp'),
    userName: text('upn') ?? text('unique_name'),
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >
  } catch {
    return {}
  }
}
