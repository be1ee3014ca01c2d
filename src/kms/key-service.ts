import type { Secret } from '../lib/secret.ts'

/** The clouds whose key service can hold the customer master key of an Atlas cluster. */
export const providers = ['aws', 'azure', 'gcp'] as const
export type Provider = (typeof providers)[number]

/** Where the key service is asked, when it is not the provider's public endpoint. */
export interface AwsCredentials {
  readonly provider: 'aws'
  readonly accessKeyId: Secret
  readonly secretAccessKey: Secret
  readonly sessionToken?: Secret | undefined
  /** `us-east-1` form; see `regionName`. */
  readonly region: string
  readonly kmsEndpoint?: string | undefined
  readonly stsEndpoint?: string | undefined
}

export interface AzureCredentials {
  readonly provider: 'azure'
  /** A client secret, or the ambient chain (`DefaultAzureCredential`: CLI login, managed identity). */
  readonly identity:
    | {
        readonly kind: 'client-secret'
        readonly tenantId: string
        readonly clientId: string
        readonly secret: Secret
      }
    | { readonly kind: 'ambient' }
  /** https://VAULT.vault.azure.net/keys/KEY/VERSION */
  readonly keyIdentifier: string
  /** `AZURE`, `AZURE_CHINA`, `AZURE_GERMANY`, `AZURE_GOVERNMENT`, or absent for the public cloud. */
  readonly environment?: string | undefined
  readonly authorityHost?: string | undefined
}

export interface GcpCredentials {
  readonly provider: 'gcp'
  /** A service account's key document (JSON text), or application default credentials. */
  readonly identity: { readonly kind: 'service-account'; readonly key: Secret } | { readonly kind: 'ambient' }
  /** projects/P/locations/L/keyRings/R/cryptoKeys/K, with or without /cryptoKeyVersions/N. */
  readonly keyResource: string
  readonly kmsEndpoint?: string | undefined
}

/** Everything that is needed to ask one cloud to unwrap one key. */
export type CloudCredentials = AwsCredentials | AzureCredentials | GcpCredentials

/** Who the cloud says is asking. */
export interface Caller {
  /** AWS: the ARN; Azure: the client id; Google: the service account's address. */
  readonly principal: string
  /** One line for the operator, such as `account 111122223333`. */
  readonly detail?: string | undefined
}

export interface WrappedKey {
  readonly blob: Uint8Array
  /** The cloud's own name of the key that wrapped it (AWS: key id or ARN), where known. */
  readonly keyName?: string | undefined
}

/** One cloud's key service, asked with one set of credentials. Both calls throw `KmsFailure` and nothing else. */
export interface KeyService {
  readonly provider: Provider
  /** Who am I? Proves the credentials, not the permission to decrypt. */
  check(signal: AbortSignal): Promise<Caller>
  /** The plaintext of a wrapped key, as the cloud returns it: what it means is for the caller to judge. */
  unwrap(key: WrappedKey, signal: AbortSignal): Promise<Secret>
  /** What is worth telling about the exchanges so far, such as a clock that had to be corrected. */
  notes(): readonly string[]
  close(): void
}
