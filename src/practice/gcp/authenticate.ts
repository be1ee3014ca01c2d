import { createVerify } from 'node:crypto'
import { z } from 'zod'
import type { Asked } from '../stand-in.ts'
import { holderOf } from './access-token.ts'
import { kmsRefusal, type ErrorReason, type Refusal } from './refusal.ts'
import type { GcpState, ServiceAccount } from './state.ts'

const header = z.object({ alg: z.literal('RS256'), kid: z.string() })

/** https://google.aip.dev/auth/4111, “Self-signed JWT”: an audience or scopes. */
const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string().optional(),
  scope: z.string().optional(),
  iat: z.int(),
  exp: z.int(),
})
type Claims = z.infer<typeof claims>

const audience = 'https://cloudkms.googleapis.com/'
const scopes = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloudkms']
/** Seconds that a token may be good for, and by which the clocks may differ. */
const longest = 3600
const tolerance = 300

/** Establishes who is asking: the address of a service account or a user. `now` in milliseconds. Throws `Refusal`. */
export function authenticate(state: GcpState, { headers }: Asked, now: number): string {
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) {
    // https://github.com/googleapis/google-api-php-client/issues/2479
    throw unauthenticated(
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      'CREDENTIALS_MISSING',
    )
  }
  const email = holderOf(token, state.tokenKey, now) ?? signerOf(state, token, now)
  if (email !== undefined) return email
  // https://github.com/rohitaryal/imageFX-api/issues/2
  throw unauthenticated(
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    'ACCESS_TOKEN_TYPE_UNSUPPORTED',
  )
}

function unauthenticated(message: string, reason: ErrorReason): Refusal {
  return kmsRefusal('UNAUTHENTICATED', message, reason, {
    method: 'google.cloud.kms.v1.KeyManagementService.Decrypt',
  })
}

/** The service account that signed this JWT for Cloud KMS, or undefined. */
function signerOf(state: GcpState, token: string, now: number): string | undefined {
  const [first = '', second = '', signature = ''] = token.split('.')
  const head = header.safeParse(decoded(first)).data
  const body = claims.safeParse(decoded(second)).data
  if (head === undefined || body === undefined) return undefined
  const account = state.serviceAccounts.find(({ email }) => email === body.iss)
  const key = activeKey(account, head.kid)
  if (account === undefined || key === undefined || body.sub !== body.iss) return undefined
  const isSigned = createVerify('sha256').update(`${first}.${second}`).verify(key, signature, 'base64url')
  return isSigned && isForKms(body) && isInTime(body, now) ? account.email : undefined
}

function activeKey(account: ServiceAccount | undefined, keyId: string): string | undefined {
  if (account?.state !== 'enabled') return undefined
  return account.keys.find(key => key.keyId === keyId && key.state === 'active')?.publicKey
}

function isForKms({ aud, scope = '' }: Claims): boolean {
  return aud === audience || scope.split(' ').some(each => scopes.includes(each))
}

function isInTime({ iat, exp }: Claims, now: number): boolean {
  const seconds = now / 1000
  return exp - iat <= longest && iat - tolerance <= seconds && seconds <= exp
}

/** Undefined for what is no JSON. */
function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
