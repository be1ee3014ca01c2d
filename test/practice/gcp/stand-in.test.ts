import { createSign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../src/kms/gcp-crc32c.ts'
import { atlas, blob, key, masterKey, standIn, stranger, user, type Gcp } from './project.ts'

const seconds = () => Math.floor(Date.now() / 1000)
const { private_key: privateKey, private_key_id: keyId } = JSON.parse(atlas.keyDocument) as Readonly<
  Record<string, string>
>
const { email } = atlas.account

/** A JSON web token with these claims beside the ordinary ones. */
function signed(
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = seconds()
  const ordinary = { iss: email, sub: email, aud: 'https://cloudkms.googleapis.com/', iat, exp: iat + 3600 }
  const text = `${encoded({ alg: 'RS256', typ: 'JWT', kid: keyId, ...header })}.${encoded({ ...ordinary, ...claims })}`
  return `${text}.${createSign('sha256').update(text).sign(privateKey!).toString('base64url')}`
}

interface Question {
  readonly token?: string
  readonly name?: string
  readonly verb?: string
  readonly body?: unknown
}

const ordinaryBody = { ciphertext: blob.toString('base64'), ciphertextCrc32c: String(crc32c(blob)) }

async function ask(
  { endpoint }: Gcp,
  { token = signed(), name = key.name, verb = 'decrypt', body = ordinaryBody }: Question = {},
) {
  const answer = await fetch(`${endpoint}/v1/${name}:${verb}?$alt=json;enum-encoding=int`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const said = await answer.text()
  return {
    status: answer.status,
    json: (said.startsWith('{') ? JSON.parse(said) : undefined) as Readonly<Record<string, unknown>>,
  }
}

describe('Cloud KMS', () => {
  it('decrypts, and sends the checksum of what comes out', async () => {
    expect(await ask(await standIn())).toEqual({
      status: 200,
      json: {
        plaintext: masterKey.toString('base64'),
        plaintextCrc32c: String(crc32c(masterKey)),
        usedPrimary: true,
        protectionLevel: 1,
      },
    })
  })

  it('takes a token that is for scopes in place of an audience', async () => {
    const token = signed({ aud: undefined, scope: 'openid https://www.googleapis.com/auth/cloudkms' })
    expect(await ask(await standIn(), { token })).toMatchObject({ status: 200 })
  })

  it.each([
    ['for another service', { aud: 'https://storage.googleapis.com/' }, {}],
    ['for other scopes', { aud: undefined, scope: 'https://www.googleapis.com/auth/drive' }, {}],
    ['that has expired', { iat: seconds() - 7200, exp: seconds() - 3600 }, {}],
    ['of the future', { iat: seconds() + 3600, exp: seconds() + 7200 }, {}],
    ['that is good for two hours', { exp: seconds() + 7200 }, {}],
    ['in the name of another', { iss: stranger.account.email, sub: stranger.account.email }, {}],
    ['for somebody else', { sub: user.email }, {}],
    ['of a key that there is not', {}, { kid: '0'.repeat(40) }],
    ['without a signature worth the name', {}, { alg: 'none' }],
  ])('does not take a token %s', async (_, claims, header) => {
    const { status, json } = await ask(await standIn(), { token: signed(claims, header) })
    expect({ status, json }).toMatchObject({
      status: 401,
      json: {
        error: {
          code: 401,
          status: 'UNAUTHENTICATED',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
              domain: 'googleapis.com',
            },
          ],
        },
      },
    })
  })

  it('does not take a token that is none, or that another key signed', async () => {
    const gcp = await standIn()
    const [header, claims] = signed().split('.')
    for (const token of ['nonsense', `${header}.${claims}.AAAA`, `ya29.${claims}.AAAA`]) {
      expect(await ask(gcp, { token })).toMatchObject({ status: 401 })
    }
  })

  it('asks for credentials where there are none', async () => {
    expect(await ask(await standIn(), { token: '' })).toMatchObject({
      status: 401,
      json: { error: { details: [{ reason: 'CREDENTIALS_MISSING' }] } },
    })
  })

  it('refuses a ciphertext that does not match its checksum, and takes one that has none', async () => {
    const gcp = await standIn()
    expect(await ask(gcp, { body: { ...ordinaryBody, ciphertextCrc32c: '1' } })).toMatchObject({
      status: 400,
      json: { error: { status: 'INVALID_ARGUMENT', message: expect.stringContaining('checksum') as string } },
    })
    expect(await ask(gcp, { body: { ciphertext: ordinaryBody.ciphertext } })).toMatchObject({ status: 200 })
  })

  it.each([undefined, [], { ciphertext: 'no base64!' }])(
    'refuses %j in the place of a request',
    async body => {
      expect(await ask(await standIn(), { body: body ?? null })).toMatchObject({
        status: 400,
        json: { error: { status: 'INVALID_ARGUMENT' } },
      })
    },
  )

  it('says to whom it denies what', async () => {
    const gcp = await standIn()
    await gcp.change(state => ({ ...state, grants: [] }))
    expect(await ask(gcp)).toMatchObject({
      status: 403,
      json: {
        error: {
          status: 'PERMISSION_DENIED',
          details: [
            {
              reason: 'IAM_PERMISSION_DENIED',
              metadata: { permission: 'cloudkms.cryptoKeyVersions.useToDecrypt', resource: key.name },
            },
          ],
        },
      },
    })
  })

  it('does not know what it was not asked to learn', async () => {
    expect(await ask(await standIn(), { verb: 'encrypt' })).toEqual({ status: 404, json: undefined })
  })
})

describe('the token endpoint', () => {
  const form = {
    grant_type: 'refresh_token',
    client_id: user.clientId,
    client_secret: user.clientSecret,
    refresh_token: user.refreshToken,
  }

  it('hands out a token that Cloud KMS takes, until it expires', async () => {
    const gcp = await standIn()
    const token = await refreshed(gcp, form)
    expect(token).toMatch(/^ya29\./)
    expect(await ask(gcp, { token: token! })).toMatchObject({ status: 200 })
    await gcp.change(state => ({ ...state, clockOffset: 3_600_000 }))
    expect(await ask(gcp, { token: token! })).toMatchObject({ status: 401 })
  })

  it('says whose a token is', async () => {
    const gcp = await standIn()
    const token = await refreshed(gcp, form)
    const answer = await fetch(`${gcp.endpoint}/tokeninfo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await answer.json()).toMatchObject({ email: user.email })
    expect((await fetch(`${gcp.endpoint}/tokeninfo`, { method: 'POST' })).status).toBe(400)
  })

  it.each(['client_id', 'client_secret', 'refresh_token'])(
    'hands out nothing for another %s',
    async field => {
      expect(await refreshed(await standIn(), { ...form, [field]: 'another' })).toBeUndefined()
    },
  )

  it('does not know what it was not asked to learn', async () => {
    expect((await fetch((await standIn()).endpoint)).status).toBe(404)
  })

  async function refreshed(
    { endpoint }: Gcp,
    fields: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const answer = await fetch(`${endpoint}/token`, { method: 'POST', body: new URLSearchParams(fields) })
    return ((await answer.json()) as { access_token?: string }).access_token
  }
})
