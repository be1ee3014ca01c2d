import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openAzure } from '../../src/kms/azure.ts'
import type { AzureCredentials, KeyService } from '../../src/kms/key-service.ts'
import type { NetworkOptions } from '../../src/kms/network.ts'
import { freePort } from '../../src/lib/ports.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  app,
  blob,
  certificate,
  credentials,
  keyIdentifier,
  masterKey,
  standIn,
  tenantId,
  untrustedStandIn,
  wrapped,
  wrongSecret,
  type Azure,
} from '../practice/azure/directory.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { everythingIn, failureOf } from './failure-of.ts'
import { unwrapInProcess } from './unwrap-process.ts'

const signal = new AbortController().signal
const vaultHost = 'atlas-keys.vault.azure.net'
const loginHost = 'login.microsoftonline.com'

/** A service that reaches the stand-in through its proxy, closed when the test is over. */
function open(
  { proxy }: Pick<Azure, 'proxy'>,
  whose: AzureCredentials = credentials(),
  options: NetworkOptions = {},
): KeyService {
  const service = openAzure(whose, { environment: { HTTPS_PROXY: proxy }, ...options })
  onTestFinished(() => service.close())
  return service
}

async function unwrapped(service: KeyService, wrappedKey: Uint8Array = blob): Promise<Buffer> {
  return (await service.unwrap({ blob: wrappedKey }, signal)).revealBytes()
}

describe('what Azure is asked', () => {
  test('who is asking: the claims of the token say it, whatever may be done with the key', async () => {
    const azure = await standIn({ grants: [] })
    expect(await open(azure).check(signal)).toEqual({ principal: app.clientId, detail: `tenant ${tenantId}` })
    expect(azure.tunnels).toEqual([loginHost])
  })

  test('to unwrap the key: the vault, Entra ID for a token, the vault again', async () => {
    const azure = await standIn()
    expect(await unwrapped(open(azure))).toEqual(masterKey)
    expect(azure.tunnels).toEqual([vaultHost, loginHost, vaultHost])
  })

  test('for one token, although who is asking was asked before', async () => {
    const azure = await standIn()
    const service = open(azure)
    await service.check(signal)
    await unwrapped(service)
    expect(azure.tunnels.filter(host => host === loginHost)).toHaveLength(1)
  })

  test('for several keys at the same time', async () => {
    const service = open(await standIn())
    const keys = await Promise.all([blob, wrapped('sha256'), blob].map(each => unwrapped(service, each)))
    expect(keys).toEqual([masterKey, masterKey, masterKey])
  })
})

describe('how the key was wrapped', () => {
  test.each([
    ['decrypt', 'RSA-OAEP', 'sha1'],
    ['decrypt', 'RSA-OAEP-256', 'sha256'],
    ['unwrapKey', 'RSA-OAEP', 'sha1'],
    ['unwrapKey', 'RSA-OAEP-256', 'sha256'],
  ] as const)('is found out: with the permission to %s, %s', async (operation, algorithm, hash) => {
    const service = open(await standIn({ grants: [operation] }))
    expect(service.notes()).toEqual([])
    expect(await unwrapped(service, wrapped(hash))).toEqual(masterKey)
    expect(service.notes()).toEqual([`Key Vault unwrapped the key with ${operation}, ${algorithm}`])
  })

  test('is found out for a key that is only for unwrapKey', async () => {
    const service = open(
      await standIn({ grants: ['decrypt', 'unwrapKey'], key: { operations: ['unwrapKey'] } }),
    )
    expect(await unwrapped(service)).toEqual(masterKey)
  })

  test('matters more than that an operation is not allowed, where a blob does not unwrap', async () => {
    const service = open(await standIn({ grants: ['unwrapKey'] }))
    const failure = await failureOf(service.unwrap({ blob: Buffer.alloc(256, 1) }, signal))
    expect(failure).toMatchObject({ class: 'data', operation: 'keys/unwrapKey' })
  })
})

test('the permission to get the key is not needed', async () => {
  const service = open(await standIn({ grants: ['decrypt'] }))
  expect(await unwrapped(service)).toEqual(masterKey)
})

test('a key that has expired unwraps all the same', async () => {
  const service = open(
    await standIn({ grants: ['get', 'decrypt'], key: { expiresAt: '2020-01-01T00:00:00Z' } }),
  )
  expect(await unwrapped(service)).toEqual(masterKey)
})

test('a key identifier without a version is the newest one’s', async () => {
  const whose = credentials({}, { keyIdentifier: keyIdentifier().replace(/\/[^/]+$/, '') })
  expect(await unwrapped(open(await standIn(), whose))).toEqual(masterKey)
})

describe('sovereign clouds', () => {
  test.each([
    ['AZURE_CHINA', 'vault.azure.cn', 'login.partner.microsoftonline.cn'],
    ['azure_government', 'vault.usgovcloudapi.net', 'login.microsoftonline.us'],
    [undefined, 'vault.azure.cn', 'login.partner.microsoftonline.cn'],
    [undefined, 'vault.microsoftazure.de', 'login.microsoftonline.de'],
  ])('%s: a vault of %s is opened by a login at %s', async (environment, domain, login) => {
    const host = `atlas-keys.${domain}`
    const azure = await standIn({ vault: { host } })
    const service = open(azure, credentials({}, { environment, keyIdentifier: keyIdentifier(host) }))
    expect(await unwrapped(service)).toEqual(masterKey)
    expect(new Set(azure.tunnels)).toEqual(new Set([host, login]))
  })
})

describe('a private endpoint or a stand-in', () => {
  test('on this machine is asked directly, proxy or not', async () => {
    const azure = await standIn({ vault: { host: '127.0.0.1' } })
    const here = `127.0.0.1:${azure.port}`
    const whose = credentials({}, { authorityHost: `https://${here}/`, keyIdentifier: keyIdentifier(here) })
    expect(await unwrapped(open(azure, whose))).toEqual(masterKey)
    expect(azure.tunnels).toEqual([])
  })

  test('of Entra ID is believed, and nobody else is asked about it', async () => {
    const azure = await standIn()
    const service = open(azure, credentials({}, { authorityHost: 'https://login.microsoftonline.us' }))
    await service.check(signal).catch(() => undefined)
    expect(azure.tunnels).toEqual(['login.microsoftonline.us'])
  })
})

describe('a key identifier', () => {
  test.each([
    ['nonsense', 'key-identifier-invalid', 'a key identifier looks like'],
    ['http://v.vault.azure.net/keys/k/1', 'key-identifier-invalid', 'is no key of Key Vault'],
    ['https://v.vault.azure.net/secrets/k/1', 'key-identifier-invalid', 'is no key of Key Vault'],
    ['https://v.vault.azure.net/keys/k/1/decrypt', 'key-identifier-invalid', 'is no key of Key Vault'],
    ['https://vault.azure.net.evil.example/keys/k/1', 'key-identifier-invalid', 'no token is sent there'],
    ['https://evilvault.azure.net/keys/k/1', 'key-identifier-invalid', 'is no vault of Azure'],
    ['https://10.0.0.1/keys/k/1', 'key-identifier-invalid', 'is no vault of Azure'],
    ['https://v.vault.azure.cn/keys/k/1', 'cloud-mismatch', 'is in AZURE_CHINA'],
  ])('%s is refused before anybody is asked', (identifier, reason, message) => {
    const whose = credentials({}, { keyIdentifier: identifier, environment: 'AZURE' })
    expect(() => openAzure(whose)).toThrow(
      expect.objectContaining({
        class: 'configuration',
        reason,
        message: expect.stringContaining(message) as string,
      }),
    )
  })

  test('of Managed HSM is one too', async () => {
    const azure = await standIn()
    const whose = credentials({}, { keyIdentifier: keyIdentifier('keys.managedhsm.azure.net') })
    // The stand-in has no certificate for that name: nothing is sent to it.
    const failure = await failureOf(open(azure, whose).unwrap({ blob }, signal))
    expect(failure).toMatchObject({ class: 'transient', reason: 'certificate-name' })
    expect(azure.tunnels).toEqual(['keys.managedhsm.azure.net'])
  })

  test.each([
    [{ environment: 'AZURE_MARS' }, 'environment-unknown', 'it is one of AZURE, AZURE_CHINA'],
    [{ authorityHost: 'http://login.example.com' }, 'plain-http', 'without TLS'],
    [{ authorityHost: 'http://127.0.0.1:1' }, 'plain-http', 'with TLS only'],
  ])('does not help with %o', (more, reason, message) => {
    expect(() => openAzure(credentials({}, more))).toThrow(
      expect.objectContaining({
        class: 'configuration',
        reason,
        message: expect.stringContaining(message) as string,
      }),
    )
  })
})

describe('a network that does not behave', () => {
  test('is given up after the request timeout where nobody answers, for a key and for a token', async () => {
    for (const service of ['vault', 'entra'] as const) {
      const azure = await standIn({ faults: [{ service, does: 'hang' }] })
      const asked = performance.now()
      const failure = await failureOf(
        open(azure, credentials(), { requestTimeout: 200 }).unwrap({ blob }, signal),
      )
      expect(failure).toMatchObject({ class: 'transient', reason: 'timeout' })
      expect(performance.now() - asked).toBeLessThan(2000)
    }
  })

  test('is given up where an answer stalls in its middle', async () => {
    const azure = await standIn({ faults: [{ service: 'vault', does: 'stall' }] })
    const failure = await failureOf(
      open(azure, credentials(), { requestTimeout: 200 }).unwrap({ blob }, signal),
    )
    expect(failure).toMatchObject({ class: 'transient', reason: 'timeout' })
  })

  test('is waited for where it is slow', async () => {
    const azure = await standIn({ faults: [{ service: 'vault', does: 'delay', millis: 150 }] })
    expect(await unwrapped(open(azure, credentials(), { requestTimeout: 2000 }))).toEqual(masterKey)
  })

  test('is tried again where it drops a connection once', async () => {
    const azure = await standIn({ faults: [{ service: 'vault', does: 'reset', times: 1 }] })
    expect(await unwrapped(open(azure))).toEqual(masterKey)
  })

  test('is named where nobody listens', async () => {
    const proxy = `http://127.0.0.1:${await freePort()}`
    const failure = await failureOf(open({ proxy }).unwrap({ blob }, signal))
    expect(failure).toMatchObject({
      class: 'transient',
      reason: 'connection-refused',
      operation: 'keys/decrypt',
    })
  })

  test('is named where the vault has no name', async () => {
    const whose = credentials({}, { keyIdentifier: keyIdentifier('nobody.vault.azure.net') })
    const service = openAzure(whose, { environment: {} })
    onTestFinished(() => service.close())
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ reason: 'unknown-host' })
  })

  test('is not Azure’s where what answers does not speak TLS', async () => {
    const server = createServer(socket => socket.end('HTTP/1.1 200 OK\r\n\r\n')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const whose = credentials({}, { keyIdentifier: keyIdentifier(`127.0.0.1:${port}`) })
    const service = openAzure(whose, { environment: {} })
    onTestFinished(() => service.close())
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ reason: 'not-tls' })
  })

  test('is told by the issuer of a certificate that nobody trusts', async () => {
    const azure = await untrustedStandIn()
    const failure = await failureOf(open(azure).unwrap({ blob }, signal))
    expect(failure).toMatchObject({ class: 'transient', reason: 'certificate-untrusted' })
    expect(failure.message).toBe(
      `The certificate of ${vaultHost}, issued by “snapthaw practice”, is not trusted by this machine`,
    )
  })

  test('is told of a proxy whose address is none', async () => {
    const failure = await failureOf(open({ proxy: 'socks5://proxy:1080' }).check(signal))
    expect(failure).toMatchObject({ reason: 'proxy-address' })
  })

  test('is asked past the proxy where NO_PROXY says so', async () => {
    const azure = await standIn()
    const environment = { HTTPS_PROXY: azure.proxy, NO_PROXY: '.vault.azure.net' }
    const failure = await failureOf(open(azure, credentials(), { environment }).unwrap({ blob }, signal))
    expect(failure).toMatchObject({ reason: 'unknown-host' })
    expect(azure.tunnels).toEqual([])
  })
})

describe('an operator who cancels', () => {
  test.each(['vault', 'entra'] as const)('is obeyed at once while %s hangs', async service => {
    const azure = await standIn({ faults: [{ service, does: 'hang' }] })
    const cancelling = new AbortController()
    const asking = failureOf(open(azure).unwrap({ blob }, cancelling.signal))
    const askedFor = service === 'vault' ? vaultHost : loginHost
    await expect.poll(() => azure.tunnels).toContain(askedFor)
    cancelling.abort()
    expect(await asking).toMatchObject({ reason: 'cancelled', class: 'transient' })
  })

  test('is obeyed before anybody was asked', async () => {
    const azure = await standIn()
    const failure = await failureOf(open(azure).unwrap({ blob }, AbortSignal.abort()))
    expect(failure).toMatchObject({ reason: 'cancelled' })
  })

  test('who closes ends what is under way', async () => {
    const azure = await standIn({ faults: [{ service: 'entra', does: 'hang' }] })
    const service = open(azure)
    const asking = failureOf(service.check(signal))
    await expect.poll(() => azure.tunnels).toContain(loginHost)
    service.close()
    expect(await asking).toMatchObject({ reason: 'cancelled' })
  })
})

test('one question’s failure is not another’s', async () => {
  const azure = await standIn({ faults: [{ service: 'vault', does: 'reset', times: 3 }] })
  const service = open(azure)
  const [lost, known] = await Promise.allSettled([
    failureOf(service.unwrap({ blob }, signal)),
    service.check(signal),
  ])
  expect(lost).toMatchObject({ value: { reason: 'connection-lost', operation: 'keys/decrypt' } })
  expect(known).toMatchObject({ value: { principal: app.clientId } })
})

test('Entra ID is asked anew after a refusal, which MSAL would remember', async () => {
  const azure = await standIn({ faults: [{ service: 'entra', does: 'refuse', as: 'throttled', times: 1 }] })
  const service = open(azure)
  expect(await failureOf(service.check(signal))).toMatchObject({ reason: 'throttled' })
  expect(await service.check(signal)).toMatchObject({ principal: app.clientId })
})

test('the environment’s credentials are those that Azure’s own tools would use', async () => {
  const azure = await standIn()
  const ambient = {
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: app.clientId,
    AZURE_CLIENT_SECRET: app.secrets[0]!.value,
  }
  Object.assign(process.env, ambient)
  onTestFinished(() => {
    for (const name of Object.keys(ambient)) Reflect.deleteProperty(process.env, name)
  })
  const service = open(azure, credentials({}, { identity: { kind: 'ambient' } }))
  expect(await service.check(signal)).toMatchObject({ principal: app.clientId })
  expect(await unwrapped(service)).toEqual(masterKey)
})

describe('secrets', () => {
  test.each([
    ['a wrong secret', {}, { secret: `canary-${wrongSecret}` }],
    ['a refusal of the vault', { grants: [] }, {}],
    ['a lost connection', { faults: [{ service: 'vault', does: 'reset' } as const] }, {}],
    ['an answer that breaks off', { faults: [{ service: 'vault', does: 'break off' } as const] }, {}],
  ])('are nowhere in the failure of %s', async (_, world, who) => {
    const whose = credentials(who)
    const failure = await failureOf(open(await standIn(world), whose).unwrap({ blob }, signal))
    const { identity } = whose
    const secret = identity.kind === 'client-secret' ? identity.secret.reveal() : ''
    const everything = everythingIn(failure)
    expect(everything).not.toContain(secret)
    // A token, and a key or a part of it.
    expect(everything).not.toMatch(/eyJ|Bearer/)
    expect(everything).not.toContain(masterKey.toString('base64url').slice(0, 12))
    expect(failure.cause).toBeUndefined()
  })

  test('are hidden where Azure repeats them', async () => {
    // An application whose id is also its secret: Entra ID names the id.
    const secret = tenantId
    const failure = await failureOf(
      open(await standIn(), credentials({ clientId: secret, secret })).check(signal),
    )
    expect(failure.message).toContain('[secret]')
    expect(failure.message).not.toContain(secret)
  })
})

describe('a process of its own', () => {
  test('reaches Azure through HTTPS_PROXY, trusts NODE_EXTRA_CA_CERTS, and logs no secret for AZURE_LOG_LEVEL', async () => {
    const azure = await standIn()
    const authority = join(await temporaryFolder(), 'authority.pem')
    await writeFile(authority, certificate)
    const { stdout, stderr } = await unwrapInProcess(credentials(), blob, {
      HTTPS_PROXY: azure.proxy,
      NODE_EXTRA_CA_CERTS: authority,
      AZURE_LOG_LEVEL: 'verbose',
    })
    expect(stdout).toBe(createHash('sha256').update(masterKey).digest('hex'))
    expect(stderr).toContain('azure:')
    expect(stderr).not.toContain(app.secrets[0]!.value)
    expect(stderr).not.toMatch(/eyJ/)
    expect(stderr).not.toContain(masterKey.toString('base64url'))
  })

  test('names the issuer where NODE_EXTRA_CA_CERTS is not set', async () => {
    const azure = await standIn()
    const { stdout } = await unwrapInProcess(credentials(), blob, { HTTPS_PROXY: azure.proxy })
    expect(stdout).toMatch(/^certificate-untrusted: .*issued by “snapthaw practice”/)
  })
})

test('an empty secret is refused without a question', async () => {
  const whose = credentials()
  const identity = { ...whose.identity, secret: new Secret('') } as AzureCredentials['identity']
  const azure = await standIn()
  expect(await failureOf(open(azure, { ...whose, identity }).check(signal))).toMatchObject({
    class: 'missing',
  })
  expect(azure.tunnels).toEqual([])
})
