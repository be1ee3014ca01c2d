import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { User } from './state.ts'

/** Seconds that a token is good for. */
export const lifetime = 3599

// Google's access tokens are opaque: what is behind the `ya29.` is ours, and says by itself whose token it is.

const content = z.object({ email: z.string(), expiresAt: z.int() })

/** `now` in milliseconds. */
export function issueAccessToken({ email }: User, tokenKey: string, now: number): string {
  const text = Buffer.from(JSON.stringify({ email, expiresAt: now + lifetime * 1000 })).toString('base64url')
  return `ya29.${text}.${sealOf(text, tokenKey)}`
}

/** Whose token it is, or undefined for one that is not ours or has expired. */
export function holderOf(token: string, tokenKey: string, now: number): string | undefined {
  const [, text = '', seal] = /^ya29\.([\w-]+)\.([\w-]+)$/.exec(token) ?? []
  if (text === '' || seal !== sealOf(text, tokenKey)) return undefined
  const { email, expiresAt } = content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  return now < expiresAt ? email : undefined
}

function sealOf(text: string, tokenKey: string): string {
  return createHmac('sha256', Buffer.from(tokenKey, 'base64')).update(text).digest('base64url')
}
