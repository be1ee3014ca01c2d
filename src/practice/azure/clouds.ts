/** One of Microsoft's clouds, as far as a key is asked for in it. */
export interface Cloud {
  /** Where one logs in. MSAL calls the second one in place of the first, where there is one. */
  readonly loginHosts: readonly [string, ...string[]]
  /** Behind the names of its vaults, and what their tokens are for. */
  readonly vaultDomain: string
  readonly issuer: string
}

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers */
export const clouds: readonly [Cloud, ...Cloud[]] = [
  {
    loginHosts: ['login.microsoftonline.com'],
    vaultDomain: 'vault.azure.net',
    issuer: 'https://sts.windows.net',
  },
  {
    loginHosts: ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
    vaultDomain: 'vault.azure.cn',
    issuer: 'https://sts.chinacloudapi.cn',
  },
  {
    loginHosts: ['login.microsoftonline.us'],
    vaultDomain: 'vault.usgovcloudapi.net',
    issuer: 'https://sts.windows.net',
  },
  {
    loginHosts: ['login.microsoftonline.de'],
    vaultDomain: 'vault.microsoftazure.de',
    issuer: 'https://sts.microsoftonline.de',
  },
]

/** The cloud that a vault is in; the public one for a vault that has another name, such as 127.0.0.1. */
export function cloudOfVault(host: string): Cloud {
  return clouds.find(({ vaultDomain }) => host.endsWith(`.${vaultDomain}`)) ?? clouds[0]
}

/** The cloud that is logged in to at this host; the public one where the host has another name, such as 127.0.0.1. */
export function cloudOfLogin(host: string): Cloud {
  return clouds.find(({ loginHosts }) => loginHosts.includes(host)) ?? clouds[0]
}

/** Whether a host is one of Microsoft's that the stand-in stands in for. */
export function isStoodInFor(host: string): boolean {
  return clouds.some(
    ({ loginHosts, vaultDomain }) => loginHosts.includes(host) || host.endsWith(`.${vaultDomain}`),
  )
}

/** The names that the stand-in's certificate is for: whatever a client may call it. */
export const certifiedNames: readonly string[] = clouds.flatMap(({ loginHosts, vaultDomain }) => [
  ...loginHosts,
  `*.${vaultDomain}`,
])
