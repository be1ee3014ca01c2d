import type { AuthClient } from 'google-auth-library'
import type { ServiceAccountKey } from './gcp-key-document.ts'

/** What Cloud KMS accepts: https://cloud.google.com/kms/docs/accessing-the-api#access_scopes */
const scopes = ['https://www.googleapis.com/auth/cloud-platform']

/** What signs for a service account. */
export async function serviceAccountClient({
  email,
  keyId,
  privateKey,
}: ServiceAccountKey): Promise<AuthClient> {
  const { JWT } = (await import('google-gax')).googleAuthLibrary
  return new JWT({ email, key: privateKey.reveal(), scopes, ...(keyId === undefined ? {} : { keyId }) })
}

/**
 * What hands out tokens for whoever this machine is or is logged in as: application default credentials. The project is
 * given so that it is not looked for, with gcloud and at the metadata service.
 */
export async function ambientClient(projectId: string): Promise<AuthClient> {
  const { GoogleAuth } = await import('google-gax')
  return new GoogleAuth({ scopes, projectId }).getClient()
}

/** Has a client get a token, unless it signs by itself as a service account does: then there is none to get. */
export async function accessToken(client: AuthClient): Promise<string | undefined> {
  const { JWT } = (await import('google-gax')).googleAuthLibrary
  if (client instanceof JWT) return undefined
  const { token } = await client.getAccessToken()
  return token ?? undefined
}

/** Whose requests a client makes, where it can be known. */
export async function accountOf(client: AuthClient): Promise<string | undefined> {
  const token = await accessToken(client)
  const { Impersonated, JWT, OAuth2Client } = (await import('google-gax')).googleAuthLibrary
  if (client instanceof JWT) return client.email
  if (client instanceof Impersonated) return client.getTargetPrincipal()
  if (!(client instanceof OAuth2Client) || token === undefined) return undefined
  // The token is the proof. Whose it is, is asked elsewhere, and not every network leads there.
  const info = await client.getTokenInfo(token).catch(() => undefined)
  return info?.email
}
