import type { Finding } from '../lib/failure.ts'
import type { KmipEvent } from '../kmip/event.ts'
import type { Emit, ProxyEvent } from './events.ts'

/** What an event of the KMIP server means for a restore. `keyIds`: the ids that are served. */
export function proxyEventsOf(event: KmipEvent, keyIds: readonly string[]): readonly ProxyEvent[] {
  const { peer } = event
  switch (event.type) {
    case 'served':
      return [{ type: 'served', operation: event.operation, keyId: event.uniqueIdentifier, peer }]
    case 'refused': {
      const operation = event.operation === undefined ? undefined : String(event.operation)
      return [{ type: 'refused', operation, reason: `${event.reason}: ${event.message}`, peer }]
    }
    case 'new-key-asked':
      return [finding(newKeyAsked(event.operation))]
    case 'unknown-key-asked':
      return [finding(unknownKeyAsked(event.uniqueIdentifier, keyIds))]
    case 'rejected': {
      const refused: ProxyEvent = { type: 'refused', reason: event.why, peer }
      return event.cause === 'certificate' ? [refused, finding(certificateRejected(event.why))] : [refused]
    }
  }
}

/** The same of a server that is there to be tried: new keys and unknown ids are its business, and no findings. */
export function labEventsOf(event: KmipEvent): readonly ProxyEvent[] {
  if (event.type === 'new-key-asked' || event.type === 'unknown-key-asked') return []
  return proxyEventsOf(event, []).filter(({ type }) => type !== 'finding')
}

function finding(about: Finding): ProxyEvent {
  return { type: 'finding', ...about }
}

function certificateRejected(why: string): Finding {
  return {
    code: 'PROXY-003',
    severity: 'warning',
    message: `The key proxy has turned a client away. ${why}`,
    remedy:
      'A mongod needs the kmipClient.pem of this run of the proxy: start it anew, with the files that lie in the dbpath now',
  }
}

function newKeyAsked(operation: string): Finding {
  return {
    code: 'PROXY-004',
    severity: 'error',
    message: `mongod asked for a new master key (${operation}), so it did not find the keystore of this dbpath; the key proxy refused`,
    remedy:
      'Look whether key.store lies in the dbpath that mongod was given, and extract the snapshot again if not',
  }
}

function unknownKeyAsked(keyId: string, keyIds: readonly string[]): Finding {
  return {
    code: 'PROXY-005',
    severity: 'error',
    message: `mongod asked for the key ${keyId}; the key proxy serves ${keyIds.join(', ')}`,
    remedy: `Open the key that mongod asks for: --key-id ${keyId}`,
  }
}

/** Enough for every operation on every key of a snapshot, and a bound for whoever makes up new ones. */
const mostDistinct = 1000

/**
 * Tells each thing the first time it happens and not again, whoever causes it: mongod polls for its key as long as it
 * runs, and the status log must not grow as long.
 */
export function toldOnce(emit: Emit): Emit {
  const told = new Set<string>()
  return event => {
    const key = JSON.stringify('peer' in event ? { ...event, peer: undefined } : event)
    if (told.has(key) || told.size === mostDistinct) return
    told.add(key)
    emit(event)
  }
}
