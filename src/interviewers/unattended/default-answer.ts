import { Failure } from '../../lib/failure.ts'
import type { Question } from '../../restore/interview.ts'
import { definitions } from '../../restore/questions.ts'

/**
 * The answer to a question that nobody is there to answer: its default, where it has one that costs nothing and can be
 * used. Throws USAGE-001, which names the flag, where it has none.
 */
export async function defaultAnswer(question: Question): Promise<string | boolean> {
  switch (question.kind) {
    case 'choice': {
      const option = question.options.find(({ value }) => value === question.default)
      if (option === undefined) throw unanswered(question)
      if (option.disabled !== undefined) throw unanswered(question, option.disabled)
      return option.value
    }
    case 'text':
    case 'path': {
      if (question.default === undefined) throw unanswered(question)
      const problem = await question.problem?.(question.default)
      if (problem !== undefined) throw unanswered(question, problem)
      return question.default
    }
    case 'confirm':
      if (!question.default && question.danger !== 'none') throw unanswered(question)
      return question.default
    case 'secret':
      throw unanswered(question)
  }
}

function unanswered(question: Question, problem?: string): Failure {
  const why = problem === undefined ? 'nobody can be asked' : `its default cannot be used: ${problem}`
  return new Failure({
    code: 'USAGE-001',
    message: `“${question.prompt}” has no answer, and ${why}`,
    remedy: `${wayToAnswer(question)} What it means: snapthaw explain ${question.lesson}`,
  })
}

function wayToAnswer({ id, kind }: Question): string {
  const flag = definitions.find(definition => definition.id === id)?.flag ?? 'none'
  if (kind === 'secret' && flag === 'none') {
    return 'Secrets have no flag: use --credentials profile, --credentials environment or --credentials stdin.'
  }
  if (flag === 'none') return 'Run it in a terminal, without --no-input.'
  if (flag === 'argument') return 'Name it on the command line: snapthaw restore PATH.'
  if (flag === 'switch') return `Say yes with --${id}.`
  return `Add --${id} ${flag.values?.join('|') ?? flag.value}.`
}
