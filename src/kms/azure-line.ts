import type { TokenCredential } from '@azure/identity'
import { azureCredential } from './azure-credential.ts'
import { azureFailure, ownAzureFailure, type AzureExchange, type AzureOperation } from './azure-failure.ts'
import type { AzureKeyPlace } from './azure-key-place.ts'
import { azureTransport, type AzureClientOptions, type AzureTransport } from './azure-transport.ts'
import type { AzureCredentials } from './key-service.ts'
import type { NetworkOptions } from './network.ts'
import { untrustedCertificate } from './untrusted-certificate.ts'

/** What any client of the SDK is made with. */
export interface AzureConnection {
  readonly credential: TokenCredential
  readonly clientOptions: AzureClientOptions
}

/** A line to Entra ID and one vault, opened when it is first asked. */
export interface AzureLine {
  /** Throws `KmsFailure` for whatever comes in place of an answer. */
  ask<Answer>(
    operation: AzureOperation,
    send: (connection: AzureConnection) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer>
  close(): void
}

export function azureLine(
  { identity }: AzureCredentials,
  place: AzureKeyPlace,
  options: NetworkOptions,
): AzureLine {
  const secrets = identity.kind === 'client-secret' ? [identity.secret] : []
  let transport: AzureTransport | undefined
  let opening: Promise<AzureConnection> | undefined

  async function open({ clientOptions }: AzureTransport): Promise<AzureConnection> {
    return { credential: await azureCredential(identity, place, clientOptions), clientOptions }
  }

  return {
    async ask(operation, send, signal) {
      let exchange: AzureExchange | undefined
      try {
        transport ??= azureTransport(options)
        const connection = await (opening ??= open(transport))
        return await transport.ask(
          () => send(connection),
          signal,
          told => (exchange = told),
        )
      } catch (error) {
        const failure = azureFailure(error, { operation, exchange, secrets })
        // MSAL would answer the next question from memory for a while.
        if (failure.operation === 'oauth2/v2.0/token') opening = undefined
        if (failure.reason !== 'certificate-untrusted' || exchange === undefined) throw failure
        const message = await untrustedCertificate(exchange.url, transport?.agent)
        const { class: kind, operation: asked } = failure
        throw ownAzureFailure({ class: kind, reason: 'certificate-untrusted', operation: asked }, message)
      }
    },
    close: () => transport?.close(),
  }
}
