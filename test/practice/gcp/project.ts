import { randomBytes } from 'node:crypto'
import { afterAll, onTestFinished } from 'vitest'
import type { GcpCredentials } from '../../../src/kms/key-service.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { selfSigned, trustHere } from '../../../src/practice/certificate.ts'
import { startConnectProxy } from '../../../src/practice/connect-proxy.ts'
import { newPrivateKey } from '../../../src/practice/fake-keys.ts'
import { encryptUnder } from '../../../src/practice/gcp/ciphertext.ts'
import { newKeyVersion, newServiceAccount } from '../../../src/practice/gcp/fake-credentials.ts'
import { certifiedNames, startGcpStandIn } from '../../../src/practice/gcp/stand-in.ts'
import type {
  CryptoKey,
  GcpFault,
  GcpState,
  KeyVersion,
  ServiceAccount,
  User,
} from '../../../src/practice/gcp/state.ts'
import type { StandIn } from '../../../src/practice/stand-in.ts'

const [accountPem, strangerPem, tlsPem, otherTlsPem] = await Promise.all([
  newPrivateKey(),
  newPrivateKey(),
  newPrivateKey(),
  newPrivateKey(),
])
/** Of the stand-in, where it speaks TLS: trusted in this process. */
export const certificate = selfSigned(tlsPem, certifiedNames)
const tls = { key: tlsPem, cert: certificate }
afterAll(trustHere(certificate))

export const projectId = 'atlas-keys-4711'
export const atlas = newServiceAccount('atlas', projectId, accountPem)
/** Says that it is the account above, and signs with another key. */
export const impostor = newServiceAccount('atlas', projectId, strangerPem)
export const stranger = newServiceAccount('stranger', projectId, strangerPem)

export const user: User = {
  email: 'alice@example.com',
  clientId: '764086051850-example.apps.googleusercontent.com',
  clientSecret: 'd-example',
  refreshToken: '1//example-refresh-token',
  state: 'logged in',
}

/** What `gcloud auth application-default login` writes. */
export const userLogin = {
  type: 'authorized_user',
  client_id: user.clientId,
  client_secret: user.clientSecret,
  refresh_token: user.refreshToken,
}

const ring = `projects/${projectId}/locations/europe-west1/keyRings/atlas`
export const version = newKeyVersion()
export const key: CryptoKey = { name: `${ring}/cryptoKeys/cmk`, versions: [version] }
const otherVersion = newKeyVersion()
const otherKey: CryptoKey = { name: `${ring}/cryptoKeys/other`, versions: [otherVersion] }
export const missingKey = `${ring}/cryptoKeys/missing`
export const masterKey = randomBytes(32)
export const blob = encryptUnder(key, version, masterKey)
export const foreignBlob = encryptUnder(otherKey, otherVersion, masterKey)

const state: GcpState = {
  serviceAccounts: [atlas.account, stranger.account],
  users: [user],
  keys: [key, otherKey],
  grants: [
    { email: atlas.account.email, resource: `projects/${projectId}` },
    { email: user.email, resource: key.name },
  ],
  projectsWithoutKms: [],
  tokenKey: randomBytes(32).toString('base64'),
  clockOffset: 0,
  faults: [],
}

/** The world above, with this changed in it. */
export interface Difference {
  readonly account?: Partial<ServiceAccount>
  readonly user?: Partial<User>
  readonly version?: Partial<KeyVersion>
  readonly projectsWithoutKms?: readonly string[]
  readonly faults?: readonly GcpFault[]
  readonly clockOffset?: number
}

export function worldWith({ account, user: changed, version: other, ...rest }: Difference): GcpState {
  return {
    ...state,
    ...rest,
    serviceAccounts: [{ ...atlas.account, ...account }, stranger.account],
    users: [{ ...user, ...changed }],
    keys: [{ ...key, versions: [{ ...version, ...other }] }, otherKey],
  }
}

export interface Gcp extends StandIn<GcpState> {
  readonly endpoint: string
}

/** Served until the test is over, over plain http. */
export async function standIn(difference: Difference = {}): Promise<Gcp> {
  const gcp = await startGcpStandIn({ state: worldWith(difference), save: () => Promise.resolve() })
  onTestFinished(() => gcp.close())
  return { ...gcp, endpoint: `http://127.0.0.1:${gcp.port}` }
}

export interface ProxiedGcp extends StandIn<GcpState> {
  /** Leads to the stand-in under Google's own names, and says where it was asked to lead. */
  readonly proxy: string
  readonly tunnels: readonly string[]
}

/** Served until the test is over, over TLS and under Google's own names. */
export function proxiedStandIn(difference: Difference = {}): Promise<ProxiedGcp> {
  return serve(difference, tls)
}

/** With a certificate that nobody trusts. */
export function untrustedStandIn(): Promise<ProxiedGcp> {
  return serve({}, { key: otherTlsPem, cert: selfSigned(otherTlsPem, certifiedNames) })
}

async function serve(difference: Difference, presented: typeof tls): Promise<ProxiedGcp> {
  const state = worldWith(difference)
  const gcp = await startGcpStandIn({ state, save: () => Promise.resolve(), tls: presented })
  const tunnels: string[] = []
  const proxy = await startConnectProxy(hostname => {
    tunnels.push(hostname)
    return gcp.port
  })
  onTestFinished(async () => {
    await proxy.close()
    await gcp.close()
  })
  return { ...gcp, proxy: proxy.address, tunnels }
}

/** Of the service account that may decrypt, with what is given in place of its own. */
export function credentials(more: Partial<GcpCredentials> = {}): GcpCredentials {
  return { provider: 'gcp', identity: withKey(atlas.keyDocument), keyResource: key.name, ...more }
}

export function withKey(document: string): GcpCredentials['identity'] {
  return { kind: 'service-account', key: new Secret(document) }
}
