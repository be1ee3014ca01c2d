import { Secret } from '../lib/secret.ts'
import type { KmsFailure } from './failure.ts'
import { crc32c } from './gcp-crc32c.ts'
import { accessToken, accountOf } from './gcp-credential.ts'
import { ownGcpFailure } from './gcp-failure.ts'
import { readKeyDocument } from './gcp-key-document.ts'
import { cryptoKeyName, gcpEndpoint, projectOf } from './gcp-key-name.ts'
import { gcpLine, type GcpConnection } from './gcp-line.ts'
import type { Caller, GcpCredentials, KeyService, WrappedKey } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

/**
 * Google Cloud KMS in its REST form, asked with one set of credentials. The client is loaded with the first question.
 * `close` ends its connections; the key document is its owner's to wipe. Throws `KmsFailure` where the name of the key,
 * the key document or the endpoint cannot be used.
 */
export function openGcp(credentials: GcpCredentials, options: NetworkOptions = {}): KeyService {
  const { identity, keyResource, kmsEndpoint } = credentials
  const name = cryptoKeyName(keyResource)
  const endpoint = gcpEndpoint(kmsEndpoint)
  const account = identity.kind === 'service-account' ? readKeyDocument(identity.key) : undefined
  const line = gcpLine({ account, projectId: projectOf(name), endpoint }, options)

  return {
    provider: 'gcp',

    /**
     * A service account signs for itself, and Google has no question that would say whom it takes it for: all that can be
     * known before decrypting is what the key document says. Other credentials prove themselves by getting a token.
     */
    async check(signal: AbortSignal): Promise<Caller> {
      if (account !== undefined) {
        return {
          principal: account.email,
          detail: 'as its key document says: only Cloud KMS itself can prove it',
        }
      }
      const principal = await line.ask('oauth2.token', ({ auth }) => accountOf(auth), signal)
      return { principal: principal ?? 'application default credentials' }
    },

    async unwrap({ blob }: WrappedKey, signal: AbortSignal): Promise<Secret> {
      // On its own, so that what fails here is told as what it is.
      if (account === undefined) await line.ask('oauth2.token', ({ auth }) => accessToken(auth), signal)
      const question = { name, ciphertext: blob, ciphertextCrc32c: { value: crc32c(blob) } }
      // Without `retry: null` the client tries again for minutes.
      const send = ({ kms, requestTimeout }: GcpConnection) =>
        kms.decrypt(question, { timeout: requestTimeout, retry: null })
      const [{ plaintext, plaintextCrc32c }] = await line.ask('cryptoKeys.decrypt', send, signal)
      if (!(plaintext instanceof Uint8Array)) throw notGoogleAnswering()
      if (Number(plaintextCrc32c?.value) !== crc32c(plaintext)) throw corrupted()
      const secret = new Secret(plaintext)
      plaintext.fill(0)
      return secret
    },

    notes: () => [],
    close: () => line.close(),
  }
}

function notGoogleAnswering(): KmsFailure {
  return ownGcpFailure(
    { class: 'transient', reason: 'not-the-cloud', operation: 'cryptoKeys.decrypt' },
    'Something that is not Google answered, such as the login page of a network',
  )
}

/** https://cloud.google.com/kms/docs/data-integrity-guidelines */
function corrupted(): KmsFailure {
  return ownGcpFailure(
    { class: 'transient', reason: 'corrupted', operation: 'cryptoKeys.decrypt' },
    'What Cloud KMS decrypted does not match its checksum: the answer was damaged on the way',
  )
}
