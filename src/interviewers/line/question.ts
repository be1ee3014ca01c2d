import { Secret } from '../../lib/secret.ts'
import type { Answer, ChoiceQuestion, ConfirmQuestion, Question } from '../../restore/interview.ts'
import { failureLines } from '../event-lines.ts'
import { plain } from '../plain.ts'

/** What a typed line means: an answer, a wish, or neither. */
export type Reading =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'explain' }
  | { readonly kind: 'back' }
  | { readonly kind: 'problem'; readonly problem: string }

/** The failure that the question is asked about, if there is one. */
export function occasionLines(question: Question): readonly string[] {
  return question.kind === 'choice' && question.failure !== undefined ? failureLines(question.failure) : []
}

/** The lines above the answer: what the question shows, the question itself, and its options by number. */
export function questionLines(question: Question): readonly string[] {
  return [
    ...(question.details ?? []).map(plain),
    ...(question.byHand === undefined ? [] : ['By hand:', question.byHand]),
    `${question.step}: ${question.prompt}`,
    ...(question.kind === 'choice' ? optionLines(question) : []),
  ]
}

/** The lesson that belongs to the question: of the failure that it is asked about, else its own. */
export function lessonOf(question: Question): string {
  return (question.kind === 'choice' ? question.failure?.code : undefined) ?? question.lesson
}

/** What to type, so that the line reads `Answer with a number:`. */
export function manner(question: Question): string {
  switch (question.kind) {
    case 'choice':
      return 'with a number:'
    case 'path':
      return 'with a path:'
    case 'text':
      return question.placeholder === undefined ? 'with text:' : `with text, such as ${question.placeholder}:`
    case 'secret':
      return 'with a secret, which is not shown:'
    case 'confirm':
      return question.danger === 'destructive'
        ? `with the word ${question.id}, or nothing:`
        : 'with yes or no:'
  }
}

/** What Enter alone answers, where that is safe. */
export function defaultOf(question: Question): string | undefined {
  switch (question.kind) {
    case 'choice': {
      const index = question.options.findIndex(({ value }) => value === question.default)
      return index < 0 ? undefined : String(index + 1)
    }
    case 'text':
    case 'path':
      return question.default
    case 'confirm':
      if (question.danger !== 'none') return undefined
      return question.default ? 'yes' : 'no'
    case 'secret':
      return undefined
  }
}

/** Reads a typed line as an answer to the question, and lets the question judge the answer. */
export async function read(question: Question, typed: string): Promise<Reading> {
  const word = typed.trim()
  if (word === '?') return { kind: 'explain' }
  if (word === '<') return { kind: 'back' }
  switch (question.kind) {
    case 'choice':
      return chosen(question, word)
    case 'text':
    case 'path':
      return judged(word, await question.problem?.(word))
    case 'secret': {
      const secret = new Secret(typed)
      return judged(secret, question.problem?.(secret))
    }
    case 'confirm':
      return question.danger === 'destructive' ? confirmedByName(question, word) : confirmed(word)
  }
}

function judged(answer: Answer, problem: string | undefined): Reading {
  return problem === undefined ? { kind: 'answer', answer } : { kind: 'problem', problem }
}

function optionLines({ options }: ChoiceQuestion): readonly string[] {
  return [
    ...options.map(({ label, hint, disabled }, index) =>
      [`  ${index + 1}. ${label}`, hint, disabled === undefined ? undefined : `not now: ${disabled}`]
        .filter(part => part !== undefined)
        .join(', '),
    ),
    '  ?. Explain this',
    '  <. Back to the question before',
  ].map(plain)
}

/** By number, or by the word that the flag of the question takes. */
function chosen({ options }: ChoiceQuestion, typed: string): Reading {
  const option = /^\d+$/.test(typed)
    ? options[Number(typed) - 1]
    : options.find(({ value }) => value === typed)
  if (option === undefined) return { kind: 'problem', problem: `Type a number from 1 to ${options.length}` }
  if (option.disabled !== undefined) return { kind: 'problem', problem: `Not now: ${option.disabled}` }
  return { kind: 'answer', answer: option.value }
}

function confirmed(typed: string): Reading {
  if (/^y(es)?$/i.test(typed)) return { kind: 'answer', answer: true }
  if (/^no?$/i.test(typed)) return { kind: 'answer', answer: false }
  return { kind: 'problem', problem: 'Type yes or no' }
}

function confirmedByName({ id }: ConfirmQuestion, typed: string): Reading {
  if (typed === id) return { kind: 'answer', answer: true }
  if (typed === '') return { kind: 'answer', answer: false }
  return { kind: 'problem', problem: `Type ${id}, or nothing to leave things as they are` }
}
