import type { FailureReport, Question, RestoreEvent } from '../../restore/interview.ts'
import { stepNames, type Finding, type StepName } from '../../lib/failure.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import type { Control } from './control.ts'
import type { Mode, Need } from './keys.ts'

export type EventOf<T extends RestoreEvent['type']> = Extract<RestoreEvent, { readonly type: T }>

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

/** What has failed, where the question is about that. */
export function failureOf({ asking }: TuiState): FailureReport | undefined {
  return asking?.question.kind === 'choice' ? asking.question.failure : undefined
}

/** The id of the lesson that belongs to this moment: of the failure, of the question, or of the step. */
export function lessonOf(state: TuiState): string {
  return failureOf(state)?.code ?? state.asking?.question.lesson ?? state.step
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

/** Something for each step of a restore. */
export function everyStep(make: (name: StepName) => StepState): Readonly<Record<StepName, StepState>> {
  return Object.fromEntries(stepNames.map(name => [name, make(name)])) as Record<StepName, StepState>
}
