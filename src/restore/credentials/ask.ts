import { Failure } from '../../lib/failure.ts'
import type { Secret } from '../../lib/secret.ts'
import type { RestoreContext } from '../context.ts'
import type { TextQuestion } from '../interview.ts'
import { text, type Definition } from '../questions.ts'

/** The answer that a question takes for “there is none”: typed, it wins over a default. */
export const none = 'none'

export async function askOrNone(
  context: RestoreContext,
  question: TextQuestion,
): Promise<string | undefined> {
  const answer = (await context.ask(question)).trim()
  return answer === '' || answer === none ? undefined : answer
}

/**
 * What a flag or the session says, where nobody is asked. Throws USAGE-002 with the problem of an answer that cannot be
 * used.
 */
export async function decided(
  context: RestoreContext,
  definition: Definition,
  problem: (answer: string) => string | undefined = () => undefined,
): Promise<string | undefined> {
  if (!context.isDecided(definition.id)) return undefined
  const answer = (await context.ask(text(definition, {}))).trim()
  const found = problem(answer)
  if (found === undefined) return answer
  throw new Failure({
    code: 'USAGE-002',
    message: `--${definition.id} ${answer}: ${found}`,
    remedy: `What it means: snapthaw explain ${definition.id}`,
  })
}

/** What is wrong with an answer that must say something. */
export function required(answer: Secret | string): string | undefined {
  const given = typeof answer === 'string' ? answer : answer.reveal()
  return given.trim() === '' ? 'It cannot be empty' : undefined
}
