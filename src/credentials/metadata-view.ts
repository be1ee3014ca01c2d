import { masked, Secret } from '../lib/secret.ts'
import { invisible, type FieldKind } from './dialect.ts'
import { textOfFile, type Metadata } from './metadata.ts'

/** A metadata file as lines that may be shown: the fields in their order, secrets masked, unknown fields hidden. */
export function shownMetadata(metadata: Metadata): string[] {
  const text = textOfFile(metadata)
  const lines = metadata.fields.map(({ name, kind, valueStart, end }) => {
    return shownField(name, shownValue(kind, text.slice(valueStart, end)))
  })
  return ['{', ...lines.map((line, index) => `  ${line}${index < lines.length - 1 ? ',' : ''}`), '}']
}

export function shownField(name: string, value: string): string {
  return `${JSON.stringify(name)}: ${value}`.replaceAll(invisible, '?')
}

/** A field's value, given as its JSON, as far as it may be seen. */
export function shownValue(kind: FieldKind | 'unknown', json: string): string {
  const value: unknown = JSON.parse(json)
  if (value === '' || value === null || typeof value === 'boolean') return json
  if (kind === 'secret') return `"${String(new Secret(''))}"`
  if (kind === 'identifier' && typeof value === 'string') return `"${masked(value)}"`
  if (kind === 'plain' && typeof value === 'string') return json
  return `… (${kind === 'unknown' ? 'a field that snapthaw does not know' : 'no text'}, ${json.length} characters)`
}
