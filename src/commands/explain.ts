import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import type { Invocation } from './invocation.ts'

/** `snapthaw explain [TOPIC | --all]`: the lessons, the glossary and every error code. */
export function addExplain(program: Command, { end }: Invocation): void {
  program
    .command('explain')
    .argument('[TOPIC]', 'a step, a question, a flag of mongod, an error code, or a word of the glossary')
    .option('--all', 'the whole book, as Markdown')
    .description('the lessons, the glossary and every error code')
    .action(async (topic: string | undefined, { all }: { all?: true }) => {
      const { book, contents, explain } = await import('../lessons/explain.ts')
      const width = Math.min(process.stdout.columns || 80, 100)
      if (topic === undefined) {
        process.stdout.write(all === true ? await book() : `${await contents(width)}\n`)
        return
      }
      const explanation = await explain(topic, width)
      if (explanation.kind === 'found') process.stdout.write(`${explanation.text}\n`)
      else throw nothingOn(topic, explanation.suggestions)
      end(0)
    })
}

function nothingOn(topic: string, suggestions: readonly string[]): Failure {
  const [nearest, ...others] = suggestions
  return new Failure({
    code: 'USAGE-002',
    message: `The book has nothing on ${topic}`,
    remedy:
      nearest === undefined
        ? 'List what there is: snapthaw explain'
        : `Did you mean ${[nearest, ...others].join(', ')}? Such as: snapthaw explain ${nearest}`,
  })
}
