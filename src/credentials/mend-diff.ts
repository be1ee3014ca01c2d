import { textOfFile } from './metadata.ts'
import { shownField, shownValue } from './metadata-view.ts'
import type { Mend } from './mend.ts'

/** The change as lines that may be shown: ` ` what stays, `-` what goes, `+` what comes, secrets masked. */
export function mendDiff({ metadata, changes }: Mend): string[] {
  const text = textOfFile(metadata)
  const afterOf = new Map(changes.map(change => [change.field, change.after]))
  const kept = metadata.fields.flatMap(field => {
    const before = shownField(field.name, shownValue(field.kind, text.slice(field.valueStart, field.end)))
    const after = afterOf.get(field)
    if (after === undefined) return [`  ${before}`]
    return [`- ${before}`, `+ ${shownField(field.name, shownValue(field.kind, after.reveal()))}`]
  })
  const added = changes.flatMap(({ field, name, kind, after }) =>
    field === undefined ? [`+ ${shownField(name, shownValue(kind, after.reveal()))}`] : [],
  )
  return [metadata.key.metadataPath, ...kept, ...added]
}
