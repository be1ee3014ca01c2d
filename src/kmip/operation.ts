import type { CipherStreams } from './crypto/cipher-streams.ts'
import { isDestroyed, settle } from './lifecycle.ts'
import type { ProtocolVersion } from './messages.ts'
import type { ManagedObject, ObjectStore } from './objects.ts'
import type { Policy } from './policy.ts'
import { KmipError } from './result.ts'
import type { Shape } from './shape.ts'

/** What an operation has to do with, while the items of one request are carried out. */
export interface Context {
  readonly store: ObjectStore
  readonly policy: Policy
  readonly streams: CipherStreams
  readonly version: ProtocolVersion
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly now: bigint
  /**
   * The ID Placeholder (KMIP 1.4, section 4): the object of an earlier item of the same batch, for a later item that names
   * none.
   */
  placeholder: string | undefined
}

/** One operation: what is asked, what is answered, and how. Server and client read and write both with it. */
export interface Operation<Request, Response> {
  readonly request: Shape<Request>
  readonly response: Shape<Response>
  /** Throws `KmipError` to refuse. */
  perform(request: Request, context: Context): Response
}

/** Lets the types of an operation follow from its shapes. */
export function operation<Request, Response>(
  definition: Operation<Request, Response>,
): Operation<Request, Response> {
  return definition
}

/** An object and the id that it was asked by. */
export interface FoundObject {
  readonly uniqueIdentifier: string
  readonly object: ManagedObject
}

/**
 * The object that an item means, its dates settled: a destroyed one too, since its attributes stay. Throws `KmipError`
 * ItemNotFound.
 */
export function findObject(uniqueIdentifier: string | undefined, context: Context): FoundObject {
  const id = uniqueIdentifier ?? context.placeholder
  if (id === undefined) {
    throw new KmipError('ItemNotFound', 'No object is named, and none by an earlier item of the batch')
  }
  const object = context.store.get(id)
  if (object === undefined) throw new KmipError('ItemNotFound', 'No object has this unique identifier')
  settle(object, context.now)
  return { uniqueIdentifier: id, object }
}

/** As `findObject`, for what needs more than attributes. */
export function findUndestroyed(uniqueIdentifier: string | undefined, context: Context): FoundObject {
  const found = findObject(uniqueIdentifier, context)
  if (isDestroyed(found.object)) throw new KmipError('ItemNotFound', 'The object has been destroyed')
  return found
}
