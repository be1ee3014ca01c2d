import { endpointProblem } from './endpoint.ts'
import { ownGcpFailure } from './gcp-failure.ts'

/**
 * The name of a CryptoKey: a version behind it is left away, because a ciphertext says by itself which version made it.
 * Throws `KmsFailure` (configuration) for what is no name of a key.
 */
export function cryptoKeyName(keyResource: string): string {
  const [, name] = keyName.exec(keyResource.trim()) ?? []
  if (name !== undefined) return name
  throw ownGcpFailure(
    { class: 'configuration', reason: 'key-name-invalid', operation: 'credentials' },
    `${keyResource} is no key of Cloud KMS: a key is called projects/P/locations/L/keyRings/R/cryptoKeys/K`,
  )
}

const keyName =
  /^(projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/:]+)(\/cryptoKeyVersions\/\d+)?$/

export function projectOf(cryptoKeyName: string): string {
  return cryptoKeyName.split('/')[1] ?? ''
}

/** Where Cloud KMS is asked, in the words of its client; empty for its public endpoint. */
export interface GcpEndpoint {
  readonly apiEndpoint?: string
  readonly port?: number
  readonly protocol?: 'http' | 'https'
}

/** Throws `KmsFailure` (configuration) for an endpoint that would be asked without TLS and is not on this machine. */
export function gcpEndpoint(kmsEndpoint: string | undefined): GcpEndpoint {
  if (kmsEndpoint === undefined) return {}
  const problem = endpointProblem(kmsEndpoint)
  if (problem !== undefined) {
    throw ownGcpFailure({ class: 'configuration', reason: 'plain-http', operation: 'credentials' }, problem)
  }
  const { protocol, hostname, port } = new URL(kmsEndpoint)
  return protocol === 'http:'
    ? { apiEndpoint: hostname, port: Number(port || 80), protocol: 'http' }
    : { apiEndpoint: hostname, port: Number(port || 443), protocol: 'https' }
}
