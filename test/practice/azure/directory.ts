import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { afterAll, onTestFinished } from 'vitest'
import type { AzureCredentials } from '../../../src/kms/key-service.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { certifiedNames } from '../../../src/practice/azure/clouds.ts'
import {
  newApplication,
  newClientSecret,
  newKeyVersion,
} from '../../../src/practice/azure/fake-credentials.ts'
import { startAzureStandIn } from '../../../src/practice/azure/stand-in.ts'
import type {
  Application,
  AzureFault,
  AzureState,
  KeyOperation,
  KeyVersion,
  Vault,
} from '../../../src/practice/azure/state.ts'
import { selfSigned, trustHere } from '../../../src/practice/certificate.ts'
import { startConnectProxy } from '../../../src/practice/connect-proxy.ts'
import { newPrivateKey } from '../../../src/practice/fake-keys.ts'
import type { StandIn } from '../../../src/practice/stand-in.ts'

const [tokenKey, tlsKey, otherTlsKey, keyPem, otherKeyPem] = await Promise.all([
  newPrivateKey(),
  newPrivateKey(),
  newPrivateKey(),
  newPrivateKey(),
  newPrivateKey(),
])
/** Of the stand-in: trusted in this process. */
export const certificate = selfSigned(tlsKey, certifiedNames)
const tls = { key: tlsKey, cert: certificate }
afterAll(trustHere(certificate))

const later = Date.now() + 3_600_000

export const tenantId = '3f1c2f5e-0b8a-4a55-9a34-1c5f5e8f4c11'
export const otherTenantId = '7d2c8f0e-6b1d-4e4c-8a57-9f0e2d3c4b5a'
export const unknownTenantId = '00000000-1111-4222-8333-444444444444'
export const app = newApplication(later)
export const expiredApp = newApplication(Date.now() - 1000)
export const disabledApp: Application = { ...newApplication(later), state: 'disabled' }
export const elsewhereApp = newApplication(later)
export const wrongSecret = newClientSecret()

export const keyName = 'atlas-cmk'
export const keyVersion = newKeyVersion(keyPem)
export const masterKey = randomBytes(32)

export function wrapped(oaepHash: 'sha1' | 'sha256', pem = keyPem): Buffer {
  return publicEncrypt(
    { key: createPublicKey(pem), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
    masterKey,
  )
}

export const blob = wrapped('sha1')
export const foreignBlob = wrapped('sha1', otherKeyPem)

const vault: Vault = {
  host: 'atlas-keys.vault.azure.net',
  tenantId,
  access: 'roles',
  grants: [{ objectId: app.objectId, operations: ['decrypt'] }],
  network: 'open',
  keys: [{ name: keyName, versions: [keyVersion] }],
}

const state: AzureState = {
  tenants: [
    { tenantId, applications: [app, expiredApp, disabledApp] },
    { tenantId: otherTenantId, applications: [elsewhereApp] },
  ],
  vaults: [vault],
  tokenKey,
  clockOffset: 0,
  faults: [],
}

/** The world above, with this changed in it. */
export interface Difference {
  readonly vault?: Partial<Vault>
  readonly key?: Partial<KeyVersion>
  readonly grants?: readonly KeyOperation[]
  readonly faults?: readonly AzureFault[]
  readonly clockOffset?: number
}

export function worldWith({
  vault: changed,
  key,
  grants,
  faults = [],
  clockOffset = 0,
}: Difference): AzureState {
  const versions = [{ ...keyVersion, ...key }]
  const operations = grants ?? ['decrypt']
  return {
    ...state,
    faults,
    clockOffset,
    vaults: [
      {
        ...vault,
        keys: [{ name: keyName, versions }],
        grants: [{ objectId: app.objectId, operations }],
        ...changed,
      },
    ],
  }
}

export interface Azure extends StandIn<AzureState> {
  /** Leads to the stand-in under Microsoft's own names, and says where it was asked to lead. */
  readonly proxy: string
  readonly tunnels: readonly string[]
}

/** Served until the test is over. */
export function standIn(difference: Difference = {}): Promise<Azure> {
  return serve(difference, tls)
}

/** With a certificate that nobody trusts. */
export function untrustedStandIn(): Promise<Azure> {
  return serve({}, { key: otherTlsKey, cert: selfSigned(otherTlsKey, certifiedNames) })
}

async function serve(difference: Difference, presented: typeof tls): Promise<Azure> {
  const state = worldWith(difference)
  const azure = await startAzureStandIn({ state, save: () => Promise.resolve(), tls: presented })
  const tunnels: string[] = []
  const proxy = await startConnectProxy(hostname => {
    tunnels.push(hostname)
    return azure.port
  })
  onTestFinished(async () => {
    await proxy.close()
    await azure.close()
  })
  return { ...azure, proxy: proxy.address, tunnels }
}

export function keyIdentifier(host = vault.host, version = keyVersion.version): string {
  return `https://${host}/keys/${keyName}/${version}`
}

export interface Who {
  readonly tenantId?: string
  readonly clientId?: string
  readonly secret?: string
}

/** Of the application that may decrypt, with what is given in place of its own. */
export function credentials(who: Who = {}, more: Partial<AzureCredentials> = {}): AzureCredentials {
  return {
    provider: 'azure',
    identity: {
      kind: 'client-secret',
      tenantId: who.tenantId ?? tenantId,
      clientId: who.clientId ?? app.clientId,
      secret: new Secret(who.secret ?? app.secrets[0]!.value),
    },
    keyIdentifier: keyIdentifier(),
    ...more,
  }
}

/** What it would take to be that application. */
export function being({ clientId, secrets }: Application): Who {
  return { clientId, secret: secrets[0]!.value }
}
