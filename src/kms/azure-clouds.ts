/** One of Microsoft's clouds: each has logins and vaults of its own, which know nothing of the others. */
export interface AzureCloud {
  /** As Atlas spells it. */
  readonly environment: string
  readonly authorityHost: string
  /** What the names of vaults end in, and what the tokens for them are for. The first is that of Key Vault itself. */
  readonly vaultDomains: readonly [string, ...string[]]
}

/**
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 * and https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 */
export const azureClouds: readonly [AzureCloud, ...AzureCloud[]] = [
  {
    environment: 'AZURE',
    authorityHost: 'https://login.microsoftonline.com',
    vaultDomains: ['vault.azure.net', 'managedhsm.azure.net'],
  },
  {
    environment: 'AZURE_CHINA',
    authorityHost: 'https://login.chinacloudapi.cn',
    vaultDomains: ['vault.azure.cn', 'managedhsm.azure.cn'],
  },
  {
    environment: 'AZURE_GOVERNMENT',
    authorityHost: 'https://login.microsoftonline.us',
    vaultDomains: ['vault.usgovcloudapi.net', 'managedhsm.usgovcloudapi.net'],
  },
  {
    environment: 'AZURE_GERMANY',
    authorityHost: 'https://login.microsoftonline.de',
    vaultDomains: ['vault.microsoftazure.de'],
  },
]
