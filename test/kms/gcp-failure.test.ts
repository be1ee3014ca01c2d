import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { KmsFailureClass } from '../../src/kms/failure.ts'
import type { GcpReason } from '../../src/kms/gcp-failure.ts'
import { openGcp } from '../../src/kms/gcp.ts'
import type { GcpCredentials } from '../../src/kms/key-service.ts'
import type { GcpFault } from '../../src/practice/gcp/state.ts'
import {
  atlas,
  blob,
  credentials,
  foreignBlob,
  impostor,
  key,
  missingKey,
  projectId,
  proxiedStandIn,
  standIn,
  stranger,
  userLogin,
  withKey,
  type Difference,
} from '../practice/gcp/project.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { failureOf } from './failure-of.ts'

const signal = new AbortController().signal
const hour = 3_600_000

/** One failure: the world that it needs, whose credentials, and what becomes of it. */
interface Case {
  readonly what: string
  readonly world?: Difference
  readonly credentials?: Partial<GcpCredentials>
  readonly blob?: Uint8Array
  readonly class: KmsFailureClass
  readonly reason: GcpReason
  readonly errorName: string
  readonly httpStatus?: number
  readonly message: string | RegExp
}

function refusing(as: Extract<GcpFault, { does: 'refuse' }>['as']): Difference {
  return { faults: [{ service: 'kms', does: 'refuse', as }] }
}

const notAuthenticated = {
  errorName: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
  httpStatus: 401,
  message: /^Request had invalid authentication credentials\./,
} as const

function notEnabled(state: string) {
  return {
    errorName: 'FAILED_PRECONDITION',
    httpStatus: 400,
    message: `${key.name}/cryptoKeyVersions/1 is not enabled, current state is: ${state}.`,
  }
}

/** What Cloud KMS refuses: one row of the table in src/kms/gcp-failure.ts after the other. */
const cases: readonly Case[] = [
  {
    what: 'a key of the account that was deleted',
    world: { account: { keys: atlas.account.keys.map(each => ({ ...each, state: 'deleted' })) } },
    class: 'stale',
    reason: 'unknown-key',
    ...notAuthenticated,
  },
  {
    what: 'a disabled account',
    world: { account: { state: 'disabled' } },
    class: 'stale',
    reason: 'unknown-key',
    ...notAuthenticated,
  },
  {
    what: 'a private key that is another’s',
    credentials: { identity: withKey(impostor.keyDocument) },
    class: 'stale',
    reason: 'unknown-key',
    ...notAuthenticated,
  },
  {
    what: 'a clock that is an hour slow',
    world: { clockOffset: hour },
    class: 'clock',
    reason: 'clock-skew',
    ...notAuthenticated,
  },
  {
    what: 'a clock that is an hour fast',
    world: { clockOffset: -hour },
    class: 'clock',
    reason: 'clock-skew',
    ...notAuthenticated,
  },
  {
    what: 'a project without Cloud KMS',
    world: { projectsWithoutKms: [projectId] },
    class: 'configuration',
    reason: 'service-disabled',
    errorName: 'SERVICE_DISABLED',
    httpStatus: 403,
    message: /API has not been used in project atlas-keys-4711 before or it is disabled/,
  },
  {
    what: 'a key that the account may not use, or that is not there',
    credentials: { identity: withKey(stranger.keyDocument) },
    class: 'permission',
    reason: 'not-authorized-or-missing',
    errorName: 'IAM_PERMISSION_DENIED',
    httpStatus: 403,
    message: `Permission 'cloudkms.cryptoKeyVersions.useToDecrypt' denied on resource '${key.name}' (or it may not exist).`,
  },
  {
    what: 'a denial for another reason',
    world: refusing('denied'),
    class: 'permission',
    reason: 'not-authorized',
    errorName: 'USER_PROJECT_DENIED',
    httpStatus: 403,
    message: /^Caller does not have required permission to use project/,
  },
  {
    what: 'a key that is not there',
    credentials: { keyResource: missingKey },
    class: 'configuration',
    reason: 'key-not-found',
    errorName: 'NOT_FOUND',
    httpStatus: 404,
    message: `CryptoKey ${missingKey} not found.`,
  },
  {
    what: 'a blob that another key wrapped',
    blob: foreignBlob,
    class: 'configuration',
    reason: 'other-key',
    errorName: 'INVALID_ARGUMENT',
    httpStatus: 400,
    message: "Decryption failed: verify that 'name' refers to the correct CryptoKey.",
  },
  {
    what: 'a blob that is no ciphertext',
    blob: Buffer.from('garbage'),
    class: 'data',
    reason: 'not-a-ciphertext',
    errorName: 'INVALID_ARGUMENT',
    httpStatus: 400,
    message: 'Decryption failed: the ciphertext is invalid.',
  },
  {
    what: 'a blob with a flipped bit',
    blob: Uint8Array.from(blob, (byte, index) => (index === blob.length - 1 ? byte ^ 1 : byte)),
    class: 'data',
    reason: 'not-a-ciphertext',
    errorName: 'INVALID_ARGUMENT',
    httpStatus: 400,
    message: 'Decryption failed: the ciphertext is invalid.',
  },
  {
    what: 'a question that was damaged on the way',
    world: refusing('checksum'),
    class: 'transient',
    reason: 'corrupted',
    errorName: 'INVALID_ARGUMENT',
    httpStatus: 400,
    message: /^The checksum in field ciphertext_crc32c did not match/,
  },
  {
    what: 'an answer that was damaged on the way',
    world: refusing('damaged'),
    class: 'transient',
    reason: 'corrupted',
    errorName: 'corrupted',
    message: /does not match its checksum/,
  },
  {
    what: 'a disabled version of the key',
    world: { version: { state: 'DISABLED' } },
    class: 'key-state',
    reason: 'key-disabled',
    ...notEnabled('DISABLED'),
  },
  {
    what: 'a version of the key that is to be destroyed',
    world: { version: { state: 'DESTROY_SCHEDULED' } },
    class: 'key-state',
    reason: 'key-pending-deletion',
    ...notEnabled('DESTROY_SCHEDULED'),
  },
  {
    what: 'a version of the key that is destroyed',
    world: { version: { state: 'DESTROYED' } },
    class: 'key-state',
    reason: 'key-unusable',
    ...notEnabled('DESTROYED'),
  },
  {
    what: 'an exceeded quota',
    world: refusing('throttled'),
    class: 'transient',
    reason: 'throttled',
    errorName: 'RATE_LIMIT_EXCEEDED',
    httpStatus: 429,
    message: /^Quota exceeded for quota metric/,
  },
  {
    what: 'a service that is unavailable',
    world: refusing('unavailable'),
    class: 'transient',
    reason: 'service-error',
    errorName: 'UNAVAILABLE',
    httpStatus: 503,
    message: 'The service is currently unavailable.',
  },
  {
    what: 'a service in trouble',
    world: refusing('failing'),
    class: 'transient',
    reason: 'service-error',
    errorName: 'INTERNAL',
    httpStatus: 500,
    message: 'Internal error encountered.',
  },
  {
    what: 'a service that takes too long for itself',
    world: refusing('deadline'),
    class: 'transient',
    reason: 'service-error',
    errorName: 'DEADLINE_EXCEEDED',
    httpStatus: 504,
    message: 'Deadline expired before operation could complete.',
  },
  {
    what: 'a reset connection',
    world: { faults: [{ service: 'kms', does: 'reset' }] },
    class: 'transient',
    reason: 'connection-lost',
    errorName: 'UNAVAILABLE',
    message: /ECONNRESET|socket hang up/,
  },
  {
    what: 'an answer that breaks off',
    world: { faults: [{ service: 'kms', does: 'break off' }] },
    class: 'transient',
    reason: 'connection-lost',
    errorName: 'UNAVAILABLE',
    message: /./,
  },
  {
    what: 'an answer that never comes',
    world: { faults: [{ service: 'kms', does: 'hang' }] },
    class: 'transient',
    reason: 'timeout',
    errorName: 'DEADLINE_EXCEEDED',
    message: /^Deadline exceeded/,
  },
  {
    what: 'an answer that stalls in its middle',
    world: { faults: [{ service: 'kms', does: 'stall' }] },
    class: 'transient',
    reason: 'timeout',
    errorName: 'DEADLINE_EXCEEDED',
    message: /^Deadline exceeded/,
  },
]

test.each(cases)('$what is $class: $reason', async ({ world, ...expected }) => {
  const { endpoint } = await standIn(world)
  const { what: title, credentials: whose, blob: asked = blob, message, ...failure } = expected
  const service = openGcp(credentials({ kmsEndpoint: endpoint, ...whose }), { requestTimeout: 300 })
  const thrown = await failureOf(service.unwrap({ blob: asked }, signal))
  expect(thrown, title).toMatchObject({ provider: 'gcp', operation: 'cryptoKeys.decrypt', ...failure })
  if (typeof message === 'string') expect(thrown.message).toBe(message)
  else expect(thrown.message).toMatch(message)
  service.close()
})

describe('application default credentials', () => {
  const ambient = credentials({ identity: { kind: 'ambient' } })
  const invalidGrant = { errorName: 'invalid_grant', httpStatus: 400 }

  test.each<readonly [string, Difference, Partial<Case>]>([
    [
      'a login that was revoked',
      { user: { state: 'logged out' } },
      { class: 'stale', reason: 'expired', ...invalidGrant, message: 'Token has been expired or revoked.' },
    ],
    [
      'a JWT that another key signed',
      { faults: [{ service: 'oauth', does: 'refuse', as: 'wrong-signature' }] },
      { class: 'stale', reason: 'wrong-secret', ...invalidGrant, message: 'Invalid JWT Signature.' },
    ],
    [
      'a clock that is off',
      { faults: [{ service: 'oauth', does: 'refuse', as: 'clock' }] },
      { class: 'clock', reason: 'clock-skew', ...invalidGrant },
    ],
    [
      'a client that was deleted',
      { faults: [{ service: 'oauth', does: 'refuse', as: 'unknown-client' }] },
      { class: 'stale', reason: 'unknown-client', errorName: 'deleted_client', httpStatus: 401 },
    ],
  ])('of %s', async (_, world, expected) => {
    const gcp = await proxiedStandIn(world)
    await logIn(JSON.stringify(userLogin))
    const service = openGcp(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    for (const asking of [service.check(signal), service.unwrap({ blob }, signal)]) {
      expect(await failureOf(asking)).toMatchObject({ ...expected, operation: 'oauth2.token' })
    }
    service.close()
  })

  test('that are not there are missing', async () => {
    const file = join(await temporaryFolder(), 'none.json')
    setCredentialsFile(file)
    const service = openGcp(ambient)
    expect(await failureOf(service.check(signal))).toMatchObject({
      class: 'missing',
      reason: 'no-credentials',
    })
    service.close()
  })
})

test.each([
  [407, '', 'proxy-refused'],
  [403, '', 'not-the-cloud'],
  [403, '<html>Blocked</html>', 'not-the-cloud'],
  [404, '<html>Not here</html>', 'not-the-cloud'],
  [502, '', 'service-error'],
])('a proxy that answers %i %s is told as %s', async (status, body, reason) => {
  const proxy = createServer().on('connect', (_, client) => {
    client.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const { port } = proxy.address() as { port: number }
  const service = openGcp(credentials(), { environment: { HTTPS_PROXY: `http://127.0.0.1:${port}` } })
  expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ class: 'transient', reason })
  service.close()
})

test('a login page in the place of Cloud KMS is no answer of Google’s', async () => {
  const page = createServer((_, response) => response.end('<html>Log in, please</html>'))
  await new Promise<void>(resolve => page.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void page.close())
  const { port } = page.address() as { port: number }
  const service = openGcp(credentials({ kmsEndpoint: `http://127.0.0.1:${port}` }))
  const failure = await failureOf(service.unwrap({ blob }, signal))
  expect(failure).toMatchObject({ class: 'transient', reason: 'not-the-cloud' })
  expect(failure.message).not.toContain('Log in')
  service.close()
})

async function logIn(document: string): Promise<void> {
  const file = join(await temporaryFolder(), 'application_default_credentials.json')
  await writeFile(file, document)
  setCredentialsFile(file)
}

function setCredentialsFile(file: string): void {
  process.env.GOOGLE_APPLICATION_CREDENTIALS = file
  onTestFinished(() => {
    delete process.env.GOOGLE_APPLICATION_CREDENTIALS
  })
}
