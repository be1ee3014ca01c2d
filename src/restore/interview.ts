import type { Finding, StepName } from '../lib/failure.ts'
import type { Secret } from '../lib/secret.ts'

/** How much an answer can cost: `change` alters something that can be undone, `destructive` something that cannot. */
export type Danger = 'none' | 'change' | 'destructive'

interface QuestionBase {
  /** The name of the question, which is the name of its flag: `mongod-port` is answered by `--mongod-port`. */
  readonly id: string
  readonly step: StepName
  readonly prompt: string
  /** Lines shown above the question: a change, a table, what was tried. Never a secret. */
  readonly details?: readonly string[]
  /** The name of the lesson that explains it (assets/lessons). */
  readonly lesson: string
  /** What the operator would run by hand instead, shown and copied, redacted. */
  readonly byHand?: string
}

export interface Option {
  readonly value: string
  readonly label: string
  readonly hint?: string
  /** Why it cannot be chosen now. */
  readonly disabled?: string
}

export interface ChoiceQuestion extends QuestionBase {
  readonly kind: 'choice'
  readonly options: readonly Option[]
  readonly default?: string
  /** Asked because of this: a front end shows it as a screen of its own, with the options as the ways out. */
  readonly failure?: FailureReport
}

/** A failure as data: what, why it can be seen, and what to do. */
export interface FailureReport {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly evidence: readonly string[]
}

export interface TextQuestion extends QuestionBase {
  readonly kind: 'text'
  readonly default?: string
  /** An example, shown while nothing is typed. */
  readonly placeholder?: string
  /** What is wrong with the answer, in a sentence, or undefined. */
  readonly problem?: (answer: string) => string | undefined | Promise<string | undefined>
}

export interface PathQuestion extends QuestionBase {
  readonly kind: 'path'
  readonly default?: string
  readonly wants: 'file' | 'folder' | 'either'
  readonly problem?: (answer: string) => string | undefined | Promise<string | undefined>
}

export interface SecretQuestion extends QuestionBase {
  readonly kind: 'secret'
  readonly problem?: (answer: Secret) => string | undefined
}

export interface ConfirmQuestion extends QuestionBase {
  readonly kind: 'confirm'
  readonly default: boolean
  readonly danger: Danger
}

/** A question is data: the three interviewers render the same. */
export type Question = ChoiceQuestion | TextQuestion | PathQuestion | SecretQuestion | ConfirmQuestion

export type AnswerTo<Q extends Question> = Q extends ConfirmQuestion
  ? boolean
  : Q extends SecretQuestion
    ? Secret
    : string
export type Answer = string | boolean | Secret

/** A flag of mongod or the proxy with the reason for it, one line each. */
export interface ReasonedArgument {
  readonly argument: string
  readonly reason: string
}

export interface DatabaseSummary {
  readonly name: string
  readonly collections: number
  readonly documents: number
  readonly sizeOnDisk: number
}

/** What the story tells as it goes. `at` and `v` are added by whoever writes it down. */
export type RestoreEvent =
  | {
      readonly type: 'step'
      readonly step: StepName
      readonly status: 'started' | 'done' | 'skipped' | 'failed'
      /** One line for the list of steps: `7.0.14 · 48.2 GB · 214 files · 1 key (aws, us-east-1)`. */
      readonly summary?: string
    }
  | ({ readonly type: 'finding'; readonly step: StepName } & Finding)
  | {
      readonly type: 'command'
      readonly step: StepName
      readonly purpose: string
      /** Redacted; copied and run by hand it does the same. */
      readonly argv: readonly string[]
      readonly reasons?: readonly ReasonedArgument[]
    }
  | {
      readonly type: 'progress'
      readonly step: StepName
      readonly done: number
      /** Undefined while nobody knows: a spinner instead of a bar. */
      readonly total?: number
      readonly unit: string
      readonly message?: string
    }
  | { readonly type: 'note'; readonly step: StepName; readonly message: string }
  | {
      readonly type: 'ready'
      readonly uri: string
      readonly dbpath: string
      readonly mongodVersion: string
      readonly pid: number
      readonly databases: readonly DatabaseSummary[]
      readonly millis: number
    }
  | {
      readonly type: 'failed'
      readonly code: string
      readonly exitCode: number
      readonly message: string
      readonly remedy: string
      readonly evidence?: readonly string[]
    }

/** What a front end shows besides the story. */
export interface Occasion {
  readonly command: 'restore' | 'practice' | 'credentials'
  /** The session's id, once the dbpath is known: read at each redraw. */
  readonly sessionId: () => string | undefined
  /** The dbpath, once it is known, or what was given: read at each redraw. */
  readonly path: () => string | undefined
  /** True in the sandbox: a banner says that nothing real is touched. */
  readonly simulated: boolean
  /** Path of the log that `l` shows, once there is one: read at each redraw. */
  readonly logPath: () => string | undefined
  /** What a learner may need in the sandbox: names, codes, values of the stand-ins, one a line. Empty in a real restore. */
  readonly handout: readonly string[]
  /** Whether the lessons are open at the start. */
  readonly teach: boolean
}

/**
 * The port to whoever answers. `ask` throws `GoBack` when the operator wants the question before, and a
 * `Failure` with code `CANCELLED` when they want to stop.
 */
export interface Interviewer {
  /** True where somebody answers: only then a failed step is asked about. */
  readonly interactive: boolean
  ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<AnswerTo<Q>>
  tell(event: RestoreEvent): void
  /** Gives the terminal back. Called once, after the last event, also after a failure. */
  close(): Promise<void>
}

/** Thrown by `Interviewer.ask`: the operator wants the question before this one. */
export class GoBack extends Error {
  override readonly name = 'GoBack'
}
