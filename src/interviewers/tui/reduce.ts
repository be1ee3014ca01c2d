import { stepNames, type Finding, type StepName } from '../../lib/failure.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import type { Question, RestoreEvent } from '../../restore/interview.ts'
import { controlOf, lineControl, optionsOf, type Control, type LineControl } from './control.ts'
import type { KeyAction } from './keys.ts'
import { edits, emptyLine, insert, isEdit, lineOf, type Line } from './line.ts'
import {
  everyStep,
  type Asking,
  type EventOf,
  type Size,
  type StepState,
  type TuiState,
  type View,
} from './state.ts'

/** What can happen to the screen. */
export type TuiAction =
  | { readonly type: 'told'; readonly event: RestoreEvent }
  | { readonly type: 'asked'; readonly question: Question }
  | { readonly type: 'settled' }
  | { readonly type: 'lesson'; readonly lesson: Lesson | undefined }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'measured'; readonly hidden: number; readonly page: number }
  | { readonly type: 'cancelled' }
  | { readonly type: 'viewed'; readonly view: View }
  | { readonly type: 'pressed'; readonly action: KeyAction; readonly press: string }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'completed'; readonly line: Line; readonly candidates: readonly string[] }
  | { readonly type: 'checking' }
  | { readonly type: 'problem'; readonly problem: string }

/** One state after the other: nothing here looks at a clock, a file or a terminal. */
export function reduce(state: TuiState, action: TuiAction): TuiState {
  switch (action.type) {
    case 'told':
      return afterEvent(state, action.event)
    case 'asked':
      return afterQuestion(state, action.question)
    case 'settled':
      return {
        ...state,
        asking: state.asking && { ...state.asking, control: withoutSecret(state.asking), isSettled: true },
        notes: [],
        progress: undefined,
        stretch: state.stretch + 1,
      }
    case 'lesson':
      return { ...state, lesson: action.lesson }
    case 'resized':
      return { ...state, size: action.size }
    case 'measured':
      return measured(state, action.hidden, action.page)
    case 'cancelled':
      return { ...state, isCancelled: true, view: 'story', scroll: 0 }
    case 'viewed':
      return { ...state, view: action.view, scroll: 0 }
    case 'pressed':
      return afterPress(state, action.action, action.press)
    case 'typed':
      return onLine(state, control => lineControl(insert(control.line, action.text)))
    case 'completed':
      return onLine(state, () => ({ ...lineControl(action.line), candidates: action.candidates }))
    case 'checking':
      return onLine(state, control => ({ ...control, checking: true, problem: undefined, candidates: [] }))
    case 'problem':
      return onControl(state, control =>
        control.kind === 'line'
          ? { ...control, checking: false, problem: action.problem }
          : { ...control, problem: action.problem },
      )
  }
}

const keptNotes = 50

function afterEvent(state: TuiState, event: RestoreEvent): TuiState {
  switch (event.type) {
    case 'step':
      return afterStep(state, event)
    case 'finding':
      return { ...state, findings: [...state.findings.filter(found => !isSame(found, event)), event] }
    case 'command':
      return { ...state, command: { event, shown: 'new' } }
    case 'progress':
      return { ...state, progress: event, asking: unanswered(state) }
    case 'note':
      return {
        ...state,
        notes: [...state.notes, event.message].slice(-keptNotes),
        partingNotes: event.step === 'handover' ? [...state.partingNotes, event.message] : state.partingNotes,
      }
    case 'ready':
      return { ...state, ready: event, progress: undefined, asking: unanswered(state) }
    case 'failed':
      return { ...state, failed: event }
  }
}

/** A finding may be told again, each time that something is tried again. */
function isSame(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.message === other.message
}

function unanswered({ asking }: TuiState): Asking | undefined {
  return asking?.isSettled === true ? undefined : asking
}

/** What is shown of an answered question needs no secret any more: only that there was one. */
function withoutSecret({ question, control }: Asking): Control {
  return question.kind === 'secret' ? lineControl(lineOf('•')) : control
}

function afterStep(state: TuiState, { step, status, summary }: EventOf<'step'>): TuiState {
  const own: StepState = { status, summary }
  if (status !== 'started') {
    return {
      ...state,
      steps: { ...state.steps, [step]: own },
      progress: undefined,
      asking: unanswered(state),
    }
  }
  // A step that begins again takes back what it and those after it have told.
  const isKept = (name: StepName) => stepNames.indexOf(name) < stepNames.indexOf(step)
  return {
    ...state,
    step,
    steps: everyStep(name =>
      name === step ? own : isKept(name) ? state.steps[name] : { status: 'waiting', summary: undefined },
    ),
    findings: state.findings.filter(finding => isKept(finding.step)),
    partingNotes: [],
    command: undefined,
    view: state.view === 'command' ? 'story' : state.view,
    progress: undefined,
    asking: unanswered(state),
    ready: step === 'handover' ? state.ready : undefined,
    stretch: state.stretch + 1,
  }
}

function afterQuestion(state: TuiState, question: Question): TuiState {
  const next = { new: 'asked', asked: 'past', past: 'past' } as const
  const failure = question.kind === 'choice' ? question.failure : undefined
  return {
    ...state,
    // What the question itself is about has a screen of its own, and need not be read twice.
    findings: state.findings.filter(
      ({ code, message }) => code !== failure?.code || message !== failure.message,
    ),
    asking: { question, control: controlOf(question), isSettled: false },
    command: state.command && { ...state.command, shown: next[state.command.shown] },
    progress: undefined,
    // A question ends the looking at a log or a command; whoever reads a lesson may finish it.
    view: state.view === 'log' || state.view === 'command' ? 'story' : state.view,
    scroll: state.view === 'explain' ? state.scroll : 0,
  }
}

function measured(state: TuiState, hidden: number, page: number): TuiState {
  if (hidden === state.scrollable.hidden && page === state.scrollable.page) return state
  return { ...state, scrollable: { hidden, page }, scroll: Math.min(state.scroll, hidden) }
}

function afterPress(state: TuiState, action: KeyAction, press: string): TuiState {
  if (isEdit(action)) return onLine(state, control => lineControl(edits[action](control.line)))
  switch (action) {
    case 'clear':
      return onLine(state, () => lineControl(emptyLine))
    case 'previous':
      return picked(state, (index, count) => (index === undefined ? count - 1 : (index - 1 + count) % count))
    case 'next':
      return picked(state, (index, count) => (index === undefined ? 0 : (index + 1) % count))
    case 'first':
      return picked(state, () => 0)
    case 'last':
      return picked(state, (_index, count) => count - 1)
    case 'number':
      return picked(state, (index, count) => (Number(press) <= count ? Number(press) - 1 : index))
    case 'why':
      return { ...state, whyIsOpen: !state.whyIsOpen }
    case 'close':
      return { ...state, view: 'story', scroll: 0 }
    case 'explain':
    case 'log':
    case 'quit':
      return { ...state, view: action, scroll: 0 }
    case 'scroll-up':
      return scrolled(state, -1)
    case 'scroll-down':
      return scrolled(state, 1)
    case 'page-up':
      return scrolled(state, -Math.max(1, state.scrollable.page - 1))
    case 'page-down':
      return scrolled(state, Math.max(1, state.scrollable.page - 1))
    default:
      return state
  }
}

/** The log is read from its end: down leads back to it. */
function scrolled(state: TuiState, rows: number): TuiState {
  const wanted = state.scroll + (state.view === 'log' ? -rows : rows)
  return { ...state, scroll: Math.max(0, Math.min(wanted, state.scrollable.hidden)) }
}

function picked(
  state: TuiState,
  move: (index: number | undefined, count: number) => number | undefined,
): TuiState {
  return onControl(state, (control, question) =>
    control.kind === 'pick'
      ? { ...control, index: move(control.index, optionsOf(question).length), problem: undefined }
      : control,
  )
}

function onLine(state: TuiState, change: (control: LineControl) => LineControl): TuiState {
  return onControl(state, control => (control.kind === 'line' ? change(control) : control))
}

function onControl(state: TuiState, change: (control: Control, question: Question) => Control): TuiState {
  if (state.asking === undefined) return state
  const { question, control } = state.asking
  return { ...state, asking: { ...state.asking, control: change(control, question) } }
}
