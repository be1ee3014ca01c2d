import type { KeyManagementServiceClient } from '@google-cloud/kms'
import type { AuthClient } from 'google-auth-library'
import { ambientClient, serviceAccountClient } from './gcp-credential.ts'
import { gcpFailure, ownGcpFailure, type GcpOperation } from './gcp-failure.ts'
import type { ServiceAccountKey } from './gcp-key-document.ts'
import type { GcpEndpoint } from './gcp-key-name.ts'
import { gcpTransport, type GcpTransport } from './gcp-transport.ts'
import type { NetworkOptions } from './network.ts'
import { untrustedCertificate } from './untrusted-certificate.ts'

/** Where a key of Cloud KMS is, and who asks for it. */
export interface GcpAim {
  /** Undefined for application default credentials. */
  readonly account: ServiceAccountKey | undefined
  readonly projectId: string
  readonly endpoint: GcpEndpoint
}

export interface GcpConnection {
  readonly auth: AuthClient
  readonly kms: KeyManagementServiceClient
  /** Milliseconds that one attempt may take. */
  readonly requestTimeout: number
}

/** A line to Cloud KMS, opened when it is first asked. */
export interface GcpLine {
  /** Throws `KmsFailure` for whatever comes in place of an answer. */
  ask<Answer>(
    operation: GcpOperation,
    send: (connection: GcpConnection) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer>
  close(): void
}

export function gcpLine(aim: GcpAim, options: NetworkOptions): GcpLine {
  const secrets = aim.account === undefined ? [] : [aim.account.privateKey]
  let transport: GcpTransport | undefined
  let opening: Promise<GcpConnection> | undefined

  return {
    async ask(operation, send, signal) {
      try {
        const opened = (transport ??= gcpTransport(options))
        return await opened.ask(async () => send(await (opening ??= open(aim, opened))), signal)
      } catch (error) {
        const failure = gcpFailure(error, { operation, secrets })
        // A new login is only seen by a new client.
        if (failure.operation === 'oauth2.token') opening = undefined
        if (failure.reason !== 'certificate-untrusted') throw failure
        const message = await untrustedCertificate(originOf(aim.endpoint), transport?.agent)
        const { class: kind, operation: asked } = failure
        throw ownGcpFailure({ class: kind, reason: 'certificate-untrusted', operation: asked }, message)
      }
    },
    close: () => transport?.close(),
  }
}

async function open(
  { account, projectId, endpoint }: GcpAim,
  transport: GcpTransport,
): Promise<GcpConnection> {
  const { loggingUtils } = await import('google-gax')
  const { KeyManagementServiceClient } = await import('@google-cloud/kms')
  // With GOOGLE_SDK_NODE_LOGGING the client would write what it decrypts to stderr.
  loggingUtils.setBackend(null)
  const auth = await (account === undefined ? ambientClient(projectId) : serviceAccountClient(account))
  transport.carry(auth)
  const { universeDomain } = auth
  const kms = new KeyManagementServiceClient({
    ...endpoint,
    fallback: true,
    authClient: auth,
    universeDomain,
  })
  return { auth, kms, requestTimeout: transport.requestTimeout }
}

function originOf({
  protocol = 'https',
  apiEndpoint = 'cloudkms.googleapis.com',
  port = 443,
}: GcpEndpoint): URL {
  return new URL(`${protocol}://${apiEndpoint}:${port}`)
}
