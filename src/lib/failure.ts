/** The six steps of a restore, in order. The same names on the screen, in JSON, in the code and in the documents. */
export const stepNames = ['snapshot', 'credentials', 'proxy', 'mongod', 'check', 'handover'] as const
export type StepName = (typeof stepNames)[number]

/** Exit codes of the program, by the family of the failure's code. */
export const exitCodes = {
  SNAP: 3,
  CRED: 4,
  PROXY: 5,
  MONGOD: 6,
  CHECK: 7,
  SESSION: 2,
  USAGE: 2,
  CANCELLED: 130,
} as const
export const exitCodeOfBug = 1

export type FailureFamily = Exclude<keyof typeof exitCodes, 'CANCELLED'>
export type FindingCode = `${FailureFamily}-${number}${number}${number}`
export type FailureCode = FindingCode | 'CANCELLED'

export interface FailureDetails {
  readonly code: FailureCode
  /** What is the case, in the present tense, naming the thing. */
  readonly message: string
  /** What to do next, with the command where there is one. */
  readonly remedy: string
  /** Lines that show it: of a log, of a file, of the cloud's answer. Never a secret. */
  readonly evidence?: readonly string[]
  /** What the remedy needs and can be copied, such as a policy. Never a secret. */
  readonly byHand?: string | undefined
  /** The step to go back to, where it is not the one that failed. */
  readonly backTo?: StepName
  readonly cause?: unknown
}

/** Every foreseen way to fail. Anything else that is thrown is a bug, and is reported as one. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly remedy: string
  readonly evidence: readonly string[]
  readonly byHand: string | undefined
  readonly backTo: StepName | undefined

  constructor(details: FailureDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = details.code
    this.remedy = details.remedy
    this.evidence = details.evidence ?? []
    this.byHand = details.byHand
    this.backTo = details.backTo
  }

  get exitCode(): number {
    return exitCodes[this.code.split('-', 1)[0] as keyof typeof exitCodes]
  }
}

/** Something worth saying about a snapshot, a file or a database. An `error` stands in the way of the restore. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: 'info' | 'warning' | 'error'
  readonly message: string
  readonly remedy: string
}

/** The operator has cancelled: exit code 130. */
export function cancelled(): Failure {
  return new Failure({
    code: 'CANCELLED',
    message: 'The restore is cancelled',
    remedy: 'Run the same command again to go on from here',
  })
}

/** The `code` of a Node.js system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
