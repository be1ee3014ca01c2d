import { homedir } from 'node:os'
import type { ReadStream, WriteStream } from 'node:tty'
import { render, type Instance } from 'ink'
import type { Environment } from '../../lib/environment.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import type { Interviewer, Occasion } from '../../restore/interview.ts'
import { paced } from '../paced.ts'
import { App } from './components/app.tsx'
import { withTilde } from './components/header.tsx'
import { CaretShape } from './components/line-input.tsx'
import { createConversation } from './conversation.ts'
import { farewell } from './farewell.ts'
import { blankScreen, freshScreen } from './sequences.ts'
import { initialState, type Size } from './state.ts'
import { createStore } from './store.ts'

export interface TuiOptions {
  /** Both must be terminals. */
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly environment: Environment
  readonly lesson: (id: string) => Promise<Lesson | undefined>
  /**
   * Called for each Ctrl-C, and for a confirmed quit. The first is to end the story; on a second the caller may end the
   * process: the terminal is given back when it exits, however it exits.
   */
  readonly onInterrupt: () => void
}

/** Milliseconds between two states of progress that are drawn. */
const progressPace = 100

/**
 * The full-screen front end. It draws on the terminal's alternate screen, so that resizing leaves no torn frames in the
 * scrollback; `close` gives the terminal back and leaves a summary in plain lines.
 *
 * Colours are decided when Ink is first imported, and Ink knows no NO_COLOR: the caller sets FORCE_COLOR=0 before it
 * imports this file.
 */
export function startTui(occasion: Occasion, options: TuiOptions): Promise<Interviewer> {
  const { stdin, stdout, environment, lesson, onInterrupt } = options
  const userHome = environment.HOME ?? homedir()
  const store = createStore(initialState(sizeOf(stdout), occasion.teach))
  const conversation = createConversation(store, {
    logPath: occasion.logPath,
    home: userHome,
    cwd: process.cwd(),
    lesson,
    onInterrupt,
  })

  let screen: Instance | undefined
  const redraw = () => {
    screen?.clear()
    stdout.write(blankScreen)
    // It draws before it returns, which a change of the state alone does not.
    screen?.rerender(app())
  }
  const app = () => (
    <CaretShape value={stdout.hasColors() ? 'block' : 'bar'}>
      <App
        store={store}
        occasion={occasion}
        home={userHome}
        keyboard={{ conversation, terminal: { redraw, write: sequence => stdout.write(sequence) } }}
      />
    </CaretShape>
  )
  const open = () => {
    // Ink listens too, and would draw the frame of the old size first: too tall, and from where it was before.
    stdout.on('resize', resize)
    stdout.write(freshScreen)
    screen = render(app(), {
      stdin,
      stdout,
      exitOnCtrlC: false,
      alternateScreen: true,
      incrementalRendering: true,
      // Whoever starts this has seen that there is a terminal; Ink would also look for CI in the environment.
      interactive: true,
    })
    return screen
  }
  const resize = () => {
    store.dispatch({ type: 'resized', size: sizeOf(stdout) })
    redraw()
  }

  // Ink does this too, but after its first frame: what is typed until then would be echoed into it.
  stdin.setRawMode(true)
  // The first frame waits for what the caller says at once: drawn before, it would be drawn twice.
  const opened = new Promise<void>(resolve => setImmediate(resolve)).then(open)
  const ended = opened
    .then(each => each.waitUntilExit())
    .then(
      () => conversation.fail(new Error('The screen is closed')),
      // Drawing has failed, and Ink has given up.
      (error: unknown) => conversation.fail(error instanceof Error ? error : new Error(String(error))),
    )

  return Promise.resolve({
    interactive: true,
    ask: conversation.ask,
    tell: paced(conversation.tell, progressPace),
    async close() {
      stdout.off('resize', resize)
      await opened.then(
        each => each.unmount(),
        () => undefined,
      )
      await ended
      const lines = farewell(store.get(), headingOf(occasion, userHome))
      stdout.write(`${lines.join('\n')}\n`)
    },
  })
}

function sizeOf({ columns, rows }: WriteStream): Size {
  // A terminal that does not know its size says 0.
  return { columns: columns || 80, rows: rows || 24 }
}

function headingOf(occasion: Occasion, userHome: string): string {
  const path = occasion.path()
  const session = occasion.sessionId()
  return [
    occasion.command === 'restore' ? 'snapthaw' : `snapthaw ${occasion.command}`,
    ...(occasion.simulated ? ['simulated, nothing real was touched'] : []),
    ...(path === undefined ? [] : [withTilde(path, userHome)]),
    ...(session === undefined ? [] : [`session ${session}`]),
  ].join(' · ')
}
