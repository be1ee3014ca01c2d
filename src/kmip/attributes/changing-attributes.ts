import type { Attribute } from '../attribute.ts'
import { isDestroyed, isSettable, settle, touch } from '../lifecycle.ts'
import { appliesTo } from '../new-object.ts'
import type { ManagedObject } from '../objects.ts'
import { KmipError } from '../result.ts'
import { attributeRow } from './attribute-table.ts'

// What Add, Modify and Delete Attribute have in common (KMIP 1.4, sections 4.14 to 4.16 and 11.15 to 11.17).

/** How much a client may do to an attribute: the column of the attribute table, from least to most. */
const rights = ['reads', 'sets', 'modifies', 'deletes'] as const

/** Throws `KmipError`: InvalidField for a name that nothing has, PermissionDenied unless the client may do so much. */
export function checkRight(
  object: ManagedObject,
  name: string,
  needed: 'sets' | 'modifies' | 'deletes',
  now: bigint,
): void {
  const row = attributeRow(name)
  if (row === undefined) throw new KmipError('InvalidField', 'An attribute of this name does not exist')
  if (rights.indexOf(row.client) < rights.indexOf(needed) || !appliesTo(object.objectType, name)) {
    throw new KmipError('PermissionDenied', 'A client may not do this to the attribute')
  }
  if (isDestroyed(object) || !isSettable(object, name, now)) {
    throw new KmipError('PermissionDenied', 'The state of the object does not allow this any more')
  }
}

/** The instance that a client means: of several, the first, if it gives no index. Throws `KmipError` ItemNotFound. */
export function findInstance(object: ManagedObject, name: string, index: number | undefined): Attribute {
  const instance = object.attributes.instance(name, index ?? 0)
  if (instance === undefined) throw new KmipError('ItemNotFound', 'The object has no such attribute')
  return instance
}

/** Does what follows from a changed attribute: 3.49 and 3.51 remember that a value was once another; dates take effect. */
export function follow(object: ManagedObject, { name, value }: Attribute, now: bigint): void {
  if (name === 'Sensitive' && !value) object.attributes.set('Always Sensitive', false)
  if (name === 'Extractable' && value) object.attributes.set('Never Extractable', false)
  touch(object, now)
  settle(object, now)
}
