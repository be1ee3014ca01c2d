import { KmsFailure } from '../kms/failure.ts'
import type { KeyService, WrappedKey } from '../kms/key-service.ts'
import { masterKeyFrom } from '../kms/master-key.ts'
import type { Secret } from '../lib/secret.ts'
import { counted } from '../lib/format.ts'
import type { Candidate } from './candidates.ts'

/** One blob that was sent to the cloud. */
export interface Attempt {
  readonly foundIn: string
  /** Bytes. */
  readonly size: number
  /** Why it is not the master key; undefined where it is. */
  readonly failure: KmsFailure | undefined
}

export type WrappedKeySearch =
  | {
      readonly kind: 'found'
      readonly blob: Uint8Array
      readonly foundIn: string
      readonly attempts: readonly Attempt[]
    }
  | {
      readonly kind: 'not-found'
      readonly attempts: readonly Attempt[]
      /** The answer that says most about what is wrong; undefined where there was nothing to try. */
      readonly failure: KmsFailure | undefined
    }

/** Would be the same for every blob: the search ends with it. */
function endsTheSearch({ provider, class: kind, reason }: KmsFailure): boolean {
  // AWS reads from the blob which key it is for; the others are told, and refuse the key before they look at the blob.
  if (provider !== 'aws') return kind !== 'data' && reason !== 'other-key'
  return ['stale', 'clock', 'missing', 'transient'].includes(kind)
}

/** A refusal for a blob that is a key says more than one for a blob that is none. */
const telling = ['key-state', 'permission', 'configuration', 'data']

/**
 * Asks the cloud for each candidate once, in their order, and accepts the first whose plaintext is a master key. The
 * plaintext is wiped at once. Stops early where no other blob could fare better.
 */
export async function findWrappedKey(
  service: KeyService,
  candidates: readonly Candidate[],
  keyName: string | undefined,
  signal: AbortSignal,
): Promise<WrappedKeySearch> {
  const attempts: Attempt[] = []
  for (const { blob, foundIn } of candidates) {
    const failure = await tryToUnwrap(service, { blob, keyName }, signal)
    attempts.push({ foundIn, size: blob.length, failure })
    if (failure === undefined) return { kind: 'found', blob, foundIn, attempts }
    if (endsTheSearch(failure)) return { kind: 'not-found', attempts, failure }
  }
  const failures = attempts.flatMap(({ failure }) => failure ?? [])
  return {
    kind: 'not-found',
    attempts,
    failure: telling.flatMap(each => failures.filter(failure => failure.class === each))[0],
  }
}

/** The master key itself: 32 bytes. Throws `KmsFailure`, of class `data` where the plaintext is something else. */
export async function unwrapMasterKey(
  service: KeyService,
  key: WrappedKey,
  signal: AbortSignal,
): Promise<Secret> {
  const plaintext = await service.unwrap(key, signal)
  const masterKey = masterKeyFrom(plaintext)
  const size = plaintext.revealBytes().length
  plaintext.wipe()
  if (masterKey !== undefined) return masterKey
  throw new KmsFailure({
    provider: service.provider,
    class: 'data',
    reason: 'not-a-master-key',
    operation: 'unwrap',
    errorName: 'NotAMasterKey',
    message: `It unwraps to ${counted(size, 'byte')}, and a master key has 32`,
  })
}

/** What was tried and why each failed, one a line. */
export function describeAttempts(attempts: readonly Attempt[]): string[] {
  return attempts.map(({ foundIn, size, failure }) => {
    return `${foundIn} (${counted(size, 'byte')}): ${failure === undefined ? 'unwrapped' : failure.message}`
  })
}

async function tryToUnwrap(
  service: KeyService,
  key: WrappedKey,
  signal: AbortSignal,
): Promise<KmsFailure | undefined> {
  try {
    const masterKey = await unwrapMasterKey(service, key, signal)
    masterKey.wipe()
    return undefined
  } catch (error) {
    if (error instanceof KmsFailure) return error
    throw error
  }
}
