import type { Asked, WireAnswer } from '../stand-in.ts'
import { holderOf, issueAccessToken, lifetime } from './access-token.ts'
import { json, oauthRefusal } from './refusal.ts'
import type { GcpState } from './state.ts'

/** oauth2.googleapis.com, as far as a user's login asks it. Throws `Refusal`. */
export function answerAsOauth(state: GcpState, asked: Asked, now: number): WireAnswer {
  switch (`${asked.method} ${asked.url.pathname}`) {
    case 'POST /token':
      return refresh(state, new URLSearchParams(asked.body.toString()), now)
    case 'POST /tokeninfo':
      return tokenInfo(state, asked, now)
    default:
      return { status: 404, headers: {}, body: '' }
  }
}

/** https://developers.google.com/identity/protocols/oauth2/native-app#offline */
function refresh(state: GcpState, form: URLSearchParams, now: number): WireAnswer {
  const user = state.users.find(
    each =>
      each.clientId === form.get('client_id') &&
      each.clientSecret === form.get('client_secret') &&
      each.refreshToken === form.get('refresh_token'),
  )
  if (user?.state !== 'logged in') {
    // https://github.com/googleapis/google-auth-library-python/pull/827
    throw oauthRefusal('invalid_grant', 'Token has been expired or revoked.')
  }
  return json(200, {
    access_token: issueAccessToken(user, state.tokenKey, now),
    expires_in: lifetime,
    scope:
      'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/cloud-platform',
    token_type: 'Bearer',
  })
}

/** What the token is for, and whose: https://developers.google.com/identity/openid-connect/openid-connect */
function tokenInfo(state: GcpState, { headers }: Asked, now: number): WireAnswer {
  const token = (headers.authorization ?? '').replace(/^Bearer /i, '')
  const email = holderOf(token, state.tokenKey, now)
  if (email === undefined) throw oauthRefusal('invalid_token', 'Invalid Value')
  return json(200, { email, email_verified: 'true', expires_in: String(lifetime), scope: 'openid' })
}
