import type { Attribute } from '../../src/kmip/attribute.ts'
import type { KmipEvent } from '../../src/kmip/event.ts'
import type { BatchAnswer, BatchRequest, BatchRequestItem } from '../../src/kmip/exchange.ts'
import { readResponse, writeRequest } from '../../src/kmip/exchange.ts'
import { activeAesKey, ObjectStore } from '../../src/kmip/objects.ts'
import type { KnownOperation, RequestOf, ResponseOf } from '../../src/kmip/operations/table.ts'
import type { Policy } from '../../src/kmip/policy.ts'
import { KmipError } from '../../src/kmip/result.ts'
import { createResponder } from '../../src/kmip/serving/respond.ts'
import type { ResultReasonName } from '../../src/kmip/ttlv/enumerations.ts'
import { Secret } from '../../src/lib/secret.ts'

/** What the clock of a server shows when it starts: 2026-01-01T00:00:00Z. */
export const startOfTime = 1_767_225_600n

/** Seconds since 1970-01-01T00:00:00Z, so many after the start. */
export function later(seconds: number): bigint {
  return startOfTime + BigInt(seconds)
}

/** The key that every server of these tests has, under the id `mykey`. */
export const servedKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index))

/** A server without sockets, and a client that talks to it in version 1.`minor`. */
export interface InProcess {
  /** Its clock, in seconds: it stands still unless a test moves it. */
  readonly clock: { now: bigint }
  readonly store: ObjectStore
  readonly events: KmipEvent[]
  respond(request: Buffer): Buffer
  exchange(batch: BatchRequest): BatchAnswer[]
  /** Throws `KmipError` as the client does. */
  perform<N extends KnownOperation>(operation: N, request: RequestOf<N>): ResponseOf<N>
  /** Creates a symmetric key; AES-256, unless the attributes say something else. Gives its id. */
  createKey(...attributes: Attribute[]): string
  /** The value of an attribute that an object has once. */
  valueOf(uniqueIdentifier: string, name: Attribute['name']): unknown
}

export function inProcess(policy: Policy, minor = 4): InProcess {
  const store = new ObjectStore()
  activeAesKey(store, { uniqueIdentifier: 'mykey', key: new Secret(servedKey) })
  const events: KmipEvent[] = []
  const clock = { now: startOfTime }
  const onEvent = (event: KmipEvent) => events.push(event)
  const responder = createResponder({ store, policy, onEvent, clock: () => clock.now })
  const version = { major: 1, minor }
  const respond = (request: Buffer) => responder.respond(request, 'test:1')
  const exchange = (batch: BatchRequest) => readResponse(respond(writeRequest(version, batch)), batch)
  const perform: InProcess['perform'] = (operation, request) => {
    const [answer] = exchange({ items: [{ operation, request } as BatchRequestItem] })
    if (answer === undefined) throw new Error('There is no answer')
    if (answer.error !== undefined) throw answer.error
    return answer.response as ResponseOf<typeof operation>
  }
  return {
    clock,
    store,
    events,
    respond,
    exchange,
    perform,
    createKey: (...attributes) => {
      const given = new Set(attributes.map(({ name }) => name))
      const usual: Attribute[] = [
        { name: 'Cryptographic Algorithm', value: 'AES' },
        { name: 'Cryptographic Length', value: 256 },
      ]
      const all = [...usual.filter(({ name }) => !given.has(name)), ...attributes]
      const templateAttribute = { names: [], attributes: all }
      return perform('Create', { objectType: 'SymmetricKey', templateAttribute }).uniqueIdentifier
    },
    valueOf: (uniqueIdentifier, name) => {
      const { attributes } = perform('GetAttributes', { uniqueIdentifier, attributeNames: [name] })
      return attributes[0]?.value
    },
  }
}

/** The reason of the refusal that `act` ends in; undefined when it is not refused. */
export function refusalOf(act: () => unknown): ResultReasonName | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof KmipError) return error.resultReason
    throw error
  }
  return undefined
}
