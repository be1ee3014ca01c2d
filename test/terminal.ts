import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'

export interface TerminalOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** On top of the environment of the tests; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly columns?: number
  readonly rows?: number
}

/** A program in a real pseudo-terminal, and the screen that a person in front of it would see. */
export interface Terminal {
  readonly pid: number
  /** The rows of the screen as they are now, without trailing blanks. */
  readonly screen: () => string[]
  /** The normal screen and all that has scrolled off it: what is left when the program has given the terminal back. */
  readonly scrollback: () => string[]
  /**
   * Waits until the screen contains the text, or fulfils the condition; it is looked at again after every chunk of output.
   * Resolves with the screen; throws with a picture of it after `timeout` milliseconds, or when the program has ended.
   */
  readonly waitFor: (
    wanted: string | RegExp | ((screen: string) => boolean),
    options?: { readonly timeout?: number },
  ) => Promise<string>
  /** One key after the other: a name of `keys`, `ctrl+LETTER`, or a character. */
  readonly press: (...keys: readonly string[]) => void
  readonly type: (text: string) => void
  /** As a terminal does: bracketed where the program asked for it, with carriage returns for newlines. */
  readonly paste: (text: string) => void
  readonly resize: (columns: number, rows: number) => void
  /** To the program alone, as `kill` does. */
  readonly kill: (signal: NodeJS.Signals) => void
  /** Ends it, however it is doing; nothing happens where it has ended already. */
  readonly end: () => void
  readonly exit: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>
  /** Every byte that the program has written, as text: to search for what must not be there. */
  readonly everything: () => string
  readonly modes: () => {
    readonly cursorIsVisible: boolean
    readonly alternateScreen: boolean
    readonly bracketedPaste: boolean
  }
}

const keys: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  delete: '\x1b[3~',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
}

/** Starts a program in a terminal of 80×24. What is still running when the tests end is killed with this process. */
export function openTerminal(options: TerminalOptions): Terminal {
  const { columns = 80, rows = 24 } = options
  const screen = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true })
  const program = spawn(options.command, [...options.args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    // node-pty would hand down a variable that is undefined as the word.
    env: Object.fromEntries(
      Object.entries({ ...process.env, ...options.env }).filter(([, value]) => value !== undefined),
    ),
  })
  let written = ''
  let ended: { readonly exitCode: number; readonly signal: number | undefined } | undefined
  let cursorIsVisible = true
  const watchers = new Set<() => void>()
  const changed = () => {
    // Between the two marks of a synchronized update the screen is half drawn: nobody would see it so.
    if (!screen.modes.synchronizedOutputMode) watchers.forEach(watcher => watcher())
  }

  screen.parser.registerCsiHandler({ prefix: '?', final: 'h' }, parameters => {
    if (parameters.includes(25)) cursorIsVisible = true
    return false
  })
  screen.parser.registerCsiHandler({ prefix: '?', final: 'l' }, parameters => {
    if (parameters.includes(25)) cursorIsVisible = false
    return false
  })
  // What a program asks of its terminal is answered, as a terminal would.
  screen.onData(answer => program.write(answer))
  program.onData(chunk => {
    written += chunk
    screen.write(chunk, changed)
  })
  const exit = new Promise<NonNullable<typeof ended>>(resolve => {
    program.onExit(({ exitCode, signal }) => {
      // An empty write comes back when everything before it has been drawn.
      screen.write('', () => {
        ended = { exitCode, signal: signal === 0 ? undefined : signal }
        resolve(ended)
        changed()
      })
    })
  })
  const end = () => {
    if (ended === undefined) program.kill('SIGKILL')
  }
  process.once('exit', end)
  void exit.then(() => process.off('exit', end))

  const linesOf = (buffer: typeof screen.buffer.active, from: number, to: number): string[] =>
    Array.from(
      { length: to - from },
      (_, index) => buffer.getLine(from + index)?.translateToString(true, 0, screen.cols) ?? '',
    )
  const visible = () => {
    const buffer = screen.buffer.active
    return linesOf(buffer, buffer.baseY, buffer.baseY + screen.rows)
  }

  return {
    pid: program.pid,
    screen: visible,
    scrollback: () => linesOf(screen.buffer.normal, 0, screen.buffer.normal.length),
    waitFor(wanted, { timeout = 15_000 } = {}) {
      const fulfilled = (text: string) =>
        typeof wanted === 'function'
          ? wanted(text)
          : typeof wanted === 'string'
            ? text.includes(wanted)
            : wanted.test(text)
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clearTimeout(timer)
          watchers.delete(look)
          settle()
        }
        const fail = (why: string) => {
          const picture = visible().map(line => `  | ${line}`)
          finish(() =>
            reject(
              new Error([`${why} while waiting for ${String(wanted)}. The screen:`, ...picture].join('\n')),
            ),
          )
        }
        const look = () => {
          const text = visible().join('\n')
          if (fulfilled(text)) finish(() => resolve(text))
          else if (ended !== undefined) fail(`The program ended (${JSON.stringify(ended)})`)
        }
        const timer = setTimeout(() => fail(`${timeout} ms passed`), timeout)
        watchers.add(look)
        look()
      })
    },
    press: (...names) => names.forEach(name => program.write(bytesOf(name))),
    type: text => program.write(text),
    paste(text) {
      const pasted = text.replaceAll(/\r?\n/g, '\r')
      program.write(screen.modes.bracketedPasteMode ? `\x1b[200~${pasted}\x1b[201~` : pasted)
    },
    resize(newColumns, newRows) {
      screen.resize(newColumns, newRows)
      program.resize(newColumns, newRows)
    },
    kill: signal => process.kill(program.pid, signal),
    end,
    exit,
    everything: () => written,
    modes: () => ({
      cursorIsVisible,
      alternateScreen: screen.buffer.active.type === 'alternate',
      bracketedPaste: screen.modes.bracketedPasteMode,
    }),
  }
}

function bytesOf(name: string): string {
  const control = /^ctrl\+([a-z])$/.exec(name)?.[1]
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96)
  const sequence = keys[name]
  if (sequence !== undefined) return sequence
  if (name.length !== 1) throw new Error(`No key is called ${name}`)
  return name
}
