import type { Question, RestoreEvent } from '../../restore/interview.ts'
import { stepNames, type Finding, type StepName } from '../../lib/failure.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import { controlOf, lineControl, optionsOf, type Control, type LineControl } from './control.ts'
import type { KeyAction, Mode, Need } from './keys.ts'
import { edits, emptyLine, insert, isEdit, type Line } from './line.ts'

type EventOf<T extends RestoreEvent['type']> = Extract<RestoreEvent, { readonly type: T }>

export type StepStatus = 'waiting' | EventOf<'step'>['status']

export interface StepState {
  readonly status: StepStatus
  readonly summary: string | undefined
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What fills the screen: the story, or something laid over it. */
export type View = 'story' | 'explain' | 'command' | 'log' | 'quit'

export interface Asking {
  readonly question: Question
  readonly control: Control
  /** It is answered; it stays on the screen until the story goes on, so that nothing flickers in between. */
  readonly isSettled: boolean
}

export interface TuiState {
  readonly size: Size
  readonly steps: Readonly<Record<StepName, StepState>>
  /** The step that is being told. */
  readonly step: StepName
  readonly findings: readonly (Finding & { readonly step: StepName })[]
  /** What was said since the last question. */
  readonly notes: readonly string[]
  /** What the last step of all has said: how to come back. */
  readonly partingNotes: readonly string[]
  /** The last command of this step. It is `shown` until the question after it is answered and another one asked. */
  readonly command:
    { readonly event: EventOf<'command'>; readonly shown: 'new' | 'asked' | 'past' } | undefined
  readonly progress: EventOf<'progress'> | undefined
  /** Counts the stretches of work between questions: the clock on the screen starts anew with each. */
  readonly stretch: number
  readonly ready: EventOf<'ready'> | undefined
  readonly failed: EventOf<'failed'> | undefined
  readonly asking: Asking | undefined
  /** The lesson of `lessonOf(state)`, once it is read. */
  readonly lesson: Lesson | undefined
  readonly whyIsOpen: boolean
  readonly view: View
  /** Rows scrolled away; in the log, lines above its end. */
  readonly scroll: number
  /** How far there is to scroll, and how many rows are seen at once. */
  readonly scrollable: { readonly hidden: number; readonly page: number }
  /** The operator has cancelled; the story is coming to its end. */
  readonly isCancelled: boolean
}

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

export function initialState(size: Size, teach: boolean): TuiState {
  return {
    size,
    steps: everyStep(() => ({ status: 'waiting', summary: undefined })),
    step: 'snapshot',
    findings: [],
    notes: [],
    partingNotes: [],
    command: undefined,
    progress: undefined,
    stretch: 0,
    ready: undefined,
    failed: undefined,
    asking: undefined,
    lesson: undefined,
    whyIsOpen: teach,
    view: 'story',
    scroll: 0,
    scrollable: { hidden: 0, page: 0 },
    isCancelled: false,
  }
}

/** The id of the lesson that belongs to this moment: of the failure, of the question, or of the step. */
export function lessonOf({ asking, step }: TuiState): string {
  if (asking === undefined) return step
  const { question } = asking
  return (question.kind === 'choice' ? question.failure?.code : undefined) ?? question.lesson
}

/** Columns and rows that the screen needs. */
export const leastSize: Size = { columns: 60, rows: 16 }

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < leastSize.columns || rows < leastSize.rows
}

export function modeOf(state: TuiState): Mode {
  if (isTooSmall(state.size)) return 'small'
  if (state.view !== 'story') return state.view
  if (state.asking === undefined || state.asking.isSettled) return 'working'
  const { question, control } = state.asking
  if (control.kind === 'pick') return question.kind === 'confirm' ? 'confirming' : 'choosing'
  if (control.checking) return 'checking'
  if (control.line.text !== '') return 'typing'
  return question.kind === 'secret' ? 'blank-secret' : 'blank'
}

/** What the `c` key copies: the command that is being shown, what would be done by hand, or the step's last command. */
export function copyable({ command, asking }: TuiState): readonly string[] | string | undefined {
  if (command !== undefined && command.shown !== 'past') return command.event.argv
  return asking?.question.byHand ?? command?.event.argv
}

export function needsMet(state: TuiState, logPath: string | undefined): ReadonlySet<Need> {
  const met: Readonly<Record<Need, boolean>> = {
    'a path': state.asking?.question.kind === 'path',
    'a command': copyable(state) !== undefined,
    'a log': logPath !== undefined,
    'more to see': state.scrollable.hidden > 0 || state.view === 'log',
  }
  return new Set(Object.entries(met).flatMap(([need, isMet]) => (isMet ? [need as Need] : [])))
}

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
        asking: state.asking && { ...state.asking, isSettled: true },
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

function everyStep(make: (name: StepName) => StepState): Readonly<Record<StepName, StepState>> {
  return Object.fromEntries(stepNames.map(name => [name, make(name)])) as Record<StepName, StepState>
}

const keptNotes = 50

function afterEvent(state: TuiState, event: RestoreEvent): TuiState {
  switch (event.type) {
    case 'step':
      return afterStep(state, event)
    case 'finding':
      return { ...state, findings: [...state.findings, event] }
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
      return { ...state, ready: event, progress: undefined }
    case 'failed':
      return { ...state, failed: event }
  }
}

function unanswered({ asking }: TuiState): Asking | undefined {
  return asking?.isSettled === true ? undefined : asking
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
    progress: undefined,
    asking: unanswered(state),
    ready: step === 'handover' ? state.ready : undefined,
    stretch: state.stretch + 1,
  }
}

function afterQuestion(state: TuiState, question: Question): TuiState {
  const next = { new: 'asked', asked: 'past', past: 'past' } as const
  return {
    ...state,
    asking: { question, control: controlOf(question), isSettled: false },
    command: state.command && { ...state.command, shown: next[state.command.shown] },
    progress: undefined,
    // A question ends the looking at a log; whoever reads a lesson may finish it.
    view: state.view === 'log' ? 'story' : state.view,
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
