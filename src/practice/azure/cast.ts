import { randomUUID } from 'node:crypto'
import { newPrivateKey } from '../fake-keys.ts'
import { newApplication, newKeyVersion } from './fake-credentials.ts'
import type { Application, AzureState, KeyVersion } from './state.ts'

// Who appears in the scenarios of Azure.

const vaultName = 'atlas-encryption'
const keyName = 'atlas-cmk'

/** Client secrets live two years at most; sandboxes are opened again after days. Milliseconds. */
const longAway = Date.UTC(2100, 0, 1)

/** A tenant with the application that was registered for Atlas, and a vault in which it may decrypt. */
export interface AzureCast {
  readonly state: AzureState
  readonly tenantId: string
  readonly application: Application
  readonly key: KeyVersion
  /** As the metadata file names it. */
  readonly keyIdentifier: string
}

export async function newAzureCast(): Promise<AzureCast> {
  const [tokenKey, privateKey] = await Promise.all([newPrivateKey(), newPrivateKey()])
  const tenantId = randomUUID()
  const application = newApplication(longAway)
  const key = newKeyVersion(privateKey)
  const host = `${vaultName}.vault.azure.net`
  return {
    tenantId,
    application,
    key,
    keyIdentifier: `https://${host}/keys/${keyName}/${key.version}`,
    state: {
      tenants: [{ tenantId, applications: [application] }],
      vaults: [
        {
          host,
          tenantId,
          access: 'roles',
          // What Atlas asks for: https://www.mongodb.com/docs/atlas/security-azure-kms/
          grants: [{ objectId: application.objectId, operations: ['get', 'decrypt'] }],
          network: 'open',
          keys: [{ name: keyName, versions: [key] }],
        },
      ],
      tokenKey,
      clockOffset: 0,
      faults: [],
    },
  }
}

/** The metadata file of the snapshot, in the words of Atlas's Admin API: its spelling on disk is documented nowhere. */
export function metadataOf({
  tenantId,
  application,
  keyIdentifier,
}: AzureCast): Readonly<Record<string, string>> {
  return {
    azureEnvironment: 'AZURE',
    clientId: application.clientId,
    tenantId,
    secret: application.secrets[0]?.value ?? '',
    subscriptionId: randomUUID(),
    resourceGroupName: 'atlas',
    keyVaultName: vaultName,
    keyIdentifier,
  }
}
