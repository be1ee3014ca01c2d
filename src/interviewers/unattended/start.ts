import type { Writable } from 'node:stream'
import { cancelled } from '../../lib/failure.ts'
import type { Answer, AnswerTo, Interviewer, Question, RestoreEvent } from '../../restore/interview.ts'
import { eventLines } from '../event-lines.ts'
import { openOutput } from '../output.ts'
import { paced } from '../paced.ts'
import { defaultAnswer } from './default-answer.ts'
import { jsonLine } from './json-line.ts'

export interface UnattendedOptions {
  readonly format: 'text' | 'json'
  readonly stdout: Writable
  readonly stderr: Writable
}

/** Milliseconds between two lines of progress: a script can take more of them than a reader of its log. */
const pace = { json: 250, text: 5000 } as const

/**
 * Nobody is there: a question that no flag has answered gets its default, and that is said. With `json`, standard output
 * carries the NDJSON events and nothing else; what is meant for people goes to standard error.
 */
export function startUnattended({ format, stdout, stderr }: UnattendedOptions): Interviewer {
  const out = openOutput(stdout)
  const aside = openOutput(stderr)
  const forPeople = format === 'json' ? aside : out

  const show = (event: RestoreEvent) => {
    if (format === 'text') {
      const to = event.type === 'failed' ? aside : out
      to.write(eventLines(event))
      return
    }
    const line = jsonLine(event, new Date())
    if (line !== undefined) out.write([line])
    if (event.type === 'note' || event.type === 'failed') aside.write(eventLines(event))
  }

  return {
    interactive: false,
    async ask<Q extends Question>(question: Q, signal: AbortSignal) {
      if (signal.aborted) throw cancelled()
      const answer = await defaultAnswer(question)
      forPeople.write([`${question.step}: ${question.prompt} ${spoken(answer)} (the default)`])
      // The kind of the question is the kind of its default.
      return answer as Answer as AnswerTo<Q>
    },
    tell: paced(show, pace[format]),
    async close() {
      await Promise.all([out.flushed(), aside.flushed()])
    },
  }
}

function spoken(answer: string | boolean): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no'
  return answer === '' ? 'none' : answer
}
