import { Failure, type FindingCode } from '../lib/failure.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import type { Correction } from './arguments.ts'
import { textOf, type LogLine } from './log.ts'
import { marks, newKeyMark, type Circumstances, type Mark, type Place } from './marks.ts'

/** How a process ended: one of both, or neither where nobody saw it. */
export interface Ending {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/** What is left of a mongod that did not start, or did not stay. */
export interface Remains extends Circumstances {
  /** Of its log since it was started, in order. */
  readonly log: readonly LogLine[]
  /** Of its standard output and error. */
  readonly output: readonly LogLine[]
  readonly ending: Ending
  readonly logPath: string
}

/** Why it failed, and what to do. */
export interface Diagnosis {
  readonly code: FindingCode
  readonly message: string
  readonly remedy: string
  /** Lines of the log that show it. */
  readonly evidence: readonly string[]
  /** Where starting again with other flags will do. */
  readonly correction: Correction | undefined
}

const linesShown = 5

/** The first mark that a line bears, or MONGOD-099 with the last error lines. */
export function diagnose(remains: Remains): Diagnosis {
  const lines = [...remains.output, ...remains.log]
  for (const mark of marks) {
    const diagnosis = explained(mark, lines, remains)
    if (diagnosis !== undefined) return diagnosis
  }
  return unexplained(remains, lines)
}

/** MONGOD-006, if this line of a running mongod says that it made a new master key: it must be stopped at once. */
export function diagnoseNewKey(line: LogLine, place: Place): Diagnosis | undefined {
  return explained(newKeyMark, [line], { ...place, lockedBy: undefined })
}

function explained(
  mark: Mark,
  lines: readonly LogLine[],
  circumstances: Circumstances,
): Diagnosis | undefined {
  const bearers = lines.filter(mark.bears)
  const line = bearers[0]
  if (line === undefined) return undefined
  const found = { ...circumstances, line, text: textOf(line) }
  return {
    code: mark.code,
    message: mark.meaning(found),
    remedy: mark.remedy(found),
    evidence: bearers.slice(0, linesShown).map(({ raw }) => raw),
    correction: mark.correction?.(found),
  }
}

/** A diagnosis to be thrown. */
export function failureOf({ code, message, remedy, evidence }: Diagnosis): Failure {
  return new Failure({ code, message, remedy, evidence })
}

/** What looks alarming in the log of a snapshot's mongod and is not, with what to say instead. */
const reassurances: readonly (readonly [RegExp, string])[] = [
  [
    /Detected unclean shutdown/i,
    'The log warns of an unclean shutdown. That is normal: a snapshot is taken from a running mongod, which recovers now.',
  ],
  [
    /rolling over all database keys/i,
    'mongod makes new database keys under the same master key. That is normal after a restore from a backup.',
  ],
]

/** What to tell the operator about a line that only looks bad, or undefined. */
export function reassuranceFor(line: LogLine): string | undefined {
  return reassurances.find(([pattern]) => pattern.test(line.message))?.[1]
}

/** What a signal usually means. */
const signalHints: Readonly<Record<string, string>> = {
  SIGKILL: 'The system may have run out of memory: dmesg says so',
  SIGILL: 'MongoDB 5.0 and later need a processor with AVX (x86) or ARMv8.2-A',
}

function unexplained(
  { ending: { exitCode, signal }, logPath }: Remains,
  lines: readonly LogLine[],
): Diagnosis {
  const errors = lines.filter(({ severity }) => severity === 'F' || severity === 'E')
  const manner =
    signal !== undefined
      ? `was ended by ${signal}`
      : exitCode !== undefined
        ? `exited with code ${exitCode}`
        : 'is gone'
  return {
    code: 'MONGOD-099',
    message: `mongod ${manner}, for a reason that snapthaw does not know`,
    remedy: signalHints[signal ?? ''] ?? `Read the end of its log: ${shellCommand(['tail', logPath])}`,
    evidence: (errors.length > 0 ? errors : lines).slice(-linesShown).map(line => line.raw),
    correction: undefined,
  }
}
