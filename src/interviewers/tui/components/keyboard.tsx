import { useApp, useInput, usePaste } from 'ink'
import type { Conversation, TerminalControl } from '../conversation.ts'
import { pressesOf } from '../presses.ts'
import { freshScreen } from '../sequences.ts'

interface KeyboardProps {
  readonly conversation: Pick<Conversation, 'press' | 'paste'>
  readonly terminal: Omit<TerminalControl, 'suspend'>
}

/** Shows nothing: hands on what is typed and pasted. */
export function Keyboard({ conversation, terminal }: KeyboardProps) {
  const { suspendTerminal } = useApp()
  const suspend = () =>
    void suspendTerminal(async () => {
      await stopUntilContinued()
      terminal.write(freshScreen)
    })
  useInput((input, key) => conversation.press(pressesOf(input, key), { ...terminal, suspend }))
  usePaste(text => conversation.paste(text))
  return null
}

/**
 * Stops the whole foreground group, as the terminal itself would in its usual mode: `npm start` waits with us. Comes
 * back when the shell continues the group, and at once where no shell can (an orphaned group ignores the signal).
 */
async function stopUntilContinued(): Promise<void> {
  process.kill(0, 'SIGTSTP')
  await new Promise(resolve => setImmediate(resolve))
}
