import type { StepName } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import type { Answer, AnswerTo, Interviewer, Question } from './interview.ts'
import { definitions, withDefault } from './questions.ts'
import type { Session } from './session.ts'

/** Answers by the id of their question: from flags, or suggested by the sandbox. */
export type GivenAnswers = Readonly<Record<string, string | boolean>>

/** One answer of one step, and whether a person gave it: what a person said can be taken back, a flag cannot. */
interface Given {
  readonly id: string
  readonly answer: Answer
  readonly by: 'person' | 'flag' | 'default'
}

/** Where an answer comes from, and what is kept of it when the story goes back. */
export interface Answers {
  ask<Q extends Question>(question: Q, step: StepName, signal: AbortSignal): Promise<AnswerTo<Q>>
  /** Whether an answer would come from somewhere else than the question's own default. */
  canAnswer(id: string, step: StepName): boolean
  /** Whether a flag or the session would answer, so that nobody need be asked. */
  isDecided(id: string, step: StepName): boolean
  /** Begins an attempt at a step: it replays what is to be kept of the attempt before. */
  begin(step: StepName): void
  /** Keeps nothing of the step's answers, and asks a person rather than the flags. */
  askAgain(step: StepName): void
  /** Keeps the step's answers for the next attempt, but those that work once. */
  keepAll(step: StepName): void
  /** Takes back the step's last answer by a person, keeping those before it. False when there is none. */
  takeBack(step: StepName): boolean
  /** Strikes what the step decided out of the session: what did not work is not gone on with. */
  forget(step: StepName): Promise<void>
  useSession(session: Session): Promise<void>
}

export function createAnswers(
  interviewer: Interviewer,
  flags: GivenAnswers,
  suggested: GivenAnswers,
): Answers {
  const given = new Map<StepName, Given[]>()
  const kept = new Map<StepName, Given[]>()
  /** Questions that only a person may answer, though a flag or the session knows an answer. */
  const personOnly = new Set<string>()
  const stepsAskedAgain = new Set<StepName>()
  const latest = new Map<string, string | boolean>()
  let session: Session | undefined

  const givenIn = (step: StepName) => given.get(step) ?? []
  const known = (id: string) => flags[id] ?? session?.record.decisions[id]

  /** Flags and the session answer a question once an attempt: what did not work is not tried twice. */
  const answersByItself = (id: string, step: StepName) =>
    !personOnly.has(id) && !stepsAskedAgain.has(step) && !givenIn(step).some(each => each.id === id)

  /** A secret has no default that could be shown: what the sandbox suggests is given where nobody can type it. */
  const suggestedSecret = ({ id, kind }: Question) =>
    kind === 'secret' && !interviewer.interactive ? suggested[id] : undefined

  async function find(question: Question, step: StepName, signal: AbortSignal): Promise<Given> {
    const { id } = question
    const replayed = take(kept.get(step) ?? [], id)
    if (replayed !== undefined) return replayed
    const ready = answersByItself(id, step) ? (known(id) ?? suggestedSecret(question)) : undefined
    if (ready !== undefined)
      return { id, answer: fitting(question, ready), by: flags[id] === undefined ? 'person' : 'flag' }
    const before = latest.get(id) ?? suggested[id]
    const answer = await interviewer.ask(
      before === undefined ? question : withDefault(question, before),
      signal,
    )
    return { id, answer, by: interviewer.interactive ? 'person' : 'default' }
  }

  async function remember({ id, answer }: Given): Promise<void> {
    if (typeof answer !== 'string' && typeof answer !== 'boolean') return
    latest.set(id, answer)
    if (isRemembered(id)) await session?.update({ decisions: { ...session.record.decisions, [id]: answer } })
  }

  return {
    async ask<Q extends Question>(question: Q, step: StepName, signal: AbortSignal) {
      const found = await find(question, step, signal)
      personOnly.delete(question.id)
      given.set(step, [...givenIn(step), found])
      await remember(found)
      return found.answer as AnswerTo<Q>
    },
    canAnswer: (id, step) =>
      interviewer.interactive || (answersByItself(id, step) && (known(id) ?? suggested[id]) !== undefined),
    isDecided: (id, step) => answersByItself(id, step) && known(id) !== undefined,
    begin: step => given.set(step, []),
    askAgain: step => {
      kept.delete(step)
      stepsAskedAgain.add(step)
    },
    keepAll: step =>
      kept.set(
        step,
        givenIn(step).filter(each => isRemembered(each.id)),
      ),
    takeBack: step => {
      const last = givenIn(step).findLastIndex(each => each.by === 'person')
      const taken = givenIn(step)[last]
      if (taken === undefined) return false
      kept.set(step, givenIn(step).slice(0, last))
      personOnly.add(taken.id)
      return true
    },
    async forget(step) {
      if (session === undefined) return
      const failed = new Set(givenIn(step).map(({ id }) => id))
      const left = Object.entries(session.record.decisions).filter(([id]) => !failed.has(id))
      await session.update({ decisions: Object.fromEntries(left) })
    },
    async useSession(opened) {
      session = opened
      const sofar = [...given.values()]
        .flat()
        .filter(each => isRemembered(each.id) && typeof each.answer !== 'object')
      const decisions = Object.fromEntries(sofar.map(each => [each.id, each.answer])) as Record<
        string,
        string | boolean
      >
      await opened.update({ decisions: { ...opened.record.decisions, ...decisions } })
    },
  }
}

/** A flag is text; what answers a secret question is treated as a secret from here on. */
function fitting(question: Question, answer: string | boolean): Answer {
  return question.kind === 'secret' ? new Secret(String(answer)) : answer
}

function take(list: Given[], id: string): Given | undefined {
  const index = list.findIndex(each => each.id === id)
  return index < 0 ? undefined : list.splice(index, 1)[0]
}

function isRemembered(id: string): boolean {
  return definitions.some(definition => definition.id === id && definition.remembered === 'yes')
}
