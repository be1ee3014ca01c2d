import { stepNames } from '../../lib/failure.ts'
import { shellQuote } from '../../lib/shell-quote.ts'
import type { RestoreEvent } from '../../restore/interview.ts'
import { plain } from './plain.ts'
import type { TuiState } from './state.ts'
import { outcome, severityMarks, stepMarks, stepTitles } from './theme.ts'

/** How to reach the restored data, a way a line; the connection string first, by itself. */
export function connectionLines({
  uri,
}: Extract<RestoreEvent, { readonly type: 'ready' }>): readonly string[] {
  return [uri, `mongosh ${shellQuote(uri)}`, `mongodump --uri=${shellQuote(uri)}`]
}

/** What stays in the scrollback when the screen is gone: how far it came, what was found, and how to go on. */
export function farewell(state: TuiState, heading: string): readonly string[] {
  return [
    heading,
    ...stepLines(state),
    ...findingLines(state),
    ...endLines(state),
    ...state.partingNotes,
  ].map(plain)
}

function stepLines({ steps }: TuiState): readonly string[] {
  return stepNames
    .filter(name => steps[name].status !== 'waiting')
    .map(name => {
      const { status } = steps[name]
      const words = status === 'started' ? 'not finished' : outcome(steps[name])
      return `  ${stepMarks[status].glyph} ${stepTitles[name].padEnd(13)} ${words}`
    })
}

function findingLines({ findings }: TuiState): readonly string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .flatMap(({ severity, code, message, remedy }) => {
      const { glyph, word } = severityMarks[severity]
      return [`  ${glyph} ${word} ${code}: ${message}`, `    → ${remedy}`]
    })
}

function endLines({ ready, failed }: TuiState): readonly string[] {
  if (failed !== undefined) {
    const { code, message, remedy, evidence = [] } = failed
    return ['', `${code}: ${message}`, ...evidence.map(line => `  | ${line}`), `→ ${remedy}`]
  }
  return ready === undefined ? [] : ['', ...connectionLines(ready).map(line => `  ${line}`), '']
}
