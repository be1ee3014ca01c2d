import type { Attribute } from './attribute.ts'
import type { ManagedObject } from './objects.ts'
import { KmipError } from './result.ts'
import type { Named } from './ttlv/enumeration.ts'
import type { State } from './ttlv/enumerations.ts'

// KMIP 1.4, section 3.22: the states of an object, and the dates (3.23 to 3.30) that move it from one to the next. All
// dates are seconds since 1970-01-01T00:00:00Z.

export type StateName = Named<typeof State>

export function stateOf(object: ManagedObject): StateName {
  return (object.attributes.get('State') ?? 'PreActive') as StateName
}

export function isDestroyed(object: ManagedObject): boolean {
  const state = stateOf(object)
  return state === 'Destroyed' || state === 'DestroyedCompromised'
}

/** Notes when the object was changed last. */
export function touch(object: ManagedObject, now: bigint): void {
  object.attributes.set('Last Change Date', now)
}

function move(object: ManagedObject, state: StateName, at: bigint): void {
  object.attributes.set('State', state)
  touch(object, at)
}

/** Lets the dates that have passed take their effect: an object is active from its Activation Date on, and so forth. */
export function settle(object: ManagedObject, now: bigint): void {
  const activation = object.attributes.get('Activation Date')
  if (stateOf(object) === 'PreActive' && activation !== undefined && activation <= now) {
    move(object, 'Active', now)
  }
  const deactivation = object.attributes.get('Deactivation Date')
  if (stateOf(object) === 'Active' && deactivation !== undefined && deactivation <= now) {
    move(object, 'Deactivated', now)
  }
}

/**
 * Throws `KmipError` InvalidField when the dates contradict each other (sections 3.24 to 3.27). `changed`: an attribute that
 * is about to be set, and counts as if it were.
 */
export function checkDates({ attributes }: ManagedObject, changed?: Attribute): void {
  const dateOf = (name: DateName) => (changed?.name === name ? changed.value : attributes.get(name))
  for (const [earlier, later] of dateOrder) {
    const from = dateOf(earlier)
    const to = dateOf(later)
    if (from !== undefined && to !== undefined && to < from) {
      throw new KmipError('InvalidField', `The ${later} is before the ${earlier}`)
    }
  }
}

type DateName = 'Activation Date' | 'Process Start Date' | 'Protect Stop Date' | 'Deactivation Date'

const dateOrder: readonly (readonly [DateName, DateName])[] = [
  ['Activation Date', 'Process Start Date'],
  ['Activation Date', 'Protect Stop Date'],
  ['Activation Date', 'Deactivation Date'],
  ['Process Start Date', 'Deactivation Date'],
  ['Protect Stop Date', 'Deactivation Date'],
]

/** In which states a client may set a date, and whether only until it is reached (sections 3.24 to 3.27). */
const settableDates: Readonly<
  Record<string, { readonly states: readonly StateName[]; readonly until: 'state' | 'reached' }>
> = {
  'Activation Date': { states: ['PreActive'], until: 'state' },
  'Process Start Date': { states: ['PreActive', 'Active'], until: 'reached' },
  'Protect Stop Date': { states: ['PreActive', 'Active'], until: 'reached' },
  'Deactivation Date': { states: ['PreActive', 'Active'], until: 'state' },
}

/** Whether the state of the object, and the time, still let a client set this attribute. */
export function isSettable(object: ManagedObject, name: string, now: bigint): boolean {
  const rule = settableDates[name]
  if (rule === undefined) return true
  if (!rule.states.includes(stateOf(object))) return false
  const [present] = object.attributes.instances(name)
  return rule.until === 'state' || present === undefined || (present.value as bigint) > now
}

/** Activates a pre-active object. */
export function activate(object: ManagedObject, now: bigint): void {
  object.attributes.set('Activation Date', now)
  move(object, 'Active', now)
}

/** Deactivates an active object. */
export function deactivate(object: ManagedObject, now: bigint): void {
  object.attributes.set('Deactivation Date', now)
  move(object, 'Deactivated', now)
}

/** Marks an object as compromised, in whatever state it is. `since`: when that happened, as far as is known. */
export function compromise(object: ManagedObject, since: bigint | undefined, now: bigint): void {
  object.attributes.set('Compromise Date', now)
  object.attributes.set('Compromise Occurrence Date', since ?? object.attributes.get('Initial Date') ?? now)
  move(object, isDestroyed(object) ? 'DestroyedCompromised' : 'Compromised', now)
}

/** Destroys the key material; the attributes stay, as a record. */
export function destroy(object: ManagedObject, now: bigint): void {
  object.material?.bytes.wipe()
  object.material = undefined
  object.attributes.set('Destroy Date', now)
  move(object, stateOf(object) === 'Compromised' ? 'DestroyedCompromised' : 'Destroyed', now)
}
