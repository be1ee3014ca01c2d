import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import type { CryptographyClient } from '@azure/keyvault-keys'
import { Secret } from '../lib/secret.ts'
import { holderOf } from './azure-credential.ts'
import { azureKeyPlace } from './azure-key-place.ts'
import { azureLine, type AzureConnection } from './azure-line.ts'
import { KmsFailure } from './failure.ts'
import type { AzureCredentials, Caller, KeyService, WrappedKey } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

/**
 * How a master key may have been wrapped, in the order in which it is tried: nobody documents how Atlas does it.
 * MongoDB's own tools wrap other keys with RSA-OAEP. Both operations compute the same and differ in the permission that
 * they need.
 */
const operations = ['decrypt', 'unwrapKey'] as const
const algorithms = ['RSA-OAEP', 'RSA-OAEP-256'] as const

interface Way {
  readonly operation: (typeof operations)[number]
  readonly algorithm: (typeof algorithms)[number]
}

/**
 * Azure Key Vault, asked with one set of credentials. The SDK is loaded with the first question. `close` ends its
 * connections; the secret is its owner's to wipe. Throws `KmsFailure` where the key identifier is none.
 */
export function openAzure(credentials: AzureCredentials, options: NetworkOptions = {}): KeyService {
  const { identity } = credentials
  const place = azureKeyPlace(credentials)
  const line = azureLine(credentials, place, options)
  const notes = new Set<string>()

  async function openVault({ credential, clientOptions }: AzureConnection): Promise<CryptographyClient> {
    const { CryptographyClient } = await import('@azure/keyvault-keys')
    const { retryOptions, additionalPolicies } = clientOptions
    return new CryptographyClient(place.keyIdentifier, credential, {
      retryOptions,
      additionalPolicies: [...additionalPolicies, { policy: keyIsNotFetched, position: 'perCall' }],
      disableChallengeResourceVerification: place.vault === 'on this machine',
    })
  }

  /** The plaintext, or a refusal that leaves other ways. Throws every other `KmsFailure`. */
  async function tryTo(
    { operation, algorithm }: Way,
    blob: Uint8Array,
    signal: AbortSignal,
  ): Promise<Secret | KmsFailure> {
    const send = async (connection: AzureConnection) => {
      // One for each attempt: until its first question is answered, a second would disturb it.
      const vault = await openVault(connection)
      return operation === 'decrypt'
        ? vault.decrypt({ algorithm, ciphertext: blob }, { abortSignal: signal })
        : vault.unwrapKey(algorithm, blob, { abortSignal: signal })
    }
    try {
      const { result } = await line.ask(`keys/${operation}`, send, signal)
      const plaintext = new Secret(result)
      result.fill(0)
      return plaintext
    } catch (error) {
      if (error instanceof KmsFailure && leavesOtherWays(error)) return error
      throw error
    }
  }

  return {
    provider: 'azure',

    /** A token is had without any permission on the vault: it proves the credentials and nothing else. */
    async check(signal: AbortSignal): Promise<Caller> {
      // With continuous access evaluation, as the SDK asks for its own: one token does for both.
      const ask = ({ credential }: AzureConnection) =>
        credential.getToken(place.scope, { abortSignal: signal, enableCae: true })
      const token = await line.ask('oauth2/v2.0/token', ask, signal)
      const { userName, clientId, tenantId } = holderOf(token?.token ?? '')
      const own = identity.kind === 'client-secret' ? identity : undefined
      const tenant = tenantId ?? own?.tenantId
      return {
        principal: userName ?? clientId ?? own?.clientId ?? 'unnamed',
        ...(tenant === undefined ? {} : { detail: `tenant ${tenant}` }),
      }
    },

    async unwrap({ blob }: WrappedKey, signal: AbortSignal): Promise<Secret> {
      const refusals: KmsFailure[] = []
      for (const operation of operations) {
        for (const algorithm of algorithms) {
          const outcome = await tryTo({ operation, algorithm }, blob, signal)
          if (outcome instanceof Secret) {
            notes.add(`Key Vault unwrapped the key with ${operation}, ${algorithm}`)
            return outcome
          }
          refusals.push(outcome)
          // What is not allowed is not allowed whatever the algorithm.
          if (outcome.class !== 'data') break
        }
      }
      throw refusals.reduce(moreTelling)
    },

    notes: () => [...notes],
    close: () => line.close(),
  }
}

function leavesOtherWays({ class: kind, reason }: KmsFailure): boolean {
  return kind === 'data' || reason === 'not-authorized' || reason === 'operation-forbidden'
}

/** A blob that was really tried tells more than an operation that is not allowed; otherwise the first counts. */
function moreTelling(one: KmsFailure, other: KmsFailure): KmsFailure {
  return one.class !== 'data' && other.class === 'data' ? other : one
}

/**
 * The SDK asks for the public half of the key first, and then refuses by itself to use a key after its expiry. Key Vault
 * does not: it goes on decrypting, so that data can be recovered
 * (https://learn.microsoft.com/azure/key-vault/keys/about-keys#date-time-controlled-operations). So the key is not
 * fetched: the SDK takes it for a missing permission to, and lets Key Vault decide.
 */
const keyIsNotFetched: PipelinePolicy = {
  name: 'keyIsNotFetched',
  sendRequest: (request, next) =>
    request.method === 'GET'
      ? Promise.resolve({ request, headers: request.headers, status: 403, bodyAsText: '{"error":{}}' })
      : next(request),
}
