import type { Shape, ValueOf } from '../shape.ts'
import { anything, boolean, dateTime, integer, interval, named, text } from '../shape.ts'
import {
  alternativeName,
  applicationSpecificInformation,
  cryptographicParameters,
  digest,
  keyValueLocation,
  link,
  name,
  revocationReason,
  rngParameters,
  usageLimits,
} from '../structures.ts'
import type { VersionName } from '../ttlv/enumeration.ts'
import { CryptographicAlgorithm, ObjectType, State } from '../ttlv/enumerations.ts'

/** What the rules of an attribute are: one row of the table, after the rule tables of KMIP 1.4, section 3. */
export interface AttributeRow {
  readonly section: string
  readonly since: VersionName
  readonly shape: Shape<unknown>
  /** How many instances an object may have. */
  readonly instances: 'one' | 'many'
  /** What a client may do: nothing, set it once, also modify it, also delete it. */
  readonly client: 'reads' | 'sets' | 'modifies' | 'deletes'
  /** Which objects have it; `others` are those that this library does not keep: certificates, key pairs. */
  readonly objects: 'all' | 'keys' | 'others'
}

/**
 * The attributes of KMIP 1.4 in the order of section 3, by their names on the wire. Those of other objects are here so that
 * their names are known: they can be asked for, and no object has them.
 */
export const attributeTable = {
  'Unique Identifier': row('3.1', '1.0', text, 'one', 'reads', 'all'),
  Name: row('3.2', '1.0', name, 'many', 'deletes', 'all'),
  'Object Type': row('3.3', '1.0', named(ObjectType), 'one', 'reads', 'all'),
  'Cryptographic Algorithm': row('3.4', '1.0', named(CryptographicAlgorithm), 'one', 'sets', 'all'),
  'Cryptographic Length': row('3.5', '1.0', integer, 'one', 'sets', 'all'),
  'Cryptographic Parameters': row('3.6', '1.0', cryptographicParameters, 'many', 'deletes', 'keys'),
  'Cryptographic Domain Parameters': row('3.7', '1.0', anything, 'one', 'sets', 'others'),
  'Certificate Type': row('3.8', '1.0', anything, 'one', 'reads', 'others'),
  'Certificate Length': row('3.9', '1.1', anything, 'one', 'reads', 'others'),
  'X.509 Certificate Identifier': row('3.10', '1.1', anything, 'one', 'reads', 'others'),
  'X.509 Certificate Subject': row('3.11', '1.1', anything, 'one', 'reads', 'others'),
  'X.509 Certificate Issuer': row('3.12', '1.1', anything, 'one', 'reads', 'others'),
  'Certificate Identifier': row('3.13', '1.0', anything, 'one', 'reads', 'others'),
  'Certificate Subject': row('3.14', '1.0', anything, 'one', 'reads', 'others'),
  'Certificate Issuer': row('3.15', '1.0', anything, 'one', 'reads', 'others'),
  'Digital Signature Algorithm': row('3.16', '1.1', anything, 'many', 'reads', 'others'),
  Digest: row('3.17', '1.0', digest, 'many', 'reads', 'all'),
  'Operation Policy Name': row('3.18', '1.0', text, 'one', 'sets', 'all'),
  'Cryptographic Usage Mask': row('3.19', '1.0', integer, 'one', 'sets', 'all'),
  'Lease Time': row('3.20', '1.0', interval, 'one', 'reads', 'all'),
  'Usage Limits': row('3.21', '1.0', usageLimits, 'one', 'deletes', 'keys'),
  State: row('3.22', '1.0', named(State), 'one', 'reads', 'all'),
  'Initial Date': row('3.23', '1.0', dateTime, 'one', 'reads', 'all'),
  'Activation Date': row('3.24', '1.0', dateTime, 'one', 'modifies', 'all'),
  'Process Start Date': row('3.25', '1.0', dateTime, 'one', 'modifies', 'keys'),
  'Protect Stop Date': row('3.26', '1.0', dateTime, 'one', 'modifies', 'keys'),
  'Deactivation Date': row('3.27', '1.0', dateTime, 'one', 'modifies', 'all'),
  'Destroy Date': row('3.28', '1.0', dateTime, 'one', 'reads', 'all'),
  'Compromise Occurrence Date': row('3.29', '1.0', dateTime, 'one', 'reads', 'all'),
  'Compromise Date': row('3.30', '1.0', dateTime, 'one', 'reads', 'all'),
  'Revocation Reason': row('3.31', '1.0', revocationReason, 'one', 'reads', 'all'),
  'Archive Date': row('3.32', '1.0', dateTime, 'one', 'reads', 'all'),
  'Object Group': row('3.33', '1.0', text, 'many', 'deletes', 'all'),
  Fresh: row('3.34', '1.1', boolean, 'one', 'sets', 'all'),
  Link: row('3.35', '1.0', link, 'many', 'deletes', 'all'),
  'Application Specific Information': row(
    '3.36',
    '1.0',
    applicationSpecificInformation,
    'many',
    'deletes',
    'all',
  ),
  'Contact Information': row('3.37', '1.0', text, 'one', 'deletes', 'all'),
  'Last Change Date': row('3.38', '1.0', dateTime, 'one', 'reads', 'all'),
  'Alternative Name': row('3.40', '1.2', alternativeName, 'many', 'deletes', 'all'),
  'Key Value Present': row('3.41', '1.2', boolean, 'one', 'reads', 'all'),
  'Key Value Location': row('3.42', '1.2', keyValueLocation, 'many', 'deletes', 'all'),
  'Original Creation Date': row('3.43', '1.2', dateTime, 'one', 'sets', 'all'),
  'Random Number Generator': row('3.44', '1.3', rngParameters, 'one', 'sets', 'all'),
  'PKCS#12 Friendly Name': row('3.45', '1.4', text, 'one', 'deletes', 'others'),
  Description: row('3.46', '1.4', text, 'one', 'deletes', 'all'),
  Comment: row('3.47', '1.4', text, 'one', 'deletes', 'all'),
  Sensitive: row('3.48', '1.4', boolean, 'one', 'modifies', 'all'),
  'Always Sensitive': row('3.49', '1.4', boolean, 'one', 'reads', 'all'),
  Extractable: row('3.50', '1.4', boolean, 'one', 'modifies', 'all'),
  'Never Extractable': row('3.51', '1.4', boolean, 'one', 'reads', 'all'),
} as const satisfies Record<string, AttributeRow>

function row<T>(
  section: string,
  since: VersionName,
  shape: Shape<T>,
  instances: AttributeRow['instances'],
  client: AttributeRow['client'],
  objects: AttributeRow['objects'],
): AttributeRow & { readonly shape: Shape<T> } {
  return { section, since, shape, instances, client, objects }
}

export type AttributeName = keyof typeof attributeTable
export type AttributeValues = { readonly [N in AttributeName]: ValueOf<(typeof attributeTable)[N]['shape']> }

/** 3.39: what clients (`x-`) and servers (`y-`) name themselves. Their values are any TTLV item. */
export type CustomAttributeName = `x-${string}` | `y-${string}`

export function isAttributeName(name: string): name is AttributeName {
  return Object.hasOwn(attributeTable, name)
}

export function isCustomAttributeName(name: string): name is CustomAttributeName {
  return name.startsWith('x-') || name.startsWith('y-')
}

const customRows = {
  x: row('3.39', '1.0', anything, 'many', 'deletes', 'all'),
  y: row('3.39', '1.0', anything, 'many', 'reads', 'all'),
}

/** The rules of an attribute, or undefined where no version of the specification has one of this name. */
export function attributeRow(name: string): AttributeRow | undefined {
  if (isAttributeName(name)) return attributeTable[name]
  if (isCustomAttributeName(name)) return name.startsWith('x-') ? customRows.x : customRows.y
  return undefined
}
