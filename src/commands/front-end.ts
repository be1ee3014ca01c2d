import type { Environment } from '../lib/environment.ts'
import { Failure } from '../lib/failure.ts'
import { definitions } from '../restore/questions.ts'
import type { CommonFlags } from './flags.ts'

export type FrontEnd = 'tui' | 'line' | 'text' | 'json'

/** Which of the three ways to answer this run has, and whether somebody can be asked at all. */
export function chooseFrontEnd(
  flags: CommonFlags,
  environment: Environment,
  isTerminal: boolean,
): FrontEnd | undefined {
  if (flags.json === true) return 'json'
  if (!flags.input) return 'text'
  if (!isTerminal) return undefined
  const isPlain =
    environment.TERM === 'dumb' || isSet(environment.ACCESSIBLE) || isSet(environment.INK_SCREEN_READER)
  return flags.line === true || isPlain ? 'line' : 'tui'
}

/** USAGE-001: a restore asks, and here nobody can answer. */
export function nobodyToAsk(): Failure {
  const flags = definitions.flatMap(({ id, flag }) => (typeof flag === 'object' ? [`--${id}`] : []))
  return new Failure({
    code: 'USAGE-001',
    message: 'There is no terminal to ask on, and --no-input is not given',
    remedy: `Give the answers as flags and add --no-input: ${flags.join(' ')}. What is not given takes its default, and what has none is named.`,
  })
}

/** A variable that is there, and not empty. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
