import { homedir } from 'node:os'
import type { ReadStream, WriteStream } from 'node:tty'
import { render, type Instance } from 'ink'
import type { Environment } from '../../lib/environment.ts'
import type { Lesson } from '../../lessons/lesson.ts'
import type { Interviewer, Occasion } from '../../restore/interview.ts'
import { App } from './components/app.tsx'
import { withTilde } from './components/header.tsx'
import { CaretShape } from './components/line-input.tsx'
import { createConversation } from './conversation.ts'
import { farewell } from './farewell.ts'
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

const home = '\x1b[H'
const eraseBelow = '\x1b[J'

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
    stdout.write(home + eraseBelow)
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
    // Ink listens too: before it, the layout is made to fit the new size; after it, all is drawn anew.
    stdout.on('resize', resize)
    screen = render(app(), {
      stdin,
      stdout,
      exitOnCtrlC: false,
      alternateScreen: true,
      incrementalRendering: true,
      // Whoever starts this has seen that there is a terminal; Ink would also look for CI in the environment.
      interactive: true,
    })
    stdout.on('resize', redraw)
    return screen
  }
  const resize = () => store.dispatch({ type: 'resized', size: sizeOf(stdout) })

  // The first frame waits for what the caller says at once: drawn before, it would be drawn twice.
  const opened = new Promise<Instance>(resolve => setImmediate(() => resolve(open())))
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
    tell: conversation.tell,
    async close() {
      stdout.off('resize', resize)
      stdout.off('resize', redraw)
      ;(await opened).unmount()
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
