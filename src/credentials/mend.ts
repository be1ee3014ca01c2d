import { regionName } from '../kms/aws-region.ts'
import type { CloudCredentials } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import type { FieldKind, FieldValues } from './dialect.ts'
import { dialects } from './dialects.ts'
import { fileValues } from './file-values.ts'
import { textOfFile, type Metadata, type MetadataField } from './metadata.ts'

/** A value that changes, or a field that is added. Both sides are JSON. */
interface Change {
  readonly name: string
  readonly kind: FieldKind | 'unknown'
  /** Undefined for a field that is added. */
  readonly field: MetadataField | undefined
  readonly after: Secret
}

/** A metadata file with other values in it, not written yet. */
export interface Mend {
  readonly metadata: Metadata
  readonly changes: readonly Change[]
  /** The whole file as it will be: it differs from the old one in the values of the changes and in nothing else. */
  readonly after: Secret
}

/**
 * The metadata file with these credentials in it, and without a `roleId`: with one, the file is taken for role-based.
 * Throws `Failure` CRED-002 for credentials that no such file can hold; `fileValues` says so before.
 */
export function planMend(metadata: Metadata, credentials: CloudCredentials): Mend {
  const wanted = fileValues(credentials)
  if (wanted.kind === 'cannot') {
    throw new Failure({
      code: 'CRED-002',
      message: `These credentials cannot go into the metadata file. ${wanted.why}`,
      remedy: 'Give them to the key proxy only: --mend memory',
    })
  }
  const changes = changesFor(metadata, wanted.values)
  return { metadata, changes, after: new Secret(applied(metadata, changes)) }
}

function changesFor({ key, fields, values }: Metadata, wanted: FieldValues): Change[] {
  const withoutRole = values.has('roleId') ? new Map([...wanted, ['roleId', new Secret('')]]) : wanted
  return [...withoutRole].flatMap(([known, value]): Change[] => {
    if (saysTheSame(known, values.get(known), value)) return []
    const after = new Secret(JSON.stringify(value.reveal()))
    const kind = dialects[key.provider].fields[known] ?? 'unknown'
    const present = fields.filter(field => field.known === known)
    if (present.length === 0) return [{ name: known, kind, field: undefined, after }]
    return present.map(field => ({ name: field.name, kind, field, after }))
  })
}

function saysTheSame(known: string, before: Secret | undefined, after: Secret): boolean {
  if (before === undefined) return false
  if (known === 'region') return regionName(before.reveal()) === regionName(after.reveal())
  return before.reveal() === after.reveal()
}

function applied(metadata: Metadata, changes: readonly Change[]): string {
  let text = textOfFile(metadata)
  const added = changes.filter(change => change.field === undefined)
  const last = metadata.fields.at(-1)
  // From the end to the beginning, so that the places that are still to come stay true.
  if (last === undefined) text = text.replace('{', `{${added.map(json).join(', ')}`)
  else
    text = splice(
      text,
      last.end,
      last.end,
      added.map(change => separator(metadata, text) + json(change)).join(''),
    )
  const changed = changes.flatMap(({ field, after }) => (field === undefined ? [] : [{ field, after }]))
  for (const { field, after } of changed.sort((a, b) => b.field.valueStart - a.field.valueStart)) {
    text = splice(text, field.valueStart, field.end, after.reveal())
  }
  return text
}

/** What stands between two fields of this file: a comma, and the layout before its last field. */
function separator({ fields }: Metadata, text: string): string {
  const last = fields.at(-1)
  const before = /[ \t\r\n]*$/.exec(text.slice(0, last?.nameStart))?.[0] ?? ''
  return `,${before}`
}

function json({ name, after }: Change): string {
  return `${JSON.stringify(name)}: ${after.reveal()}`
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end)
}
