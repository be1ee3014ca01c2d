import { EJSON, ObjectId } from 'bson'
import type { BsonDocument } from '../encrypted-store/catalog.ts'
import { isDocument } from './bson-document.ts'
import { notSimulated } from './commands/command-failure.ts'

/** Whether a document has what the filter asks for. */
export type Matcher = (document: BsonDocument) => boolean

/**
 * Understands equality on (dotted) fields, an element of an array included, and `$eq`. Throws `CommandFailure` for any
 * other operator, rather than returning what was not asked for.
 */
export function compileFilter(filter: BsonDocument): Matcher {
  const conditions = Object.entries(filter).map(([path, condition]) => {
    if (path.startsWith('$')) throw notSimulated(`the query operator ${path}`)
    const wanted = wantedValue(condition)
    return (document: BsonDocument) => hasValue(document, path.split('.'), wanted)
  })
  return document => conditions.every(condition => condition(document))
}

function wantedValue(condition: unknown): unknown {
  if (!isDocument(condition)) return condition
  const operator = Object.keys(condition).find(key => key.startsWith('$'))
  if (operator === undefined) return condition
  if (operator !== '$eq' || Object.keys(condition).length > 1)
    throw notSimulated(`the query operator ${operator}`)
  return condition.$eq
}

function hasValue(holder: unknown, [field, ...deeper]: readonly string[], wanted: unknown): boolean {
  if (field === undefined) {
    return (
      sameValue(holder, wanted) ||
      (Array.isArray(holder) && holder.some(element => sameValue(element, wanted)))
    )
  }
  if (Array.isArray(holder)) return holder.some(element => hasValue(element, [field, ...deeper], wanted))
  return hasValue(isDocument(holder) ? holder[field] : undefined, deeper, wanted)
}

/** Numbers are equal across their types, a missing field equals null, all else is compared as BSON has it. */
function sameValue(found: unknown, wanted: unknown): boolean {
  if (found == null || wanted == null) return found == null && wanted == null
  if (found instanceof ObjectId && wanted instanceof ObjectId) return found.equals(wanted)
  const [foundNumber, wantedNumber] = [asNumber(found), asNumber(wanted)]
  if (foundNumber !== undefined || wantedNumber !== undefined) return foundNumber === wantedNumber
  return typeof found === typeof wanted && canonical(found) === canonical(wanted)
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const type =
    typeof value === 'object' && value !== null && '_bsontype' in value ? value._bsontype : undefined
  return type === 'Int32' || type === 'Double' || type === 'Long' ? Number(value) : undefined
}

function canonical(value: unknown): string {
  return EJSON.stringify(value, { relaxed: false })
}
