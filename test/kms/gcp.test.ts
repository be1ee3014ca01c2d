import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openGcp } from '../../src/kms/gcp.ts'
import type { GcpCredentials, KeyService } from '../../src/kms/key-service.ts'
import type { NetworkOptions } from '../../src/kms/network.ts'
import { freePort } from '../../src/lib/ports.ts'
import {
  atlas,
  blob,
  certificate,
  credentials,
  key,
  masterKey,
  proxiedStandIn,
  standIn,
  untrustedStandIn,
  user,
  userLogin,
  withKey,
} from '../practice/gcp/project.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { everythingIn, failureOf } from './failure-of.ts'
import { unwrapInProcess } from './unwrap-process.ts'

const signal = new AbortController().signal
const kmsHost = 'cloudkms.googleapis.com'
const oauthHost = 'oauth2.googleapis.com'
const ambient = { identity: { kind: 'ambient' } } as const

/** Closed when the test is over. */
function open(whose: Partial<GcpCredentials>, options: NetworkOptions = {}): KeyService {
  const service = openGcp(credentials(whose), options)
  onTestFinished(() => service.close())
  return service
}

async function unwrapped(service: KeyService): Promise<Buffer> {
  return (await service.unwrap({ blob }, signal)).revealBytes()
}

describe('what Google is asked', () => {
  test('to unwrap the key, with a request that the service account signs', async () => {
    const { endpoint } = await standIn()
    expect(await unwrapped(open({ kmsEndpoint: endpoint }))).toEqual(masterKey)
  })

  test.each(['', '/cryptoKeyVersions/1', '/cryptoKeyVersions/99'])(
    'by the name of the key, without%s',
    async version => {
      const { endpoint } = await standIn()
      const service = open({ kmsEndpoint: endpoint, keyResource: `${key.name}${version}` })
      expect(await unwrapped(service)).toEqual(masterKey)
    },
  )

  test('nothing, for who a service account is: its key document says it, and that it proves nothing', async () => {
    const service = open({ kmsEndpoint: `http://127.0.0.1:${await freePort()}` })
    expect(await service.check(signal)).toEqual({
      principal: atlas.account.email,
      detail: 'as its key document says: only Cloud KMS itself can prove it',
    })
  })

  test('for several keys at the same time', async () => {
    const { endpoint } = await standIn()
    const service = open({ kmsEndpoint: endpoint })
    expect(await Promise.all([unwrapped(service), unwrapped(service)])).toEqual([masterKey, masterKey])
  })
})

describe('application default credentials', () => {
  test('of a user are proved by a token, whose owner is told', async () => {
    const gcp = await proxiedStandIn()
    await logIn(JSON.stringify(userLogin))
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    expect(await service.check(signal)).toEqual({ principal: user.email })
    expect(new Set(gcp.tunnels)).toEqual(new Set([oauthHost]))
  })

  test('of a user unwrap, with one token for several questions', async () => {
    const gcp = await proxiedStandIn()
    await logIn(JSON.stringify(userLogin))
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    expect(await unwrapped(service)).toEqual(masterKey)
    expect(await unwrapped(service)).toEqual(masterKey)
    expect(gcp.tunnels.filter(host => host === oauthHost)).toHaveLength(1)
  })

  test('may be the key file of a service account, which signs for itself', async () => {
    const gcp = await proxiedStandIn()
    await logIn(atlas.keyDocument)
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    expect(await service.check(signal)).toEqual({ principal: atlas.account.email })
    expect(await unwrapped(service)).toEqual(masterKey)
    expect(new Set(gcp.tunnels)).toEqual(new Set([kmsHost]))
  })

  test('of somebody who logs in after the first question are taken with the next', async () => {
    const gcp = await proxiedStandIn()
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    process.env.GOOGLE_APPLICATION_CREDENTIALS = join(await temporaryFolder(), 'none.json')
    expect(await failureOf(service.check(signal))).toMatchObject({ reason: 'no-credentials' })
    await logIn(JSON.stringify(userLogin))
    expect(await unwrapped(service)).toEqual(masterKey)
  })
})

describe('what is refused before anybody is asked', () => {
  test.each([
    ['a key ring', key.name.replace(/\/cryptoKeys.*/, '')],
    ['a name with something behind it', `${key.name}:decrypt`],
    ['a URL', `https://cloudkms.googleapis.com/v1/${key.name}`],
    ['nothing', ''],
  ])('%s in the place of a key', (_, keyResource) => {
    expect(() => open({ keyResource })).toThrow(
      expect.objectContaining({ class: 'configuration', reason: 'key-name-invalid' }),
    )
  })

  test('an endpoint without TLS that is not on this machine', () => {
    expect(() => open({ kmsEndpoint: 'http://kms.example.com' })).toThrow(
      expect.objectContaining({ class: 'configuration', reason: 'plain-http' }),
    )
  })

  test.each([
    ['no JSON', 'canary', 'is no JSON document'],
    ['a JSON text', '"canary"', 'is no JSON document'],
    ['of a user', JSON.stringify({ ...userLogin, refresh_token: 'canary' }), 'but authorized_user'],
    ['empty', '{"type":"service_account","canary":1}', 'has no client_email or no private_key'],
    [
      'with a private key that is none',
      '{"type":"service_account","client_email":"a@b","private_key":"canary"}',
      'has a private_key that is none',
    ],
  ])('a key document that is %s, without a word of it', async (_, document, message) => {
    const failure = await failureOf(Promise.resolve().then(() => open({ identity: withKey(document) })))
    expect(failure).toMatchObject({ class: 'stale', reason: 'malformed-key' })
    expect(failure.message).toContain(message)
    expect(everythingIn(failure)).not.toContain('canary')
  })
})

describe('a network that does not behave', () => {
  test('is waited for where it is slow', async () => {
    const { endpoint } = await standIn({ faults: [{ service: 'kms', does: 'delay', millis: 150 }] })
    expect(await unwrapped(open({ kmsEndpoint: endpoint }, { requestTimeout: 2000 }))).toEqual(masterKey)
  })

  test('is named where nobody listens', async () => {
    const service = open({ kmsEndpoint: `http://127.0.0.1:${await freePort()}` })
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ reason: 'connection-refused' })
  })

  test('is named where the endpoint has no name', async () => {
    const service = open({ kmsEndpoint: 'https://kms.invalid' }, { environment: {} })
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ reason: 'unknown-host' })
  })

  test('is told by the issuer of a certificate that nobody trusts', async () => {
    const { proxy } = await untrustedStandIn()
    const failure = await failureOf(
      open({}, { environment: { HTTPS_PROXY: proxy } }).unwrap({ blob }, signal),
    )
    expect(failure).toMatchObject({ class: 'transient', reason: 'certificate-untrusted' })
    expect(failure.message).toBe(
      `The certificate of ${kmsHost}, issued by “snapthaw practice”, is not trusted by this machine`,
    )
  })

  test('is reached through HTTPS_PROXY', async () => {
    const gcp = await proxiedStandIn()
    const service = open({}, { environment: { HTTPS_PROXY: gcp.proxy } })
    expect(await unwrapped(service)).toEqual(masterKey)
    expect(gcp.tunnels).toEqual([kmsHost])
  })

  test('is asked past the proxy where NO_PROXY says so', async () => {
    const gcp = await proxiedStandIn()
    const environment = { HTTPS_PROXY: gcp.proxy, NO_PROXY: '.googleapis.com' }
    expect(await failureOf(open({}, { environment }).unwrap({ blob }, signal))).toMatchObject({
      reason: 'unknown-host',
    })
    expect(gcp.tunnels).toEqual([])
  })

  test('on this machine is asked directly, proxy or not', async () => {
    const { endpoint } = await standIn()
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` }
    expect(await unwrapped(open({ kmsEndpoint: endpoint }, { environment }))).toEqual(masterKey)
  })

  test('is told of a proxy whose address is none', async () => {
    const service = open({}, { environment: { HTTPS_PROXY: 'socks5://proxy:1080' } })
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({ reason: 'proxy-address' })
  })

  test('is given up where no token comes', async () => {
    const gcp = await proxiedStandIn({ faults: [{ service: 'oauth', does: 'hang' }] })
    await logIn(JSON.stringify(userLogin))
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy }, requestTimeout: 100 })
    expect(await failureOf(service.unwrap({ blob }, signal))).toMatchObject({
      reason: 'timeout',
      operation: 'oauth2.token',
    })
  })
})

describe('an operator who cancels', () => {
  test('is obeyed at once while Cloud KMS hangs', async () => {
    const gcp = await proxiedStandIn({ faults: [{ service: 'kms', does: 'hang' }] })
    const cancelling = new AbortController()
    const service = open({}, { environment: { HTTPS_PROXY: gcp.proxy } })
    const asking = failureOf(service.unwrap({ blob }, cancelling.signal))
    await expect.poll(() => gcp.tunnels).toContain(kmsHost)
    cancelling.abort()
    expect(await asking).toMatchObject({ reason: 'cancelled', class: 'transient' })
  })

  test('is obeyed at once while no token comes', async () => {
    const gcp = await proxiedStandIn({ faults: [{ service: 'oauth', does: 'hang' }] })
    await logIn(JSON.stringify(userLogin))
    const cancelling = new AbortController()
    const service = open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } })
    const asking = failureOf(service.check(cancelling.signal))
    await expect.poll(() => gcp.tunnels).toContain(oauthHost)
    cancelling.abort()
    expect(await asking).toMatchObject({ reason: 'cancelled' })
  })

  test('is obeyed before anybody was asked', async () => {
    const { endpoint } = await standIn()
    const failure = await failureOf(open({ kmsEndpoint: endpoint }).unwrap({ blob }, AbortSignal.abort()))
    expect(failure).toMatchObject({ reason: 'cancelled' })
  })

  test('who closes ends what is under way', async () => {
    const gcp = await proxiedStandIn({ faults: [{ service: 'kms', does: 'hang' }] })
    const service = open({}, { environment: { HTTPS_PROXY: gcp.proxy } })
    const asking = failureOf(service.unwrap({ blob }, signal))
    await expect.poll(() => gcp.tunnels).toContain(kmsHost)
    service.close()
    expect(await asking).toMatchObject({ reason: 'cancelled' })
  })
})

describe('secrets', () => {
  test.each([
    ['a refusal', { account: { state: 'disabled' } as const }],
    ['an answer that breaks off', { faults: [{ service: 'kms', does: 'break off' } as const] }],
    ['a lost connection', { faults: [{ service: 'kms', does: 'reset' } as const] }],
    [
      'an answer that does not match its checksum',
      { faults: [{ service: 'kms', does: 'refuse', as: 'damaged' } as const] },
    ],
  ])('are nowhere in the failure of %s', async (_, world) => {
    const { endpoint } = await standIn(world)
    const failure = await failureOf(open({ kmsEndpoint: endpoint }).unwrap({ blob }, signal))
    const everything = everythingIn(failure)
    expect(everything).not.toMatch(/PRIVATE KEY|eyJ|Bearer/)
    expect(everything).not.toContain(masterKey.toString('base64').slice(0, 12))
    expect(failure.cause).toBeUndefined()
  })

  test('are nowhere in the failure of a login', async () => {
    const gcp = await proxiedStandIn({ user: { state: 'logged out' } })
    await logIn(JSON.stringify(userLogin))
    const failure = await failureOf(open(ambient, { environment: { HTTPS_PROXY: gcp.proxy } }).check(signal))
    const everything = everythingIn(failure)
    expect(everything).not.toContain(user.refreshToken)
    expect(everything).not.toContain(user.clientSecret)
  })
})

describe('a process of its own', () => {
  test('reaches Google through HTTPS_PROXY, trusts NODE_EXTRA_CA_CERTS, and logs no secret for GOOGLE_SDK_NODE_LOGGING', async () => {
    const gcp = await proxiedStandIn()
    const authority = join(await temporaryFolder(), 'authority.pem')
    await writeFile(authority, certificate)
    const { stdout, stderr } = await unwrapInProcess(credentials(), blob, {
      HTTPS_PROXY: gcp.proxy,
      NODE_EXTRA_CA_CERTS: authority,
      GOOGLE_SDK_NODE_LOGGING: '*',
    })
    expect(stdout).toBe(createHash('sha256').update(masterKey).digest('hex'))
    expect(stderr).not.toMatch(/PRIVATE KEY|eyJ/)
    expect(stderr).not.toContain(masterKey.toString('base64'))
    expect(stderr).not.toContain(JSON.stringify([...masterKey]))
  })

  test('names the issuer where NODE_EXTRA_CA_CERTS is not set', async () => {
    const gcp = await proxiedStandIn()
    const { stdout } = await unwrapInProcess(credentials(), blob, { HTTPS_PROXY: gcp.proxy })
    expect(stdout).toMatch(/^certificate-untrusted: .*issued by “snapthaw practice”/)
  })
})

async function logIn(document: string): Promise<void> {
  const file = join(await temporaryFolder(), 'application_default_credentials.json')
  await writeFile(file, document)
  process.env.GOOGLE_APPLICATION_CREDENTIALS = file
  onTestFinished(() => {
    delete process.env.GOOGLE_APPLICATION_CREDENTIALS
  })
}
