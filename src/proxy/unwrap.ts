import type { KeyService } from '../kms/key-service.ts'
import { KmsFailure, type KmsFailureClass } from '../kms/failure.ts'
import { masterKeyFrom } from '../kms/master-key.ts'
import { openKeyService } from '../kms/open.ts'
import { Failure } from '../lib/failure.ts'
import type { Secret } from '../lib/secret.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import type { Emit } from './events.ts'
import type { KeyOrder } from './orders.ts'

/** A master key, and the KMIP ids it is to be served under. */
export interface UnwrappedKey {
  readonly ids: readonly string[]
  /** 32 bytes. */
  readonly masterKey: Secret
}

export interface UnwrapOptions {
  /** For the commands of the remedies. */
  readonly dbpath: string
  readonly emit: Emit
  readonly signal: AbortSignal
}

/**
 * Has the cloud unwrap all keys, at the same time. Throws `Failure` PROXY-002 for the first that does not unwrap; those
 * that did are wiped then.
 */
export async function unwrapKeys(
  orders: readonly KeyOrder[],
  options: UnwrapOptions,
): Promise<readonly UnwrappedKey[]> {
  const outcomes = await Promise.allSettled(orders.map(order => unwrapKey(order, options)))
  const unwrapped = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const refused = outcomes.find(outcome => outcome.status === 'rejected')
  if (refused === undefined) return unwrapped
  for (const { masterKey } of unwrapped) masterKey.wipe()
  throw refused.reason
}

async function unwrapKey(order: KeyOrder, { dbpath, emit, signal }: UnwrapOptions): Promise<UnwrappedKey> {
  const { ids, credentials } = order
  const began = performance.now()
  let service: KeyService | undefined
  try {
    service = await openKeyService(credentials)
    const plaintext = await service.unwrap({ blob: order.wrappedKey, keyName: order.keyName }, signal)
    const masterKey = masterKeyFrom(plaintext)
    plaintext.wipe()
    if (masterKey === undefined) throw notAMasterKey(ids)
    for (const message of service.notes()) emit({ type: 'note', message })
    const millis = Math.round(performance.now() - began)
    emit({ type: 'unwrapped', keyIds: ids, provider: credentials.provider, millis })
    return { ids, masterKey }
  } catch (error) {
    throw error instanceof KmsFailure ? notUnwrapped(ids, dbpath, error) : error
  } finally {
    service?.close()
  }
}

function notAMasterKey(ids: readonly string[]): Failure {
  return new Failure({
    code: 'PROXY-002',
    message: `The cloud unwraps the key ${ids.join(', ')}, but what comes out is no master key: 32 bytes are expected`,
    remedy: 'Name the file that holds the wrapped master key: --wrapped-key ID=FILE',
    backTo: 'credentials',
  })
}

function notUnwrapped(ids: readonly string[], dbpath: string, error: KmsFailure): Failure {
  return new Failure({
    code: 'PROXY-002',
    message: `The key ${ids.join(', ')} does not unwrap: ${error.message}`,
    remedy: remedies[error.class](`snapthaw credentials ${shellQuote(dbpath)} --check`),
    evidence: [`${error.operation}: ${error.errorName}`],
    backTo: 'credentials',
  })
}

/** What to do next, by the kind of trouble; `check` is the command that asks the cloud again and explains. */
const remedies: Readonly<Record<KmsFailureClass, (check: string) => string>> = {
  stale: check => `Give credentials that are valid now: ${check}`,
  missing: check => `Give credentials: ${check}`,
  permission: check => `Give credentials that may decrypt with this key: ${check}`,
  configuration: check => `Look at region, key and tenant: ${check}`,
  'key-state': () =>
    'Have the key enabled again in the cloud, or its deletion cancelled; then run the same command again',
  data: () => 'Name the file that holds the wrapped master key: --wrapped-key ID=FILE',
  clock: () => 'Set the clock of this machine; then run the same command again',
  transient: check =>
    `Look at the network and at the cloud’s status; then run the same command again, or ${check}`,
}
