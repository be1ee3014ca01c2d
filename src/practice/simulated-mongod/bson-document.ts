import type { BsonDocument } from '../encrypted-store/catalog.ts'

/** Whether a BSON value is a document, and not an array or one of BSON's own types. */
export function isDocument(value: unknown): value is BsonDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value)
}
