import { KmsFailure } from '../kms/failure.ts'
import type { Caller, CloudCredentials, KeyService, WrappedKey } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { wrappedKeyCandidates } from './candidates.ts'
import { diagnose } from './diagnose.ts'
import type { Circumstances } from './diagnosis.ts'
import { dialects } from './dialects.ts'
import type { KeyFile } from './key-file.ts'
import type { Metadata } from './metadata.ts'
import { describeAttempts, findWrappedKey, type Attempt } from './wrapped-key.ts'

export interface ProofRequest {
  readonly key: KeyFile
  /** Those that `service` was opened with. */
  readonly credentials: CloudCredentials
  /** Undefined where the file cannot be read. */
  readonly metadata: Metadata | undefined
  /** `--wrapped-key ID=FILE`: the file. */
  readonly wrappedKeyFile: string | undefined
  /** `--kms-key`: the customer master key as the cloud names it, in place of what the file says. */
  readonly kmsKey?: string | undefined
}

/** Credentials that have opened the master key, a moment ago. */
export interface Proof {
  /** Undefined where the cloud did not say it, although it unwrapped the key. */
  readonly caller: Caller | undefined
  readonly wrappedKey: WrappedKey
  readonly foundIn: string
  readonly attempts: readonly Attempt[]
  /** What is worth telling, such as a clock that had to be corrected. */
  readonly notes: readonly string[]
}

/** With these the credentials themselves are no good, and no key needs to be tried. */
const endsTheProof: ReadonlySet<string> = new Set(['stale', 'clock', 'missing'])

/**
 * Proves by asking that the credentials open the snapshot's master key: who is asking, then the search for the wrapped
 * key, which unwraps it. The plaintext is wiped. Throws `Failure`, CRED-003 to CRED-014.
 */
export async function proveKey(
  service: KeyService,
  request: ProofRequest,
  signal: AbortSignal,
): Promise<Proof> {
  const { key, credentials, metadata, wrappedKeyFile } = request
  const keyName = keyNameOf(request)
  const about = (caller: Caller | undefined): Circumstances => ({ key, credentials, caller, keyName })

  const asked = await whoIsAsking(service, signal)
  if (asked.failure !== undefined && (signal.aborted || endsTheProof.has(asked.failure.class))) {
    throw diagnose(asked.failure, about(undefined))
  }
  const candidates = await wrappedKeyCandidates({ key, metadata, named: wrappedKeyFile })
  const search = await findWrappedKey(service, candidates, keyName, signal)
  if (search.kind === 'not-found') {
    if (search.failure === undefined) throw nothingToTry(key)
    throw diagnose(search.failure, about(asked.caller), describeAttempts(search.attempts))
  }
  const { blob, foundIn, attempts } = search
  const unsaid =
    asked.failure === undefined ? [] : [`Who is asking was not answered: ${asked.failure.message}`]
  return {
    caller: asked.caller,
    wrappedKey: { blob, keyName },
    foundIn,
    attempts,
    notes: [...service.notes(), ...unsaid],
  }
}

/** The cloud's own name of the key, where it is known. */
function keyNameOf({ key, credentials, metadata, kmsKey }: ProofRequest): string | undefined {
  switch (credentials.provider) {
    case 'aws':
      return kmsKey ?? (metadata === undefined ? undefined : dialects[key.provider].keyName(metadata.values))
    case 'azure':
      return credentials.keyIdentifier
    case 'gcp':
      return credentials.keyResource
  }
}

interface Asked {
  readonly caller: Caller | undefined
  readonly failure: KmsFailure | undefined
}

async function whoIsAsking(service: KeyService, signal: AbortSignal): Promise<Asked> {
  try {
    return { caller: await service.check(signal), failure: undefined }
  } catch (failure) {
    if (failure instanceof KmsFailure) return { caller: undefined, failure }
    throw failure
  }
}

function nothingToTry(key: KeyFile): Failure {
  return new Failure({
    code: 'CRED-012',
    message: `Nothing in the snapshot looks like the wrapped master key of ${key.keyId}`,
    remedy: 'Name its file (--wrapped-key ID=FILE), or use --engine official, which knows where it lies',
    backTo: 'credentials',
  })
}
