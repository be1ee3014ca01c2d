import type { BuildInfo } from '../../build-info.ts'
import type { BsonDocument } from '../../encrypted-store/catalog.ts'
import type { EncryptedStore } from '../../encrypted-store/open-store.ts'
import { isDocument } from '../bson-document.ts'
import type { Cursors } from '../cursors.ts'
import type { MongodLog } from '../log.ts'
import type { MongodOptions } from '../options.ts'
import { CommandFailure } from './command-failure.ts'

/** What every command can see of the server. */
export interface ServerState {
  readonly argv: readonly string[]
  readonly options: MongodOptions
  readonly buildInfo: BuildInfo
  readonly featureCompatibilityVersion: string
  readonly kmipKeyId: string
  readonly store: EncryptedStore
  readonly cursors: Cursors
  readonly log: MongodLog
  readonly startedAt: Date
  readonly connections: { current: number; totalCreated: number; readonly available: number }
  /** Ends the process cleanly; returns at once. */
  shutDown(): void
}

/** One command as it came in. */
export interface Request {
  readonly name: string
  readonly database: string
  readonly body: BsonDocument
  readonly connection: { readonly id: number; readonly remote: string }
}

/** Undefined stands for no answer at all: the connection is closed instead. */
export type Answer = BsonDocument | undefined
export type Command = (request: Request, server: ServerState) => Answer | Promise<Answer>

/** The collection that a command names in its first field. Throws `CommandFailure`. */
export function collectionName({ name, body }: Request): string {
  const collection = body[name]
  if (typeof collection !== 'string') {
    throw new CommandFailure('InvalidNamespace', 'collection name has invalid type')
  }
  if (collection === '')
    throw new CommandFailure('InvalidNamespace', 'Invalid namespace specified: no collection name')
  return collection
}

/** An optional number of a command. Throws `CommandFailure` when it is something else, or negative. */
export function optionalNumber(body: BsonDocument, field: string): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0) {
    throw new CommandFailure('BadValue', `Field '${field}' must be a whole number >= 0`)
  }
  return number
}

/** An optional document of a command, empty when it is missing. Throws `CommandFailure` when it is something else. */
export function optionalDocument(body: BsonDocument, field: string): BsonDocument {
  const value = body[field] ?? {}
  if (!isDocument(value)) throw new CommandFailure('TypeMismatch', `Field '${field}' must be a document`)
  return value
}
