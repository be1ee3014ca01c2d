import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { issueToken, lifetime } from '../src/practice/azure/access-token.ts'
import { azureState } from '../src/practice/azure/state.ts'
import type { Sandbox } from '../src/practice/sandbox.ts'

/**
 * What `az account get-access-token` prints on a machine where this application of the sandbox's tenant is signed in.
 * https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 */
export async function accessTokenFor({ root }: Pick<Sandbox, 'root'>, clientId: string) {
  const state = azureState.parse(JSON.parse(await readFile(join(root, 'azure', 'account.json'), 'utf8')))
  const tenant = state.tenants[0]!
  const { objectId } = tenant.applications.find(application => application.clientId === clientId)!
  const subject = {
    audience: 'https://vault.azure.net',
    issuer: 'https://sts.windows.net',
    clientId,
    objectId,
    tenantId: tenant.tenantId,
  }
  const now = Date.now()
  const expires = Math.floor(now / 1000) + lifetime
  return {
    accessToken: issueToken(subject, state.tokenKey, now),
    expiresOn: new Date(expires * 1000).toISOString(),
    expires_on: expires,
    tenant: tenant.tenantId,
    tokenType: 'Bearer',
  }
}
