import type { AzureReason } from '../../kms/azure-failure.ts'
import type { KmsFailure } from '../../kms/failure.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import type { Circumstances, Diagnose, Diagnosis } from '../diagnosis.ts'
import type { SharedReason } from '../shared-diagnoses.ts'

const others = '--credentials environment, stdin or prompt'

/** The catalogue of `snapshot.md`, by the reasons of `kms/azure-failure.ts`. */
export const azureDiagnoses: Readonly<Record<Exclude<AzureReason, SharedReason>, Diagnose>> = {
  'wrong-secret': (_, circumstances) => ({
    code: 'CRED-004',
    message: `Entra ID knows the application ${applicationIn(circumstances)}, but not this client secret of it`,
    remedy: `Give the secret’s value, and not its ID: ${others}. A new one: az ad app credential reset --append --id ${applicationIn(circumstances)}`,
  }),
  expired: (_, circumstances) => ({
    code: 'CRED-005',
    message: `The client secret of the application ${applicationIn(circumstances)} has expired`,
    remedy: `Give one that is valid: ${others}. A new one: az ad app credential reset --append --id ${applicationIn(circumstances)}`,
  }),
  'application-disabled': (_, circumstances) => ({
    code: 'CRED-003',
    message: `The application ${applicationIn(circumstances)} is disabled in its tenant`,
    remedy: `Have it enabled in Entra ID, or give other credentials: ${others}`,
  }),
  'application-not-found': (_, circumstances) => ({
    code: 'CRED-003',
    message: `The tenant ${tenantIn(circumstances)} has no application ${applicationIn(circumstances)}`,
    remedy: `It was deleted, or is one of another tenant. Give the credentials of today: ${others}`,
  }),

  'tenant-not-found': (_, circumstances) => ({
    code: 'CRED-008',
    message: `Entra ID has no tenant ${tenantIn(circumstances)}`,
    remedy: `See tenantId and azureEnvironment in the metadata file, or give both tenant and secret: ${others}`,
  }),
  'tenant-mismatch': ({ message }) => ({
    code: 'CRED-008',
    message,
    remedy: `Give credentials of the vault’s own tenant: ${others}`,
  }),
  'cloud-mismatch': ({ message }) => ({
    code: 'CRED-008',
    message,
    remedy: 'See azureEnvironment in the metadata file and the host of the key identifier: --kms-key URL',
  }),
  'key-identifier-invalid': ({ message }) => ({
    code: 'CRED-008',
    message,
    remedy: 'Give it: --kms-key https://VAULT.vault.azure.net/keys/KEY/VERSION',
  }),
  'environment-unknown': ({ message }) => ({
    code: 'CRED-008',
    message,
    remedy: 'Correct azureEnvironment in the metadata file',
  }),
  'key-not-found': (_, { keyName }) => ({
    code: 'CRED-008',
    message: `The vault has no key ${keyName ?? ''}`,
    remedy: 'See the key identifier: --kms-key URL. A deleted key comes back with: az keyvault key recover',
  }),

  'not-authorized': mayNotDecrypt,
  'refused-undecided': mayNotDecrypt,
  'conditional-access': (_, circumstances) => ({
    code: 'CRED-006',
    message: `A conditional access policy of the tenant keeps ${callerIn(circumstances)} from signing in here`,
    remedy: `Run it where the policy allows it, or give other credentials: ${others}`,
  }),
  'network-denied': (_, circumstances) => ({
    code: 'CRED-010',
    message: `The vault ${vaultIn(circumstances)} is closed to the network of this machine`,
    remedy: 'Run it in a network that the vault admits, or have this machine’s address admitted',
    byHand: shellCommand([
      ...['az', 'keyvault', 'network-rule', 'add'],
      ...['--name', vaultIn(circumstances), '--ip-address', 'ADDRESS'],
    ]),
  }),

  'key-disabled': (_, { keyName = 'KEY' }) => ({
    code: 'CRED-007',
    message: 'The customer master key is disabled',
    remedy: `Have its administrator enable it: az keyvault key set-attributes --enabled true --id ${keyName}`,
  }),
  'operation-forbidden': (_, { keyName = 'KEY' }) => ({
    code: 'CRED-007',
    message: 'The customer master key lets itself be used neither for decrypt nor for unwrapKey',
    remedy: `Have its administrator allow it: az keyvault key set-attributes --ops decrypt unwrapKey --id ${keyName}`,
  }),
  'not-a-ciphertext': (_, { key, keyName }) => ({
    code: 'CRED-012',
    message: `Nothing in the snapshot unwraps as the master key of ${key.keyId} with ${keyName ?? 'the key'}`,
    remedy:
      'Name its file (--wrapped-key ID=FILE), see the version of the key (--kms-key URL), or use --engine official',
  }),

  'no-credentials': () => ({
    code: 'CRED-013',
    message: 'Nobody is signed in to Azure on this machine, and it has no managed identity',
    remedy: 'Sign in with: az login. Or give a client secret: --credentials stdin or prompt',
  }),
  unrecognised: ({ operation, errorName, httpStatus }) => ({
    code: 'CRED-008',
    message: `Azure refuses ${operation} with ${errorName}${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}, which snapthaw does not know`,
    remedy: `See its text below; then try again, or give other credentials: ${others}`,
  }),
}

/** A vault knows two ways of saying who may do what, and its refusal tells which of them is in use. */
function mayNotDecrypt({ errorName }: KmsFailure, circumstances: Circumstances): Diagnosis {
  const vault = vaultIn(circumstances)
  const who = callerIn(circumstances)
  const grant =
    errorName === 'ForbiddenByPolicy'
      ? shellCommand([
          ...['az', 'keyvault', 'set-policy', '--name', vault, '--spn', who],
          ...['--key-permissions', 'decrypt', 'unwrapKey'],
        ])
      : shellCommand([
          ...['az', 'role', 'assignment', 'create', '--role', 'Key Vault Crypto User', '--assignee', who],
          ...[
            '--scope',
            `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.KeyVault/vaults/${vault}`,
          ],
        ])
  return {
    code: 'CRED-006',
    message: `The credentials are valid, but ${who} is not allowed to decrypt with ${circumstances.keyName ?? 'the key'}`,
    remedy: `Have it granted, with the command shown by hand, or give other credentials: ${others}`,
    byHand: grant,
  }
}

function callerIn(circumstances: Circumstances): string {
  return circumstances.caller?.principal ?? applicationIn(circumstances)
}

function applicationIn({ credentials }: Circumstances): string {
  const isSecret = credentials?.provider === 'azure' && credentials.identity.kind === 'client-secret'
  return isSecret ? credentials.identity.clientId : 'APPLICATION'
}

function tenantIn({ credentials }: Circumstances): string {
  const isSecret = credentials?.provider === 'azure' && credentials.identity.kind === 'client-secret'
  return isSecret ? credentials.identity.tenantId : 'of the sign-in'
}

/** https://VAULT.vault.azure.net/keys/KEY/VERSION */
function vaultIn({ keyName }: Circumstances): string {
  return keyName !== undefined && URL.canParse(keyName)
    ? (new URL(keyName).hostname.split('.')[0] ?? 'VAULT')
    : 'VAULT'
}
