import type { TextProps } from 'ink'
import type { Finding, StepName } from '../../lib/failure.ts'
import type { StepState, StepStatus } from './state.ts'

/**
 * Every colour of the screen, by what it means. Colour only adds: each of these stands beside a glyph or a word, and
 * without colour (FORCE_COLOR=0, which has to be set before Ink is imported: it knows no NO_COLOR) nothing is lost.
 */
export const styles = {
  title: { bold: true },
  prompt: { bold: true },
  quiet: { dimColor: true },
  chosen: { color: 'cyan', bold: true },
  key: { color: 'cyan' },
  code: { color: 'cyan' },
  good: { color: 'green' },
  busy: { color: 'cyan' },
  warning: { color: 'yellow' },
  bad: { color: 'red' },
  sandbox: { color: 'yellow', bold: true },
} as const satisfies Record<string, Partial<TextProps>>

export type StyleName = keyof typeof styles

export const ruleColour = 'gray'

/** Milliseconds: what is over sooner needs no sign that it goes on, which would only flicker. */
export const patience = 250

interface Mark {
  readonly glyph: string
  readonly word: string
  readonly style: StyleName
}

export const stepMarks: Readonly<Record<StepStatus, Mark>> = {
  waiting: { glyph: '○', word: 'waiting', style: 'quiet' },
  started: { glyph: '●', word: 'in progress', style: 'busy' },
  done: { glyph: '✔', word: 'done', style: 'good' },
  skipped: { glyph: '↷', word: 'skipped', style: 'quiet' },
  failed: { glyph: '✖', word: 'failed', style: 'bad' },
}

export const severityMarks: Readonly<Record<Finding['severity'], Mark>> = {
  info: { glyph: '•', word: 'note', style: 'quiet' },
  warning: { glyph: '▲', word: 'warning', style: 'warning' },
  error: { glyph: '✖', word: 'error', style: 'bad' },
}

export const stepTitles: Readonly<Record<StepName, string>> = {
  snapshot: 'Snapshot',
  credentials: 'Credentials',
  proxy: 'Key proxy',
  mongod: 'mongod',
  check: 'Check',
  handover: 'Hand-over',
}

/** What came of a step in words; a step that did not end well says so first. */
export function outcome({ status, summary }: StepState): string {
  const { word } = stepMarks[status]
  if (summary === undefined) return word
  return status === 'failed' || status === 'skipped' ? `${word} · ${summary}` : summary
}
