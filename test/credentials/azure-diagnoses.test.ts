import { expect, test } from 'vitest'
import { diagnose } from '../../src/credentials/diagnose.ts'
import type { Circumstances } from '../../src/credentials/diagnosis.ts'
import { ownAzureFailure, type AzureReason } from '../../src/kms/azure-failure.ts'
import { KmsFailure } from '../../src/kms/failure.ts'
import type { AzureCredentials } from '../../src/kms/key-service.ts'
import type { FailureCode } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'

const keyName = 'https://restores.vault.azure.net/keys/atlas/0123456789abcdef0123456789abcdef'
const clientId = '11111111-2222-3333-4444-555555555555'
const credentials: AzureCredentials = {
  provider: 'azure',
  identity: { kind: 'client-secret', tenantId: 'tenant-1', clientId, secret: new Secret('canary-secret') },
  keyIdentifier: keyName,
}
const about: Circumstances = {
  key: {
    keyId: 'k1',
    provider: 'azure',
    metadataPath: '/db/cloudProviderCredentials/k1.azure.metadata',
  },
  credentials,
  caller: undefined,
  keyName,
}

function told(reason: AzureReason, more: Partial<Circumstances> = {}) {
  const failure = ownAzureFailure({ class: 'configuration', reason, operation: 'keys/decrypt' }, 'it said')
  return diagnose(failure, { ...about, ...more })
}

// prettier-ignore
const rows: readonly (readonly [AzureReason, FailureCode, message: string, remedy: string])[] = [
  ['application-disabled', 'CRED-003', `The application ${clientId} is disabled`, 'enabled in Entra ID'],
  ['application-not-found', 'CRED-003', `The tenant tenant-1 has no application ${clientId}`, '--credentials'],
  ['wrong-secret', 'CRED-004', `Entra ID knows the application ${clientId}, but not this client secret`, 'value, and not its ID'],
  ['expired', 'CRED-005', 'has expired', `az ad app credential reset --append --id ${clientId}`],
  ['not-authorized', 'CRED-006', `${clientId} is not allowed to decrypt with ${keyName}`, 'shown by hand'],
  ['refused-undecided', 'CRED-006', 'is not allowed to decrypt', 'shown by hand'],
  ['conditional-access', 'CRED-006', 'conditional access policy', 'where the policy allows it'],
  ['key-disabled', 'CRED-007', 'is disabled', `az keyvault key set-attributes --enabled true --id ${keyName}`],
  ['operation-forbidden', 'CRED-007', 'neither for decrypt nor for unwrapKey', '--ops decrypt unwrapKey'],
  ['tenant-not-found', 'CRED-008', 'Entra ID has no tenant tenant-1', 'tenantId'],
  ['tenant-mismatch', 'CRED-008', 'it said', 'own tenant'],
  ['cloud-mismatch', 'CRED-008', 'it said', 'azureEnvironment'],
  ['environment-unknown', 'CRED-008', 'it said', 'azureEnvironment'],
  ['key-identifier-invalid', 'CRED-008', 'it said', '--kms-key https://'],
  ['key-not-found', 'CRED-008', `The vault has no key ${keyName}`, 'az keyvault key recover'],
  ['unrecognised', 'CRED-008', 'which snapthaw does not know', 'below'],
  ['network-denied', 'CRED-010', 'The vault restores is closed to the network of this machine', 'network'],
  ['throttled', 'CRED-011', 'Azure has been asked too often', 'minute'],
  ['service-error', 'CRED-010', 'Azure cannot answer', 'https://azure.status.microsoft'],
  ['not-the-cloud', 'CRED-010', 'it said', 'HTTPS_PROXY'],
  ['proxy-refused', 'CRED-010', 'wants a name and a password', 'HTTPS_PROXY=http://NAME'],
  ['plain-http', 'CRED-010', 'it said', 'https URL'],
  ['timeout', 'CRED-010', 'Azure was not reached', 'HTTPS_PROXY'],
  ['not-a-ciphertext', 'CRED-012', `Nothing in the snapshot unwraps as the master key of k1 with ${keyName}`, '--wrapped-key'],
  ['no-credentials', 'CRED-013', 'Nobody is signed in to Azure', 'az login'],
]

test.each(rows)('%s of Azure is %s: %s', (reason, code, message, remedy) => {
  const failure = told(reason)
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(message)
  expect(failure.remedy).toContain(remedy)
  expect(failure.evidence).toEqual(['keys/decrypt: it said'])
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary')
})

test.each([
  ['ForbiddenByPolicy', `az keyvault set-policy --name restores --spn ${clientId}`],
  ['ForbiddenByRbac', `az role assignment create --role 'Key Vault Crypto User' --assignee ${clientId}`],
])('what grants the permission depends on how the vault says who may do what: %s', (errorName, command) => {
  const failure = new KmsFailure({
    provider: 'azure',
    class: 'permission',
    reason: 'not-authorized',
    operation: 'keys/decrypt',
    message: 'Caller is not authorized',
    errorName,
  })
  expect(diagnose(failure, about).byHand).toContain(command)
})

test('a sign-in of the machine has a name only where the cloud gave one', () => {
  const ambient = { ...credentials, identity: { kind: 'ambient' } } as const
  const named = told('not-authorized', { credentials: ambient, caller: { principal: 'alice@example.com' } })
  expect(named.message).toContain('alice@example.com is not allowed')
  expect(named.byHand).toContain('--assignee alice@example.com')
})
