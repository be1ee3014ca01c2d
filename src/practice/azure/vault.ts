import { constants, createPrivateKey, createPublicKey, privateDecrypt } from 'node:crypto'
import { z } from 'zod'
import type { Asked, WireAnswer } from '../stand-in.ts'
import { readToken, type Claims } from './access-token.ts'
import { cloudOfVault } from './clouds.ts'
import { json, vaultRefusal, type Refusal, type Trouble } from './refusal.ts'
import type { AzureState, KeyOperation, KeyVersion, Vault } from './state.ts'

/** The hash of OAEP and of its mask: https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#rsa-algorithms */
const oaepHashes: Readonly<Record<string, string>> = { 'RSA-OAEP': 'sha1', 'RSA-OAEP-256': 'sha256' }

const operationsByPath: Readonly<Record<string, KeyOperation>> = {
  'GET ': 'get',
  'POST decrypt': 'decrypt',
  'POST unwrapkey': 'unwrapKey',
}

/**
 * Key Vault's keys: https://learn.microsoft.com/rest/api/keyvault/keys/operation-groups. Throws `Refusal`.
 */
export function answerAsVault(state: AzureState, vault: Vault, asked: Asked, now: number): WireAnswer {
  const [, , name = '', version = '', verb = ''] = asked.url.pathname.split('/')
  const operation = operationsByPath[`${asked.method} ${verb.toLowerCase()}`]
  if (operation === undefined) return { status: 404, headers: {}, body: '' }
  checkNetwork(vault)
  const caller = authenticate(state, vault, asked, now)
  requirePermission(vault, caller, operation, name)
  const key = findVersion(vault, name, version)
  const kid = `https://${asked.url.host}/keys/${name}/${key.version}`
  return json(200, operation === 'get' ? describe(kid, key) : decrypt(kid, key, operation, asked.body))
}

const troubleTexts = {
  // https://github.com/dotnet/sign/issues/403
  throttled:
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
  failing: 'Internal server error.',
} as const

export function vaultTrouble(trouble: Trouble, vault: Vault): void {
  switch (trouble) {
    case 'throttled':
    case 'failing':
      throw vaultRefusal(trouble, troubleTexts[trouble])
    case 'invalid-issuer':
      // https://github.com/Azure/azure-sdk-for-js/issues/13036
      throw challenge(
        vault,
        `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${vault.tenantId}/, found https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/.`,
      )
    case 'token-refused':
      throw challenge(vault, withoutToken)
    case 'conditional-access':
      return
  }
}

// https://github.com/Azure/azure-sdk-for-js/issues/31094 is about one of this family.
const withoutToken = 'AKV10000: Request is missing a Bearer or PoP token.'

function checkNetwork({ network }: Vault): void {
  if (network === 'firewalled') {
    throw vaultRefusal(
      'forbidden-by-firewall',
      'Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\nCaller: ignored',
    )
  }
  if (network === 'private') {
    throw vaultRefusal(
      'forbidden-by-connection',
      'Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: ignored',
    )
  }
}

/** Says where a token is to be had, and refuses everything that is none. */
function authenticate(state: AzureState, vault: Vault, asked: Asked, now: number): Claims {
  const token = /^Bearer (.+)$/i.exec(asked.headers.authorization ?? '')?.[1]
  const claims = token === undefined ? undefined : readToken(token, state.tokenKey, now)
  if (claims === undefined) throw challenge(vault, withoutToken)
  const audience = `https://${cloudOfVault(vault.host).vaultDomain}`
  if (claims.aud !== audience) {
    throw challenge(vault, `AKV10022: Invalid audience. Expected ${audience}, found: ${claims.aud}.`)
  }
  return claims
}

/** https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#authentication */
function challenge(vault: Vault, message: string): Refusal {
  const { loginHosts, vaultDomain } = cloudOfVault(vault.host)
  return vaultRefusal('unauthorized', message, {
    'www-authenticate': `Bearer authorization="https://${loginHosts[0]}/${vault.tenantId}", resource="https://${vaultDomain}"`,
  })
}

/** Asked before the key is looked for: who may not use a key does not learn whether it is there. */
function requirePermission(vault: Vault, caller: Claims, operation: KeyOperation, keyName: string): void {
  const granted = vault.grants.find(({ objectId }) => objectId === caller.oid)?.operations ?? []
  if (granted.includes(operation)) return
  const [name = ''] = vault.host.split('.')
  const who = `appid=${caller.appid};oid=${caller.oid};iss=${caller.iss}`
  if (vault.access === 'policies') {
    throw vaultRefusal(
      'forbidden-by-policy',
      `The user, group or application '${who}' does not have keys ${operation} permission on key vault '${name};location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    )
  }
  const action = {
    get: 'Microsoft.KeyVault/vaults/keys/read',
    decrypt: 'Microsoft.KeyVault/vaults/keys/decrypt/action',
    unwrapKey: 'Microsoft.KeyVault/vaults/keys/unwrap/action',
  }[operation]
  throw vaultRefusal(
    'forbidden-by-role',
    [
      'Caller is not authorized to perform action on resource.',
      'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
      `Caller: ${who}`,
      `Action: '${action}'`,
      `Resource: '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/atlas/providers/microsoft.keyvault/vaults/${name}/keys/${keyName}'`,
      'Assignment: (not found)',
      'DenyAssignmentId: null',
      'DecisionReason: null ',
      `Vault: ${name};location=westeurope`,
      '',
    ].join('\r\n'),
  )
}

function findVersion(vault: Vault, name: string, version: string): KeyVersion {
  const versions = vault.keys.find(key => key.name === name)?.versions ?? []
  const found = version === '' ? versions.at(-1) : versions.find(each => each.version === version)
  if (found !== undefined) return found
  throw vaultRefusal(
    'key-not-found',
    `A key with (name/id) ${[name, version].filter(Boolean).join('/')} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  )
}

/** https://learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key */
function describe(kid: string, key: KeyVersion) {
  const { n, e } = createPublicKey(key.privateKey).export({ format: 'jwk' })
  const exp = key.expiresAt === undefined ? {} : { exp: Math.floor(Date.parse(key.expiresAt) / 1000) }
  return {
    key: { kid, kty: 'RSA', key_ops: key.operations, n, e },
    attributes: { enabled: key.state === 'enabled', ...exp, recoveryLevel: 'Recoverable+Purgeable' },
  }
}

const parameters = z.object({ alg: z.string(), value: z.base64url() })

/**
 * https://learn.microsoft.com/rest/api/keyvault/keys/decrypt/decrypt and …/unwrap-key/unwrap-key, which differ in the
 * permission that they need. A key that has expired still decrypts:
 * https://learn.microsoft.com/azure/key-vault/keys/about-keys#date-time-controlled-operations
 */
function decrypt(kid: string, key: KeyVersion, operation: 'decrypt' | 'unwrapKey', body: Buffer) {
  if (key.state === 'disabled') {
    throw vaultRefusal('key-disabled', `Operation ${operation} is not allowed on a disabled key.`)
  }
  if (!key.operations.includes(operation)) {
    throw vaultRefusal('operation-forbidden', `Operation ${operation} is not permitted on this key.`)
  }
  const input = parameters.safeParse(parseJson(body)).data
  if (input === undefined) {
    // https://github.com/bruj0/vault-recovery-key/issues/20
    throw vaultRefusal(
      'bad-parameter',
      "Content of 'value' is not base64url.\r\nProperty 'value' is required.\r\n",
    )
  }
  const plaintext = unpadded(key, input.alg, Buffer.from(input.value, 'base64url'))
  return { kid, value: plaintext.toString('base64url') }
}

function unpadded(key: KeyVersion, algorithm: string, ciphertext: Buffer): Buffer {
  const oaepHash = oaepHashes[algorithm]
  if (oaepHash === undefined) throw vaultRefusal('bad-parameter', 'Property  has invalid value\r\n')
  const privateKey = createPrivateKey(key.privateKey)
  try {
    return privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      ciphertext,
    )
  } catch {
    throw vaultRefusal('bad-parameter', 'Error occurred while decoding OAEP padding.')
  }
}

/** Undefined for what is no JSON: the operation says what it thinks of that. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
