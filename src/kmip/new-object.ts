import { randomUUID } from 'node:crypto'
import type { Attribute, TemplateAttribute } from './attribute.ts'
import { AttributeSet } from './attributes/attribute-set.ts'
import { attributeRow } from './attributes/attribute-table.ts'
import { checkDates, isDestroyed, settle } from './lifecycle.ts'
import type { ManagedObject } from './objects.ts'
import { sha256Digest } from './objects.ts'
import type { Context } from './operation.ts'
import { KmipError } from './result.ts'
import { CryptographicUsageMask } from './ttlv/masks.ts'

/** Seconds for which a client may use an object that it has fetched, before it asks again (3.20 Lease Time). */
const leaseTime = 3600

/** Bits of a key, as its algorithm counts them, to its bytes. DES leaves the parity bits out of the count. */
const keyLengths: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  AES: { 128: 16, 192: 24, 256: 32 },
  DES3: { 112: 16, 168: 24 },
}

/** Bytes of a key of this algorithm and length in bits; undefined for one that is not in the table. */
export function keyLengthInBytes(algorithm: string | number | undefined, length: number): number | undefined {
  return keyLengths[algorithm ?? '']?.[length]
}

/**
 * The attributes that a client gives a new object, checked against their rules, and with the defaults of a server. Throws
 * `KmipError`: ItemNotFound for a template (this library has none), InvalidField for an attribute that may not be set.
 */
export function newAttributes(
  objectType: ManagedObject['objectType'],
  template: TemplateAttribute,
  context: Context,
): AttributeSet {
  if (template.names.length > 0) throw new KmipError('ItemNotFound', 'There is no template of this name')
  const attributes = new AttributeSet()
  for (const attribute of template.attributes) {
    checkSettable(objectType, attributes, attribute)
    checkName(attribute, context, 'InvalidField')
    attributes.add(completed(attribute))
  }
  attributes.set('Object Type', objectType)
  const usual =
    objectType === 'SymmetricKey' ? CryptographicUsageMask.Encrypt | CryptographicUsageMask.Decrypt : 0
  attributes.set('Cryptographic Usage Mask', attributes.get('Cryptographic Usage Mask') ?? usual)
  const sensitive = attributes.get('Sensitive') ?? false
  const extractable = attributes.get('Extractable') ?? true
  attributes.set('Sensitive', sensitive)
  attributes.set('Always Sensitive', sensitive)
  attributes.set('Extractable', extractable)
  attributes.set('Never Extractable', !extractable)
  attributes.set('Fresh', attributes.get('Fresh') ?? true)
  attributes.set('Lease Time', leaseTime)
  return attributes
}

function checkSettable(
  objectType: ManagedObject['objectType'],
  present: AttributeSet,
  { name }: Attribute,
): void {
  const row = attributeRow(name)
  if (row === undefined || row.client === 'reads' || !appliesTo(objectType, name)) {
    throw new KmipError('InvalidField', 'An attribute cannot be set by a client, or not on such an object')
  }
  if (row.instances === 'one' && present.instances(name).length > 0) {
    throw new KmipError('InvalidField', 'An attribute that an object has once is given twice')
  }
}

/** Whether objects of this type have such an attribute. */
export function appliesTo(objectType: ManagedObject['objectType'], name: string): boolean {
  const objects = attributeRow(name)?.objects
  return objects === 'all' || (objects === 'keys' && objectType === 'SymmetricKey')
}

/** 3.2: a name belongs to one object at a time. `reason` is what the operation answers when it is taken. */
export function checkName(
  attribute: Attribute,
  context: Context,
  reason: 'InvalidField' | 'IllegalOperation',
  except?: ManagedObject,
): void {
  if (attribute.name !== 'Name') return
  const { nameValue } = attribute.value
  for (const [, object] of context.store.entries()) {
    const isTaken = object.attributes
      .instances('Name')
      .some(one => one.name === 'Name' && one.value.nameValue === nameValue)
    if (isTaken && object !== except && !isDestroyed(object)) {
      throw new KmipError(reason, 'Another object has this name')
    }
  }
}

/**
 * An attribute as it is kept, with what the server adds. Throws `KmipError` ApplicationNamespaceNotSupported for application
 * data that it would have to make.
 */
export function completed(attribute: Attribute): Attribute {
  if (attribute.name === 'Usage Limits') {
    const { usageLimitsTotal } = attribute.value
    return { ...attribute, value: { ...attribute.value, usageLimitsCount: usageLimitsTotal } }
  }
  if (
    attribute.name === 'Application Specific Information' &&
    attribute.value.applicationData === undefined
  ) {
    throw new KmipError('ApplicationNamespaceNotSupported', 'Application data is not generated here')
  }
  return attribute
}

/** Takes a new object in: gives it its dates, its state and its digest. Gives its new unique identifier. */
export function register(object: ManagedObject, context: Context): string {
  const { attributes, material } = object
  if (material === undefined) {
    if (attributes.instances('Key Value Location').length === 0) {
      throw new KmipError('InvalidMessage', 'The key value is missing')
    }
    attributes.set('Key Value Present', false)
  } else if (material.wrapping === undefined) {
    attributes.set('Digest', sha256Digest(material.bytes.revealBytes(), material.keyFormatType))
  }
  attributes.set('State', 'PreActive')
  attributes.set('Initial Date', context.now)
  attributes.set('Last Change Date', context.now)
  checkDates(object)
  settle(object, context.now)
  const uniqueIdentifier = randomUUID()
  context.store.add(uniqueIdentifier, object)
  context.placeholder = uniqueIdentifier
  return uniqueIdentifier
}
