import type { TuiState } from './state.ts'

/** What takes the most room in the body of the screen. */
export type Content = 'question' | 'reading' | 'command' | 'ready' | 'failure'

export interface Layout {
  /** A line for each step, or all of them on one or two. */
  readonly steps: 'lines' | 'brief'
  readonly lesson: 'beside' | 'below' | 'none'
  /** How many options may stand on the screen at once. */
  readonly optionRows: number
}

/** Rows of the body from which there is room for a line a step, and for the lesson below the question. */
const rowsFor: Readonly<Record<Content, { readonly steps: number; readonly lesson: number }>> = {
  question: { steps: 15, lesson: 17 },
  reading: { steps: 15, lesson: 19 },
  ready: { steps: 15, lesson: 33 },
  command: { steps: 33, lesson: 33 },
  // It explains itself.
  failure: { steps: Infinity, lesson: Infinity },
}

/** Columns of the screen from which the lesson stands beside the question. */
const wide = 110

/** What the rest of the body leaves for options, and the fewest that still show where one is. */
const rowsBesideOptions = { lines: 10, brief: 6 }
const fewestOptions = 4

export function contentOf(state: TuiState): Content {
  const { asking, command, ready, notes, step } = state
  const question = asking?.question
  if (question?.kind === 'choice' && question.failure !== undefined) return 'failure'
  if (command !== undefined && command.shown !== 'past') return 'command'
  if (ready !== undefined) return 'ready'
  const isToRead =
    notes.length > 0 || question?.details !== undefined || state.findings.some(found => found.step === step)
  return isToRead ? 'reading' : 'question'
}

/** What of it all is shown in so many columns and rows of the body. */
export function layoutFor(content: Content, columns: number, rows: number): Layout {
  const steps = rows < rowsFor[content].steps ? 'brief' : 'lines'
  return {
    steps,
    lesson: lessonPlace(content, columns, rows),
    optionRows: Math.max(fewestOptions, rows - rowsBesideOptions[steps]),
  }
}

function lessonPlace(content: Content, columns: number, rows: number): Layout['lesson'] {
  if (content === 'failure') return 'none'
  if (columns >= wide) return 'beside'
  return rows < rowsFor[content].lesson ? 'none' : 'below'
}
