import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AzureOperation, AzureReason } from '../../src/kms/azure-failure.ts'
import { openAzure } from '../../src/kms/azure.ts'
import type { KmsFailureClass } from '../../src/kms/failure.ts'
import type { AzureCredentials } from '../../src/kms/key-service.ts'
import type { AzureFault } from '../../src/practice/azure/state.ts'
import {
  app,
  being,
  blob,
  credentials,
  disabledApp,
  elsewhereApp,
  expiredApp,
  foreignBlob,
  keyIdentifier,
  otherTenantId,
  standIn,
  tenantId,
  unknownTenantId,
  wrongSecret,
  type Azure,
  type Difference,
} from '../practice/azure/directory.ts'
import { failureOf } from './failure-of.ts'

const signal = new AbortController().signal

/** One failure: the world that it needs, whose credentials, and what becomes of it. */
interface Case {
  readonly what: string
  readonly world?: Difference
  readonly credentials?: AzureCredentials
  readonly blob?: Uint8Array
  readonly class: KmsFailureClass
  readonly reason: AzureReason
  readonly operation: AzureOperation
  readonly errorName: string
  readonly httpStatus?: number
  readonly message: string | RegExp
}

function refusing(
  service: AzureFault['service'],
  as: Extract<AzureFault, { does: 'refuse' }>['as'],
): Difference {
  return { faults: [{ service, does: 'refuse', as }] }
}

const ofToken = { operation: 'oauth2/v2.0/token' } as const
const ofKey = { operation: 'keys/decrypt' } as const

/** One row of the table in src/kms/azure-failure.ts after the other. */
const cases: readonly Case[] = [
  {
    what: 'a wrong client secret',
    credentials: credentials({ secret: wrongSecret }),
    class: 'stale',
    reason: 'wrong-secret',
    ...ofToken,
    errorName: 'AADSTS7000215',
    httpStatus: 401,
    message: /^AADSTS7000215: Invalid client secret provided\. .* added to app '[\da-f-]{36}'\.$/,
  },
  {
    what: 'an expired client secret',
    credentials: credentials(being(expiredApp)),
    class: 'stale',
    reason: 'expired',
    ...ofToken,
    errorName: 'AADSTS7000222',
    httpStatus: 401,
    message: /^AADSTS7000222: The provided client secret keys .* are expired\./,
  },
  {
    what: 'a disabled application',
    credentials: credentials(being(disabledApp)),
    class: 'stale',
    reason: 'application-disabled',
    ...ofToken,
    errorName: 'AADSTS7000112',
    httpStatus: 400,
    message: /is disabled\.$/,
  },
  {
    what: 'an application that the tenant does not have',
    credentials: credentials(being(elsewhereApp)),
    class: 'configuration',
    reason: 'application-not-found',
    ...ofToken,
    errorName: 'AADSTS700016',
    httpStatus: 400,
    message: /was not found in the directory/,
  },
  {
    what: 'a vault of another tenant',
    credentials: credentials({ tenantId: otherTenantId, ...being(elsewhereApp) }),
    class: 'configuration',
    reason: 'tenant-mismatch',
    ...ofToken,
    errorName: 'CredentialUnavailableError',
    httpStatus: 401,
    message: `The vault is of tenant ${tenantId}, and the credentials are of another`,
  },
  {
    what: 'a token that the vault takes for one of another tenant',
    world: refusing('vault', 'invalid-issuer'),
    class: 'configuration',
    reason: 'tenant-mismatch',
    ...ofKey,
    errorName: 'AKV10032',
    httpStatus: 401,
    message: /^AKV10032: Invalid issuer\./,
  },
  {
    what: 'a sign-in that a Conditional Access policy blocks',
    world: refusing('entra', 'conditional-access'),
    class: 'permission',
    reason: 'conditional-access',
    ...ofToken,
    errorName: 'AADSTS53003',
    httpStatus: 400,
    message: /^AADSTS53003: Access has been blocked by Conditional Access policies/,
  },
  {
    what: 'a missing access policy',
    world: { grants: ['get'], vault: { access: 'policies' } },
    class: 'permission',
    reason: 'not-authorized',
    ...ofKey,
    errorName: 'ForbiddenByPolicy',
    httpStatus: 403,
    message: new RegExp(`'appid=${app.clientId};.*' does not have keys decrypt permission on key vault`),
  },
  {
    what: 'a missing role',
    world: { grants: [] },
    class: 'permission',
    reason: 'not-authorized',
    ...ofKey,
    errorName: 'ForbiddenByRbac',
    httpStatus: 403,
    message: /^Caller is not authorized .* Action: 'Microsoft\.KeyVault\/vaults\/keys\/decrypt\/action'/,
  },
  {
    what: 'a vault behind a firewall',
    world: { vault: { network: 'firewalled' } },
    class: 'permission',
    reason: 'network-denied',
    ...ofKey,
    errorName: 'ForbiddenByFirewall',
    httpStatus: 403,
    message: /^Client address is not authorized/,
  },
  {
    what: 'a vault that is reached by private link only',
    world: { vault: { network: 'private' } },
    class: 'permission',
    reason: 'network-denied',
    ...ofKey,
    errorName: 'ForbiddenByConnection',
    httpStatus: 403,
    message: /^Public network access is disabled/,
  },
  {
    what: 'a disabled key',
    world: { key: { state: 'disabled' } },
    class: 'key-state',
    reason: 'key-disabled',
    ...ofKey,
    errorName: 'KeyDisabled',
    httpStatus: 403,
    message: 'Operation decrypt is not allowed on a disabled key.',
  },
  {
    what: 'a key that is for other operations',
    world: { key: { operations: [] } },
    class: 'key-state',
    reason: 'operation-forbidden',
    ...ofKey,
    errorName: 'KeyOperationForbidden',
    httpStatus: 403,
    message: 'Operation decrypt is not permitted on this key.',
  },
  {
    what: 'a version of the key that is not there',
    credentials: credentials({}, { keyIdentifier: keyIdentifier(undefined, '0'.repeat(32)) }),
    class: 'configuration',
    reason: 'key-not-found',
    ...ofKey,
    errorName: 'KeyNotFound',
    httpStatus: 404,
    message: /was not found in this key vault/,
  },
  {
    what: 'a blob that another key wrapped',
    blob: foreignBlob,
    class: 'data',
    reason: 'not-a-ciphertext',
    ...ofKey,
    errorName: 'BadParameter',
    httpStatus: 400,
    message: 'Error occurred while decoding OAEP padding.',
  },
  {
    what: 'a blob that is no ciphertext',
    blob: Buffer.from('garbage'),
    class: 'data',
    reason: 'not-a-ciphertext',
    ...ofKey,
    errorName: 'BadParameter',
    httpStatus: 400,
    message: /./,
  },
  {
    what: 'a throttled vault',
    world: refusing('vault', 'throttled'),
    class: 'transient',
    reason: 'throttled',
    ...ofKey,
    errorName: 'Throttled',
    httpStatus: 429,
    message: /too many requests were received/,
  },
  {
    what: 'a throttled tenant',
    world: refusing('entra', 'throttled'),
    class: 'transient',
    reason: 'throttled',
    ...ofToken,
    errorName: 'AADSTS90055',
    httpStatus: 429,
    message: /^AADSTS90055: There are too many incoming requests/,
  },
  {
    what: 'a vault in trouble',
    world: refusing('vault', 'failing'),
    class: 'transient',
    reason: 'service-error',
    ...ofKey,
    errorName: 'InternalServerError',
    httpStatus: 500,
    message: 'Internal server error.',
  },
  {
    what: 'an Entra ID in trouble',
    world: refusing('entra', 'failing'),
    class: 'transient',
    reason: 'service-error',
    ...ofToken,
    errorName: 'AADSTS90033',
    httpStatus: 503,
    message: /^AADSTS90033/,
  },
  {
    what: 'a token that the vault does not take, without a reason',
    world: refusing('vault', 'token-refused'),
    class: 'permission',
    reason: 'refused-undecided',
    ...ofKey,
    errorName: 'AKV10000',
    httpStatus: 401,
    message: /^AKV10000/,
  },
  {
    what: 'a vault of which only a web server is there',
    credentials: credentials({}, { keyIdentifier: keyIdentifier('nobody.vault.azure.net') }),
    class: 'transient',
    reason: 'not-the-cloud',
    ...ofKey,
    errorName: 'RestError',
    httpStatus: 404,
    message: 'Something that is not Azure answered, such as the login page of a network',
  },
  {
    what: 'a vault that resets the connection',
    world: { faults: [{ service: 'vault', does: 'reset' }] },
    class: 'transient',
    reason: 'connection-lost',
    ...ofKey,
    errorName: 'ECONNRESET',
    message: /socket hang up|ECONNRESET/,
  },
  {
    what: 'an answer that breaks off',
    world: { faults: [{ service: 'vault', does: 'break off' }] },
    class: 'transient',
    reason: 'connection-lost',
    ...ofKey,
    errorName: 'PARSE_ERROR',
    message: /./,
  },
  {
    what: 'an Entra ID that resets the connection',
    world: { faults: [{ service: 'entra', does: 'reset' }] },
    class: 'transient',
    reason: 'connection-lost',
    ...ofToken,
    errorName: 'ECONNRESET',
    message: /socket hang up|ECONNRESET/,
  },
]

test.each(cases)('$what is $class: $reason', async ({ world, ...expected }) => {
  const azure = await standIn(world)
  const {
    what: title,
    credentials: whose = credentials(),
    blob: asked = blob,
    message,
    ...failure
  } = expected
  const service = openAzure(whose, { environment: { HTTPS_PROXY: azure.proxy } })
  const thrown = await failureOf(service.unwrap({ blob: asked }, signal))
  expect(thrown, title).toMatchObject({ provider: 'azure', ...failure })
  if (typeof message === 'string') expect(thrown.message).toBe(message)
  else expect(thrown.message).toMatch(message)
  service.close()
})

describe('a tenant that there is not', () => {
  test('is told apart from a network failure when its token endpoint says so', async () => {
    const failure = await checked(await standIn(), credentials({ tenantId: unknownTenantId }))
    expect(failure).toMatchObject({ class: 'configuration', reason: 'tenant-not-found', httpStatus: 400 })
    expect(failure.message).toMatch(`AADSTS90002: Tenant '${unknownTenantId}' not found.`)
  })

  test('is told apart from a network failure when its openid-configuration says so, and MSAL does not', async () => {
    const azure = await standIn()
    const authorityHost = `https://127.0.0.1:${azure.port}`
    const failure = await checked(azure, credentials({ tenantId: unknownTenantId }, { authorityHost }))
    expect(failure).toMatchObject({ class: 'configuration', reason: 'tenant-not-found', httpStatus: 400 })
    expect(failure.message).toMatch(`AADSTS90002: Tenant '${unknownTenantId}' not found.`)
  })

  test('is no network failure either when its id cannot be one', async () => {
    const failure = await checked(await standIn(), credentials({ tenantId: 'not a tenant' }))
    expect(failure).toMatchObject({ class: 'configuration', reason: 'tenant-not-found' })
  })

  test('is not what a network failure of discovery is told as', async () => {
    const azure = await standIn({ faults: [{ service: 'entra', does: 'reset' }] })
    const authorityHost = `https://127.0.0.1:${azure.port}`
    const failure = await checked(azure, credentials({}, { authorityHost }))
    expect(failure).toMatchObject({ class: 'transient', reason: 'connection-lost' })
  })
})

test('a token for another cloud’s vaults is not had', async () => {
  const azure = await standIn()
  const environment = { HTTPS_PROXY: azure.proxy }
  const authorityHost = 'https://login.chinacloudapi.cn'
  const service = openAzure(credentials({}, { authorityHost }), { environment })
  const failure = await failureOf(service.check(signal))
  expect(failure).toMatchObject({
    class: 'configuration',
    reason: 'cloud-mismatch',
    errorName: 'AADSTS500011',
  })
  service.close()
})

test('credentials of the environment are missing where it has none', async () => {
  process.env.AZURE_TOKEN_CREDENTIALS = 'EnvironmentCredential'
  onTestFinished(() => {
    delete process.env.AZURE_TOKEN_CREDENTIALS
  })
  const azure = await standIn()
  const failure = await checked(azure, credentials({}, { identity: { kind: 'ambient' } }))
  expect(failure).toMatchObject({
    class: 'missing',
    reason: 'no-credentials',
    operation: 'oauth2/v2.0/token',
  })
})

test.each([
  [407, 'proxy-refused'],
  [403, 'not-the-cloud'],
  [502, 'service-error'],
])('a proxy that answers %i is told as %s', async (status, reason) => {
  const proxy = createServer().on('connect', (_, client) => {
    client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const { port } = proxy.address() as { port: number }
  const service = openAzure(credentials(), { environment: { HTTPS_PROXY: `http://127.0.0.1:${port}` } })
  expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ class: 'transient', reason })
  service.close()
})

async function checked({ proxy }: Azure, whose: AzureCredentials) {
  const service = openAzure(whose, { environment: { HTTPS_PROXY: proxy } })
  const failure = await failureOf(service.check(signal))
  service.close()
  return failure
}
