import { createPrivateKey, createPublicKey, createSign, createVerify, randomUUID } from 'node:crypto'
import { z } from 'zod'

/** Seconds that a token is good for. */
export const lifetime = 3599

/**
 * What is in an access token for Key Vault, version 1.0:
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
const claims = z.object({
  aud: z.string(),
  iss: z.string(),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
  appid: z.string(),
  idtyp: z.literal('app'),
  oid: z.string(),
  sub: z.string(),
  tid: z.string(),
  uti: z.string(),
  ver: z.literal('1.0'),
})
export type Claims = z.infer<typeof claims>

export interface Subject {
  readonly audience: string
  readonly issuer: string
  readonly clientId: string
  readonly objectId: string
  readonly tenantId: string
}

/** A JSON web token (RS256), good from `now` (milliseconds) on. */
export function issueToken(subject: Subject, tokenKey: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const body: Claims = {
    aud: subject.audience,
    iss: `${subject.issuer}/${subject.tenantId}/`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
    appid: subject.clientId,
    idtyp: 'app',
    oid: subject.objectId,
    sub: subject.objectId,
    tid: subject.tenantId,
    uti: randomUUID(),
    ver: '1.0',
  }
  const signed = `${encoded({ typ: 'JWT', alg: 'RS256' })}.${encoded(body)}`
  const signature = createSign('sha256').update(signed).sign(createPrivateKey(tokenKey))
  return `${signed}.${signature.toString('base64url')}`
}

/** The claims of a token that this key signed and that is good at `now` (milliseconds); undefined for any other. */
export function readToken(token: string, tokenKey: string, now: number): Claims | undefined {
  const [header = '', body = '', signature = ''] = token.split('.')
  const key = createPublicKey(tokenKey)
  const isOurs = createVerify('sha256').update(`${header}.${body}`).verify(key, signature, 'base64url')
  if (!isOurs) return undefined
  const read = claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
  return read.nbf * 1000 <= now && now < read.exp * 1000 ? read : undefined
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
