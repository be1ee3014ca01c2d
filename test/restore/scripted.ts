import {
  GoBack,
  type AnswerTo,
  type Interviewer,
  type Question,
  type RestoreEvent,
} from '../../src/restore/interview.ts'
import type { Secret } from '../../src/lib/secret.ts'
import type { Circumstances } from '../../src/restore/context.ts'

export const back = Symbol('back')

/** An interviewer that answers from a list, and remembers what it was asked and told. */
export function scripted(answers: readonly (string | boolean | Secret | typeof back)[], interactive = true) {
  const left = [...answers]
  const asked: Question[] = []
  const told: RestoreEvent[] = []
  const interviewer: Interviewer = {
    interactive,
    ask: <Q extends Question>(question: Q) => {
      asked.push(question)
      const answer = left.shift()
      if (answer === back) return Promise.reject(new GoBack())
      if (answer === undefined) return Promise.reject(new Error(`Nobody answers ${question.id}`))
      return Promise.resolve(answer as AnswerTo<Q>)
    },
    tell: event => told.push(event),
    close: () => Promise.resolve(),
  }
  return { interviewer, asked, told, left, ids: () => asked.map(question => question.id) }
}

export function circumstances(home: string, change: Partial<Circumstances> = {}): Circumstances {
  return {
    environment: {},
    home,
    program: [process.execPath],
    kmsEndpoint: undefined,
    stsEndpoint: undefined,
    authorityHost: undefined,
    mongodArguments: [],
    onUnfinished: 'ask',
    sessionId: undefined,
    simulated: false,
    mode: 'restore',
    readStdin: () => Promise.resolve(''),
    signal: new AbortController().signal,
    ...change,
  }
}
