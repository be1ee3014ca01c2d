import type { Answer, Option, Question } from '../../restore/interview.ts'
import { Secret } from '../../lib/secret.ts'
import { emptyLine, type Line } from './line.ts'

/** A list with a cursor. `index` is undefined where nothing may be chosen by accident. */
export interface PickControl {
  readonly kind: 'pick'
  readonly index: number | undefined
  readonly problem: string | undefined
}

/** A line to type in. */
export interface LineControl {
  readonly kind: 'line'
  readonly line: Line
  readonly problem: string | undefined
  /** Whether the answer is being looked at. */
  readonly checking: boolean
  /** What Tab found more than one of. */
  readonly candidates: readonly string[]
}

/** How a question is answered, and how far the answer has come. */
export type Control = PickControl | LineControl

const yesAndNo: readonly Option[] = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
]

/** What stands in the list of a question; empty for one that is answered by typing. */
export function optionsOf(question: Question): readonly Option[] {
  if (question.kind === 'choice') return question.options
  return question.kind === 'confirm' && question.danger !== 'destructive' ? yesAndNo : []
}

/** A destructive question is answered by typing this: the name of what will be done, which is the name of its flag. */
export function wordOf(question: Question): string {
  return question.id
}

export function controlOf(question: Question): Control {
  const options = optionsOf(question)
  if (options.length === 0) return lineControl()
  return { kind: 'pick', index: startingIndex(question, options), problem: undefined }
}

export function lineControl(line: Line = emptyLine): LineControl {
  return { kind: 'line', line, problem: undefined, checking: false, candidates: [] }
}

function startingIndex(question: Question, options: readonly Option[]): number | undefined {
  if (question.kind === 'confirm') {
    if (question.danger !== 'none') return undefined
    return question.default ? 0 : 1
  }
  const wanted = options.findIndex(
    ({ value, disabled }) =>
      question.kind === 'choice' && value === question.default && disabled === undefined,
  )
  return wanted >= 0
    ? wanted
    : Math.max(
        0,
        options.findIndex(({ disabled }) => disabled === undefined),
      )
}

/** What the control holds as an answer, or what keeps it from being one. */
export function answerOf(
  question: Question,
  control: Control,
): { readonly answer: Answer } | { readonly problem: string } {
  if (control.kind === 'pick') return pickedAnswer(question, control.index)
  const typed = control.line.text
  switch (question.kind) {
    case 'secret':
      return { answer: new Secret(typed) }
    case 'confirm':
      return confirmedByWord(typed.trim(), wordOf(question))
    case 'text':
    case 'path':
      return { answer: typed.trim() || (question.default ?? '') }
    case 'choice':
      return { problem: 'Choose one' }
  }
}

function pickedAnswer(question: Question, index: number | undefined) {
  const option = index === undefined ? undefined : optionsOf(question)[index]
  if (option === undefined) return { problem: 'Press y or n: nothing is chosen for you here' }
  if (option.disabled !== undefined) return { problem: option.disabled }
  return { answer: question.kind === 'confirm' ? option.value === 'yes' : option.value }
}

function confirmedByWord(typed: string, word: string) {
  if (typed === '') return { answer: false }
  return typed === word
    ? { answer: true }
    : { problem: `Type ${word}, or nothing to leave things as they are` }
}

/** What the question itself has against an answer. */
export function problemWith(
  question: Question,
  answer: Answer,
): string | undefined | Promise<string | undefined> {
  if (question.kind === 'secret') return answer instanceof Secret ? question.problem?.(answer) : undefined
  if (question.kind !== 'text' && question.kind !== 'path') return undefined
  return typeof answer === 'string' ? question.problem?.(answer) : undefined
}
