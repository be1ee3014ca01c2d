import { failureOf, type TuiState } from './state.ts'

/** What the body of the screen has to hold: `reading` is a command or many details, a failure explains itself. */
export type Content = 'question' | 'reading' | 'failure'

export interface Layout {
  /** A line for each step, or all of them on one or two. */
  readonly steps: 'lines' | 'brief'
  /** Below the question it gets the rows that are left. */
  readonly lesson: 'beside' | 'below' | 'none'
  /** How many options may stand on the screen at once. */
  readonly optionRows: number
}

/** Rows of the body from which there is room for a line for each step. */
const rowsForSteps: Readonly<Record<Content, number>> = { question: 15, reading: 33, failure: Infinity }

/** Columns of the screen from which the lesson stands beside the question. */
const wide = 110

/** What the rest of the body leaves for options, and the fewest that still show where one is. */
const rowsBesideOptions = { lines: 10, brief: 6 }
const fewestOptions = 4

const manyDetails = 6

export function contentOf(state: TuiState): Content {
  if (failureOf(state) !== undefined) return 'failure'
  const { asking, command } = state
  const isLong = (asking?.question.details?.length ?? 0) >= manyDetails
  return isLong || (command !== undefined && command.shown !== 'past') ? 'reading' : 'question'
}

/** How it is laid out in so many columns of the screen and rows of its body. */
export function layoutFor(content: Content, columns: number, rows: number): Layout {
  const steps = rows < rowsForSteps[content] ? 'brief' : 'lines'
  return {
    steps,
    lesson: content === 'failure' ? 'none' : columns < wide ? 'below' : 'beside',
    optionRows: Math.max(fewestOptions, rows - rowsBesideOptions[steps]),
  }
}
