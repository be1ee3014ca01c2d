import { cancelled } from '../../lib/failure.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import {
  GoBack,
  type Answer,
  type AnswerTo,
  type Question,
  type RestoreEvent,
} from '../../restore/interview.ts'
import { completePath } from './completion.ts'
import { commandText } from './command-text.ts'
import { answerOf, problemWith } from './control.ts'
import { bindingsFor, type KeyAction } from './keys.ts'
import { lineOf } from './line.ts'
import { pastedLine, type Press } from './presses.ts'
import { clipboardSequence } from './sequences.ts'
import { copyable, lessonOf, modeOf, needsMet } from './state.ts'
import type { Store } from './store.ts'

/** What the keys can do to the terminal itself. */
export interface TerminalControl {
  readonly write: (sequence: string) => void
  readonly redraw: () => void
  /** Gives the terminal to the shell until the operator comes back. */
  readonly suspend: () => void
}

export interface Conversation {
  readonly ask: <Q extends Question>(question: Q, signal: AbortSignal) => Promise<AnswerTo<Q>>
  readonly tell: (event: RestoreEvent) => void
  /** Keys that came together. Those behind an answer are dropped: they were not meant for the question after it. */
  readonly press: (presses: readonly Press[], terminal: TerminalControl) => void
  readonly paste: (text: string) => void
  /** The screen is gone: whoever waits for an answer learns why, and so does everybody who asks later. */
  readonly fail: (reason: Error) => void
}

export interface Surroundings {
  readonly logPath: () => string | undefined
  readonly home: string
  readonly cwd: string
  readonly lesson: (id: string) => Promise<Lesson | undefined>
  /** Called for each Ctrl-C, and once for a confirmed quit. */
  readonly onInterrupt: () => void
}

interface Pending {
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: Error) => void
  /** Stops listening to the signal. */
  readonly release: () => void
}

/** The thin shell around the state: it waits, reads files, and settles what is asked. */
export function createConversation(store: Store, surroundings: Surroundings): Conversation {
  let pending: Pending | undefined
  let gone: Error | undefined
  let lessonShown: string | undefined

  function settle(how: (pending: Pending) => void): void {
    const settled = pending
    if (settled === undefined) return
    pending = undefined
    settled.release()
    store.dispatch({ type: 'settled' })
    how(settled)
  }

  function refuse(reason: Error): void {
    settle(({ reject }) => reject(reason))
  }

  function reasonNotToAsk(question: Question, signal: AbortSignal): Error | undefined {
    if (gone !== undefined) return gone
    if (signal.aborted) return cancelled()
    return pending === undefined
      ? undefined
      : new Error(`${question.id} is asked while another question waits`)
  }

  function cancel(): void {
    store.dispatch({ type: 'cancelled' })
    surroundings.onInterrupt()
    refuse(cancelled())
  }

  /** A lesson that is no longer wanted when it has been read is not shown. */
  async function showLesson(): Promise<void> {
    const id = lessonOf(store.get())
    if (id === lessonShown) return
    lessonShown = id
    // A book that cannot be read is no reason to stop a restore.
    const lesson = await surroundings.lesson(id).catch(() => undefined)
    if (id === lessonShown) store.dispatch({ type: 'lesson', lesson })
  }

  async function submit(): Promise<void> {
    const { asking } = store.get()
    if (asking === undefined) return
    const asked = pending
    const found = answerOf(asking.question, asking.control)
    if ('problem' in found) {
      store.dispatch({ type: 'problem', problem: found.problem })
      return
    }
    store.dispatch({ type: 'checking' })
    try {
      const problem = await problemWith(asking.question, found.answer)
      // Meanwhile the question may have been withdrawn.
      if (asked !== pending) return
      if (problem === undefined) settle(({ resolve }) => resolve(found.answer))
      else store.dispatch({ type: 'problem', problem })
    } catch (error) {
      if (asked === pending) refuse(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async function complete(): Promise<void> {
    const { asking } = store.get()
    if (asking?.question.kind !== 'path' || asking.control.kind !== 'line') return
    const { line } = asking.control
    const from = line.text === '' ? lineOf(asking.question.default ?? '') : line
    const completion = await completePath(from, asking.question.wants, surroundings)
    const now = store.get().asking?.control
    // Typing goes on while a slow disk is read.
    if (now?.kind === 'line' && now.line === line) store.dispatch({ type: 'completed', ...completion })
  }

  function copy(terminal: TerminalControl): void {
    const copied = copyable(store.get())
    if (copied === undefined) return
    terminal.write(clipboardSequence(commandText(copied)))
    store.dispatch({ type: 'viewed', view: 'command' })
  }

  function answer(is: boolean): void {
    if (store.get().view === 'quit') cancel()
    else settle(({ resolve }) => resolve(is))
  }

  /** What the keys do beside changing the state. */
  const effects: Partial<Record<KeyAction, (terminal: TerminalControl) => void>> = {
    submit: () => void submit(),
    yes: () => answer(true),
    no: () => answer(false),
    back: () => refuse(new GoBack()),
    complete: () => void complete(),
    copy,
    cancel,
    redraw: terminal => terminal.redraw(),
    suspend: terminal => terminal.suspend(),
  }

  function press(press: Press, terminal: TerminalControl): void {
    const state = store.get()
    const mode = modeOf(state)
    const active = bindingsFor(mode, needsMet(state, surroundings.logPath()))
    const binding = active.find(({ on }) => on.includes(press.name))
    if (binding !== undefined) {
      store.dispatch({ type: 'pressed', action: binding.action, press: press.name })
      effects[binding.action]?.(terminal)
    } else if (press.text !== '' && writing.has(mode)) {
      store.dispatch({ type: 'typed', text: press.text })
    }
  }

  return {
    ask: <Q extends Question>(question: Q, signal: AbortSignal) =>
      new Promise<Answer>((resolve, reject) => {
        const refusal = reasonNotToAsk(question, signal)
        if (refusal !== undefined) {
          reject(refusal)
          return
        }
        const withdraw = () => refuse(cancelled())
        signal.addEventListener('abort', withdraw)
        pending = {
          resolve,
          reject,
          release: () => signal.removeEventListener('abort', withdraw),
        }
        store.dispatch({ type: 'asked', question })
        void showLesson()
      }) as Promise<AnswerTo<Q>>,

    tell(event) {
      store.dispatch({ type: 'told', event })
      void showLesson()
    },

    press(presses, terminal) {
      const asked = pending
      for (const each of presses) {
        if (pending === asked) press(each, terminal)
      }
    },

    paste(pasted) {
      if (!writing.has(modeOf(store.get()))) return
      const { text, submits } = pastedLine(pasted)
      store.dispatch({ type: 'typed', text })
      if (submits) void submit()
    },

    fail(reason) {
      gone = reason
      refuse(reason)
    },
  }
}

const writing: ReadonlySet<string> = new Set(['typing', 'blank', 'blank-secret'])
