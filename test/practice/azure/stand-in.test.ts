import { ClientSecretCredential } from '@azure/identity'
import { createVerify } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { newPrivateKey } from '../../../src/practice/fake-keys.ts'
import {
  app,
  being,
  blob,
  keyIdentifier,
  keyName,
  keyVersion,
  masterKey,
  standIn,
  tenantId,
  unknownTenantId,
  type Azure,
} from './directory.ts'

const login = 'login.microsoftonline.com'
const vault = 'atlas-keys.vault.azure.net'
const keyPath = `/keys/${keyName}/${keyVersion.version}`

interface Question {
  readonly host: string
  readonly path: string
  readonly method?: string
  readonly token?: string
  readonly body?: string
}

/** One request as these hosts would get it. */
async function ask({ port }: Azure, { host, path, method = 'GET', token, body }: Question) {
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    servername: host,
    headers: { host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const said = await text(response)
  return {
    status: response.statusCode,
    headers: response.headers,
    json: (said === '' ? undefined : JSON.parse(said)) as Readonly<Record<string, unknown>>,
  }
}

interface Wanted {
  readonly tenant?: string
  readonly host?: string
  readonly form?: Readonly<Record<string, string>>
}

function askForToken(azure: Azure, { tenant = tenantId, host = login, form = {} }: Wanted = {}) {
  const { clientId, secret = '' } = being(app)
  const body = new URLSearchParams({
    client_id: clientId ?? '',
    client_secret: secret,
    grant_type: 'client_credentials',
    scope: 'https://vault.azure.net/.default',
    ...form,
  }).toString()
  return ask(azure, { host, path: `/${tenant}/oauth2/v2.0/token`, method: 'POST', body })
}

async function tokenFor(azure: Azure, wanted: Wanted = {}): Promise<string> {
  return (await askForToken(azure, wanted)).json.access_token as string
}

function decrypt(azure: Azure, token: string, parameters: unknown, verb = 'decrypt') {
  return ask(azure, {
    host: vault,
    path: `${keyPath}/${verb}`,
    method: 'POST',
    token,
    body: JSON.stringify(parameters),
  })
}

const parameters = { alg: 'RSA-OAEP', value: blob.toString('base64url') }

describe('Entra ID', () => {
  it('says where a tenant hands out its tokens', async () => {
    const azure = await standIn()
    const { status, json } = await ask(azure, {
      host: login,
      path: `/${tenantId}/v2.0/.well-known/openid-configuration`,
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      issuer: `https://${login}/${tenantId}/v2.0`,
      token_endpoint: `https://${login}/${tenantId}/oauth2/v2.0/token`,
    })
  })

  it('is asked by MSAL whether there is such a host, and says that there is not', async () => {
    const azure = await standIn()
    const proxy = new URL(azure.proxy)
    const credential = new ClientSecretCredential(tenantId, app.clientId, 'secret', {
      authorityHost: 'https://login.example.com',
      proxyOptions: { host: `http://${proxy.hostname}`, port: Number(proxy.port) },
    })
    await expect(credential.getToken('https://vault.azure.net/.default')).rejects.toMatchObject({
      name: 'CredentialUnavailableError',
    })
    expect(azure.tunnels).toEqual([login])
  })

  it('knows the other clouds of Microsoft', async () => {
    const endpoint = `https://login.microsoftonline.us/${tenantId}/oauth2/v2.0/authorize`
    const path = `/common/discovery/instance?api-version=1.1&authorization_endpoint=${endpoint}`
    const { json } = await ask(await standIn(), { host: login, path })
    expect(json.metadata).toContainEqual({
      preferred_network: 'login.microsoftonline.us',
      preferred_cache: 'login.microsoftonline.us',
      aliases: ['login.microsoftonline.us'],
    })
  })

  it('hands out a signed token that says whose it is and what for', async () => {
    const azure = await standIn()
    const { status, json } = await askForToken(azure)
    expect({ status, json }).toMatchObject({ status: 200, json: { token_type: 'Bearer', expires_in: 3599 } })
    const [header = '', body = '', signature = ''] = (json.access_token as string).split('.')
    const { tokenKey } = azure.state()
    expect(createVerify('sha256').update(`${header}.${body}`).verify(tokenKey, signature, 'base64url')).toBe(
      true,
    )
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({
      aud: 'https://vault.azure.net',
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: app.clientId,
      oid: app.objectId,
      tid: tenantId,
    })
  })

  it.each<readonly [string, Wanted, number, string, number]>([
    ['a tenant that there is not', { tenant: unknownTenantId }, 400, 'invalid_request', 90002],
    ['a tenant id that is none', { tenant: 'nonsense' }, 400, 'invalid_request', 900023],
    ['an unknown application', { form: { client_id: tenantId } }, 400, 'unauthorized_client', 700016],
    ['a wrong secret', { form: { client_secret: 'x' } }, 401, 'invalid_client', 7000215],
    ['another grant', { form: { grant_type: 'password' } }, 400, 'unsupported_grant_type', 70003],
    [
      'another cloud’s vaults',
      { form: { scope: 'https://vault.azure.cn/.default' } },
      400,
      'invalid_resource',
      500011,
    ],
  ])('refuses %s in the form of OAuth', async (_, wanted, status, error, number) => {
    const answer = await askForToken(await standIn(), wanted)
    expect(answer).toMatchObject({ status, json: { error, error_codes: [number] } })
    expect(answer.json.error_description).toMatch(
      new RegExp(`^AADSTS${number}: .* Trace ID: \\S+ Correlation ID: \\S+ Timestamp: \\S+ \\S+Z$`),
    )
    expect(answer.json.error_uri).toBe(`https://login.microsoftonline.com/error?code=${number}`)
  })

  it('refuses a request without a secret', async () => {
    const path = `/${tenantId}/oauth2/v2.0/token`
    const body = new URLSearchParams({ client_id: app.clientId, grant_type: 'client_credentials' }).toString()
    const answer = await ask(await standIn(), { host: login, path, method: 'POST', body })
    expect(answer).toMatchObject({ status: 401, json: { error_codes: [7000216] } })
  })

  it('does not know what it was not asked to learn', async () => {
    expect(
      await ask(await standIn(), { host: login, path: `/${tenantId}/discovery/v2.0/keys` }),
    ).toMatchObject({
      status: 404,
    })
  })
})

describe('Key Vault', () => {
  it('answers whoever has no token with where to get one', async () => {
    const { status, headers, json } = await ask(await standIn(), { host: vault, path: keyPath })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe(
      `Bearer authorization="https://${login}/${tenantId}", resource="https://vault.azure.net"`,
    )
    expect(json).toMatchObject({
      error: { code: 'Unauthorized', message: expect.stringMatching(/^AKV10000/) as string },
    })
  })

  it('describes a key without its private half', async () => {
    const azure = await standIn({ grants: ['get'] })
    const { json } = await ask(azure, { host: vault, path: keyPath, token: await tokenFor(azure) })
    expect(json).toMatchObject({
      key: { kid: keyIdentifier(), kty: 'RSA', e: 'AQAB', key_ops: ['get', 'decrypt', 'unwrapKey'] },
      attributes: { enabled: true },
    })
    expect(json.key).not.toHaveProperty('d')
  })

  it('decrypts', async () => {
    const azure = await standIn()
    const { status, json } = await decrypt(azure, await tokenFor(azure), parameters)
    expect({ status, json }).toEqual({
      status: 200,
      json: { kid: keyIdentifier(), value: masterKey.toString('base64url') },
    })
  })

  it.each([
    ['a token that another key signed', async () => ({ tokenKey: await newPrivateKey() })],
    ['a token that has expired', () => Promise.resolve({ clockOffset: 3_600_000 })],
    ['a token that is not yet good', () => Promise.resolve({ clockOffset: -3_600_000 })],
  ])('does not take %s', async (_, change) => {
    const azure = await standIn()
    const token = await tokenFor(azure)
    const changed = await change()
    await azure.change(state => ({ ...state, ...changed }))
    expect(await decrypt(azure, token, parameters)).toMatchObject({ status: 401 })
  })

  it('does not take a token for the vaults of another cloud', async () => {
    const azure = await standIn()
    const form = { scope: 'https://vault.usgovcloudapi.net/.default' }
    const token = await tokenFor(azure, { host: 'login.microsoftonline.us', form })
    const { status, json } = await decrypt(azure, token, parameters)
    expect({ status, json }).toMatchObject({
      status: 401,
      json: { error: { message: expect.stringMatching(/^AKV10022: Invalid audience/) as string } },
    })
  })

  it('says with its refusals why it refuses', async () => {
    const azure = await standIn({ grants: [] })
    const { status, json } = await decrypt(azure, await tokenFor(azure), parameters)
    expect({ status, json }).toMatchObject({
      status: 403,
      json: { error: { code: 'Forbidden', innererror: { code: 'ForbiddenByRbac' } } },
    })
  })

  it.each([
    ['no JSON', undefined],
    ['no ciphertext', { alg: 'RSA-OAEP' }],
    ['an algorithm that it does not have', { ...parameters, alg: 'RSA1_5' }],
    ['what the key did not encrypt', { ...parameters, value: Buffer.alloc(256).toString('base64url') }],
  ])('answers %s with BadParameter', async (_, wrong) => {
    const azure = await standIn()
    expect(await decrypt(azure, await tokenFor(azure), wrong)).toMatchObject({
      status: 400,
      json: { error: { code: 'BadParameter' } },
    })
  })

  it('does not know what it was not asked to learn', async () => {
    const azure = await standIn()
    expect(await decrypt(azure, await tokenFor(azure), parameters, 'sign')).toMatchObject({ status: 404 })
  })
})

it('cuts off who is still waiting when it closes', async () => {
  const azure = await standIn({ faults: [{ service: 'vault', does: 'hang' }] })
  const waiting = ask(azure, { host: vault, path: keyPath }).catch((error: unknown) => error)
  await expect.poll(() => azure.state().faults).toHaveLength(1)
  await azure.close()
  expect(await waiting).toMatchObject({ code: expect.stringMatching(/ECONNRESET|ECONNREFUSED/) as string })
})
