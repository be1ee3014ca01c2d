import type { RawAttribute } from '../attribute.ts'
import { attributeValueField, rawAttribute } from '../attribute.ts'
import { attributeRow } from '../attributes/attribute-table.ts'
import { isDestroyed, settle } from '../lifecycle.ts'
import type { ManagedObject } from '../objects.ts'
import { operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { dateTime, integer, many, named, optional, structure, text } from '../shape.ts'
import { ObjectGroupMember } from '../ttlv/enumerations.ts'
import type { Field } from '../ttlv/field.ts'
import { StorageStatusMask } from '../ttlv/masks.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.9 Locate */
export const locate = operation({
  request: structure({
    maximumItems: optional(Tag.MaximumItems, integer),
    offsetItems: optional(Tag.OffsetItems, integer),
    storageStatusMask: optional(Tag.StorageStatusMask, integer),
    objectGroupMember: optional(Tag.ObjectGroupMember, named(ObjectGroupMember)),
    /** Their values as they stand: of a structure, any part may be given. */
    attributes: many(Tag.Attribute, rawAttribute),
  }),
  response: structure({
    /** How many objects match, those left out by the limits included. */
    locatedItems: optional(Tag.LocatedItems, integer),
    uniqueIdentifiers: many(Tag.UniqueIdentifier, text),
  }),
  perform(request, context) {
    const { maximumItems, offsetItems = 0 } = request
    if (offsetItems < 0 || (maximumItems !== undefined && maximumItems < 0)) {
      throw new KmipError('InvalidField', 'The number of items is negative')
    }
    const conditions = conditionsOf(request.attributes)
    if (request.objectGroupMember === 'GroupMemberFresh')
      conditions.push(object => object.attributes.get('Fresh') === true)
    conditions.push(inStorage(request.storageStatusMask ?? StorageStatusMask.OnlineStorage))
    const located: string[] = []
    for (const [uniqueIdentifier, object] of context.store.entries()) {
      settle(object, context.now)
      if (conditions.every(holds => holds(object))) located.push(uniqueIdentifier)
    }
    // Newest first, as PyKMIP's server answers; the specification leaves the order open.
    const uniqueIdentifiers = located.reverse().slice(offsetItems, offsetItems + (maximumItems ?? Infinity))
    context.placeholder = uniqueIdentifiers.length === 1 ? uniqueIdentifiers[0] : undefined
    // 1.3 added the number. Older clients would not know the field.
    return { locatedItems: context.version.minor >= 3 ? located.length : undefined, uniqueIdentifiers }
  },
})

type Condition = (object: ManagedObject) => boolean

function inStorage(mask: number): Condition {
  return object =>
    (mask & (isDestroyed(object) ? StorageStatusMask.DestroyedStorage : StorageStatusMask.OnlineStorage)) !==
    0
}

function conditionsOf(wanted: readonly RawAttribute[]): Condition[] {
  const byName = Map.groupBy(wanted, ({ name }) => name)
  return [...byName].flatMap(([name, attributes]) => {
    const row = attributeRow(name)
    if (row === undefined) throw new KmipError('InvalidField', 'An attribute of this name does not exist')
    const values = attributes.map(({ value }) => value)
    if (row.shape === dateTime) return [inDateRange(name, values)]
    return values.map((value): Condition => object => {
      const matches = comparisons[name] ?? isPartOf
      return object.attributes.instances(name).some(instance => matches(value, attributeValueField(instance)))
    })
  })
}

/** One date: this one. Two: from the one to the other. */
function inDateRange(name: string, values: readonly Field[]): Condition {
  const dates = values.map(value => dateTime.read(value, 'refuse'))
  if (dates.length > 2) throw new KmipError('InvalidField', 'A date attribute stands there more than twice')
  const from = dates.reduce((least, date) => (date < least ? date : least))
  const to = dates.reduce((most, date) => (date > most ? date : most))
  return object =>
    object.attributes.instances(name).some(({ value }) => {
      const date = value as bigint
      return from <= date && date <= to
    })
}

/** The attributes that are not simply compared: whether an object that has `present` is one that has `wanted`. */
const comparisons: Readonly<Record<string, (wanted: Field, present: Field) => boolean>> = {
  'Cryptographic Usage Mask': (wanted, present) =>
    wanted.type === 'Integer' &&
    present.type === 'Integer' &&
    (wanted.value & present.value) === wanted.value,
  'Usage Limits': (wanted, present) =>
    wanted.type === 'Structure' &&
    present.type === 'Structure' &&
    wanted.value.every(part => present.value.some(has => has.tag === part.tag && isAtLeast(part, has))),
}

function isAtLeast(wanted: Field, present: Field): boolean {
  if (wanted.type === 'LongInteger' && present.type === 'LongInteger') return present.value >= wanted.value
  return isPartOf(wanted, present)
}

/** Whether two values are the same, as far as `wanted` says something: of a structure, any part may be left out. */
function isPartOf(wanted: Field, present: Field): boolean {
  if (wanted.type === 'Structure' && present.type === 'Structure') {
    return wanted.value.every(part => present.value.some(has => has.tag === part.tag && isPartOf(part, has)))
  }
  if (wanted.type === 'ByteString' && present.type === 'ByteString') return wanted.value.equals(present.value)
  return wanted.type === present.type && wanted.value === present.value
}
