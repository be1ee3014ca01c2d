import { azureClouds, type AzureCloud } from './azure-clouds.ts'
import { ownAzureFailure } from './azure-failure.ts'
import { endpointProblem, isLoopback } from './endpoint.ts'
import type { AzureCredentials } from './key-service.ts'

/** Where a key of Key Vault is, and who hands out tokens for it. */
export interface AzureKeyPlace {
  readonly keyIdentifier: string
  readonly vaultHost: string
  /** What a token must be for. */
  readonly scope: string
  readonly authorityHost: string
  /** Microsoft's own: any other host, of a private cloud or a stand-in, is not asked about at login.microsoftonline.com. */
  readonly authority: 'of a known cloud' | 'another'
  /** The domain of the vault is that of a known cloud, so that a token for another domain is never sent to it. */
  readonly vault: 'of a known cloud' | 'on this machine'
}

/**
 * Reads the key identifier, which alone says where the vault is. It comes with the snapshot, and tokens are sent there:
 * a host that is no vault is refused, except on this machine. Throws `KmsFailure` (configuration).
 */
export function azureKeyPlace({
  keyIdentifier,
  environment,
  authorityHost,
}: AzureCredentials): AzureKeyPlace {
  const url = parse(keyIdentifier)
  const wanted = environment === undefined ? undefined : cloudNamed(environment)
  const cloud = cloudOf(url, wanted)
  const domain = cloud.vaultDomains.find(each => url.hostname.endsWith(`.${each}`))
  const given = authorityHost === undefined ? undefined : originOf(authorityHost)
  return {
    keyIdentifier: url.href,
    vaultHost: url.host,
    scope: `https://${domain ?? cloud.vaultDomains[0]}/.default`,
    authorityHost: given ?? cloud.authorityHost,
    authority: azureClouds.some(each => each.authorityHost === (given ?? cloud.authorityHost))
      ? 'of a known cloud'
      : 'another',
    vault: domain === undefined ? 'on this machine' : 'of a known cloud',
  }
}

function parse(keyIdentifier: string): URL {
  const isWellFormed =
    URL.canParse(keyIdentifier) &&
    new URL(keyIdentifier).protocol === 'https:' &&
    /^\/keys\/[\w-]+(\/\w+)?\/?$/.test(new URL(keyIdentifier).pathname)
  if (isWellFormed) return new URL(new URL(keyIdentifier).pathname.replace(/\/$/, ''), keyIdentifier)
  throw problem(
    'key-identifier-invalid',
    `${keyIdentifier} is no key of Key Vault: a key identifier looks like https://VAULT.vault.azure.net/keys/KEY/VERSION`,
  )
}

function cloudNamed(environment: string): AzureCloud {
  const cloud = azureClouds.find(each => each.environment === environment.trim().toUpperCase())
  if (cloud !== undefined) return cloud
  throw problem(
    'environment-unknown',
    `There is no Azure environment ${environment}: it is one of ${azureClouds.map(each => each.environment).join(', ')}`,
  )
}

/** The cloud of the vault, which must be the one that is wanted, where one is. */
function cloudOf({ hostname }: URL, wanted: AzureCloud | undefined): AzureCloud {
  if (isLoopback(hostname)) return wanted ?? azureClouds[0]
  const cloud = azureClouds.find(each => each.vaultDomains.some(domain => hostname.endsWith(`.${domain}`)))
  if (cloud === undefined) {
    throw problem(
      'key-identifier-invalid',
      `${hostname} is no vault of Azure: no token is sent there. Vaults are called VAULT.vault.azure.net, or in another cloud VAULT.${azureClouds[1]?.vaultDomains[0]}, …`,
    )
  }
  if (wanted === undefined || wanted === cloud) return cloud
  throw problem(
    'cloud-mismatch',
    `The vault ${hostname} is in ${cloud.environment}, and the credentials are for ${wanted.environment}`,
  )
}

/** Azure's SDK refuses plain http even on this machine. */
function originOf(authorityHost: string): string {
  const trouble =
    endpointProblem(authorityHost) ??
    (authorityHost.startsWith('https:')
      ? undefined
      : `${authorityHost} is no https URL: Entra ID is asked with TLS only`)
  if (trouble === undefined) return new URL(authorityHost).origin
  throw problem('plain-http', trouble)
}

function problem(reason: Parameters<typeof ownAzureFailure>[0]['reason'], message: string) {
  return ownAzureFailure({ class: 'configuration', reason, operation: 'credentials' }, message)
}
