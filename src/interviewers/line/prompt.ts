import { cancelled } from '../../lib/failure.ts'

export interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

/** One line to be typed. `hidden`: nothing of it is shown, not even its length. */
export interface LineWanted {
  readonly message: string
  readonly default: string | undefined
  readonly echo: 'shown' | 'hidden'
}

const asItIs = (text: string) => text

/** Words only: no glyphs for states, no colours, and no spinner, since nothing is validated while the prompt is open. */
const theme = {
  prefix: 'Answer',
  style: {
    answer: asItIs,
    message: asItIs,
    help: asItIs,
    defaultAnswer: (text: string) => `(${text})`,
    maskedText: '',
  },
}

/**
 * What the operator types. Throws CANCELLED on Ctrl-C, on Ctrl-D, when the terminal goes away, and when the signal
 * aborts.
 */
export async function typedLine(
  wanted: LineWanted,
  { stdin, stdout }: Streams,
  signal: AbortSignal,
): Promise<string> {
  const { input, password } = await import('@inquirer/prompts')
  const waiting = watchInput(stdin)
  const context = { input: stdin, output: stdout, signal: AbortSignal.any([signal, waiting.ended]) }
  const { message } = wanted
  try {
    return wanted.echo === 'hidden'
      ? await password({ message, theme, mask: false, toggleMask: false }, context)
      : await input({ message, theme, default: wanted.default }, context)
  } catch (error) {
    const name = error instanceof Error ? error.name : undefined
    // By name: the classes belong to a package below @inquirer/prompts.
    if (name === 'ExitPromptError' || name === 'AbortPromptError') throw cancelled()
    throw error
  } finally {
    waiting.stop()
  }
}

/**
 * Inquirer's prompt neither settles when readline closes on Ctrl-D or at the end of the input, nor goes on when readline
 * has paused the input after a Ctrl-Z: in each case Node would run out of things to do and exit with 0.
 */
function watchInput(stdin: NodeJS.ReadStream): { readonly ended: AbortSignal; readonly stop: () => void } {
  const end = new AbortController()
  const abort = () => end.abort()
  let next: NodeJS.Immediate | undefined
  // Readline hears of both after these listeners do. It closes on a Ctrl-D on an empty line only.
  const onKeypress = (
    _character: string | undefined,
    key: { readonly name?: string; readonly ctrl: boolean },
  ) => {
    if (key.ctrl && key.name === 'd') next = setImmediate(() => stdin.isPaused() && abort())
  }
  const onContinue = () => {
    next = setImmediate(() => stdin.resume())
  }
  stdin.on('keypress', onKeypress).on('end', abort).on('close', abort).on('error', abort)
  process.on('SIGCONT', onContinue)
  return {
    ended: end.signal,
    stop() {
      clearImmediate(next)
      stdin.off('keypress', onKeypress).off('end', abort).off('close', abort).off('error', abort)
      process.off('SIGCONT', onContinue)
      // A readline that believes to be paused, after a Ctrl-Z, leaves the input open when it closes.
      stdin.pause()
    },
  }
}
