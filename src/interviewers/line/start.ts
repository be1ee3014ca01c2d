import type { Lesson } from '../../lessons/lesson.ts'
import { renderLesson, renderMarkdown } from '../../lessons/render.ts'
import { cancelled } from '../../lib/failure.ts'
import {
  GoBack,
  type Answer,
  type AnswerTo,
  type Interviewer,
  type Occasion,
  type Question,
} from '../../restore/interview.ts'
import { eventLines } from '../event-lines.ts'
import { openOutput } from '../output.ts'
import { paced } from '../paced.ts'
import { typedLine, type Streams } from './prompt.ts'
import { defaultOf, lessonOf, manner, occasionLines, questionLines, read } from './question.ts'

export interface LineOptions extends Streams {
  readonly lesson: (id: string) => Promise<Lesson | undefined>
}

/** Milliseconds between two lines of progress: each is read aloud to somebody. */
const pace = 5000

/**
 * Plain prompts, one line after the other: for screen readers, for TERM=dumb, and for whoever prefers them. Options are
 * listed once and chosen by number, since a list with a cursor has to be drawn again at every key.
 */
export function startLine(occasion: Occasion, { stdin, stdout, lesson }: LineOptions): Interviewer {
  const output = openOutput(stdout)
  /** What is told while a line is being typed waits for its end. */
  let waiting: string[] | undefined
  const taught = new Set<string>()

  const say = (lines: readonly string[]) => {
    if (waiting === undefined) output.write(lines)
    else waiting.push(...lines)
  }

  /** After a blank line. */
  const sayApart = (lines: readonly string[]) => {
    if (lines.length > 0) say(['', ...lines])
  }

  async function type(question: Question, signal: AbortSignal): Promise<string> {
    const echo = question.kind === 'secret' ? 'hidden' : 'shown'
    waiting = []
    try {
      const wanted = { message: manner(question), default: defaultOf(question), echo } as const
      return await typedLine(wanted, { stdin, stdout }, signal)
    } finally {
      const told: readonly string[] = waiting
      waiting = undefined
      output.write(told)
    }
  }

  /** The lesson in short, the first time that it is due. */
  async function teach(id: string): Promise<void> {
    if (!occasion.teach || taught.has(id)) return
    taught.add(id)
    const found = await lesson(id)
    if (found === undefined) return
    const width = widthOf(stdout)
    sayApart([...renderMarkdown(found.happens, width), '', ...renderMarkdown(found.why, width)])
  }

  async function explain(id: string): Promise<void> {
    const found = await lesson(id)
    sayApart([found === undefined ? 'There is no lesson for this' : renderLesson(found, widthOf(stdout))])
  }

  async function answer(question: Question, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw cancelled()
    sayApart(occasionLines(question))
    await teach(lessonOf(question))
    sayApart(questionLines(question))
    for (;;) {
      const reading = await read(question, await type(question, signal))
      switch (reading.kind) {
        case 'answer':
          return reading.answer
        case 'back':
          throw new GoBack()
        case 'explain':
          await explain(lessonOf(question))
          sayApart(questionLines(question))
          break
        case 'problem':
          say([`This cannot be the answer: ${reading.problem}`])
      }
    }
  }

  say(introduction(occasion))
  return {
    interactive: true,
    // `read` gives the answer that the kind of the question asks for.
    ask: <Q extends Question>(question: Q, signal: AbortSignal) =>
      answer(question, signal) as Promise<AnswerTo<Q>>,
    tell: paced(event => say(eventLines(event)), pace),
    close: () => output.flushed(),
  }
}

function introduction({ command, simulated, handout }: Occasion): readonly string[] {
  return [
    `snapthaw ${command}`,
    ...(simulated ? ['Practice: snapshot, cloud and mongod are simulated. Nothing real is touched.'] : []),
    ...(handout.length === 0 ? [] : ['For this exercise:', ...handout.map(line => `  ${line}`)]),
    'At each question: ? explains it, < goes back to the one before, Ctrl-C cancels.',
  ]
}

/** Long lines are tiring to read and to listen to. */
function widthOf(stdout: NodeJS.WriteStream): number {
  return Math.min(stdout.columns || 80, 100)
}
