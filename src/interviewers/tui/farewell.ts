import { stepNames } from '../../lib/failure.ts'
import { shellQuote } from '../../lib/shell-quote.ts'
import type { RestoreEvent } from '../../restore/interview.ts'
import { eventLines } from '../event-lines.ts'
import { plain } from '../plain.ts'
import type { TuiState } from './state.ts'
import { outcome, severityMarks, stepMarks, stepTitles } from './theme.ts'

/** How to reach the restored data, a way a line; the connection string first, by itself. */
export function connectionLines({
  uri,
}: Extract<RestoreEvent, { readonly type: 'ready' }>): readonly string[] {
  return [uri, `mongosh ${shellQuote(uri)}`, `mongodump --uri=${shellQuote(uri)}`]
}

/** A line, and how far its continuation is set in where it is longer than the terminal is wide. */
interface Line {
  readonly text: string
  readonly hanging: number
}

/** What stays in the scrollback when the screen is gone: how far it came, what was found, and how to go on. */
export function farewell(state: TuiState, heading: string): readonly string[] {
  return [
    { text: heading, hanging: 0 },
    ...stepLines(state),
    ...findingLines(state),
    ...endLines(state),
    ...state.partingNotes.map(text => ({ text, hanging: 0 })),
  ].flatMap(line => wrapped(line, state.size.columns))
}

function stepLines({ steps }: TuiState): readonly Line[] {
  return stepNames
    .filter(name => steps[name].status !== 'waiting')
    .map(name => {
      const { status } = steps[name]
      const before = `  ${stepMarks[status].glyph} ${stepTitles[name].padEnd(13)} `
      return {
        text: before + (status === 'started' ? 'not finished' : outcome(steps[name])),
        hanging: before.length,
      }
    })
}

function findingLines({ findings }: TuiState): readonly Line[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .flatMap(({ severity, code, message, remedy }) => {
      const { glyph, word } = severityMarks[severity]
      return [
        { text: `  ${glyph} ${word} ${code}: ${message}`, hanging: 4 },
        { text: `    → ${remedy}`, hanging: 6 },
      ]
    })
}

function endLines({ ready, failed }: TuiState): readonly Line[] {
  if (failed !== undefined) return ['', ...eventLines(failed)].map(text => ({ text, hanging: 4 }))
  if (ready === undefined) return []
  return ['', ...connectionLines(ready).map(line => `  ${line}`), ''].map(text => ({ text, hanging: 4 }))
}

/**
 * Breaks at blanks only: an address that is longer than the terminal is wide is left to the terminal, which puts it
 * together again when it is copied.
 */
function wrapped({ text, hanging }: Line, columns: number): readonly string[] {
  const lines: string[] = []
  let current = ''
  for (const word of plain(text).split(/(?<=\S) /)) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current === '' || longer.length <= columns) {
      current = longer
    } else {
      lines.push(current)
      current = ' '.repeat(hanging) + word
    }
  }
  return [...lines, current]
}
