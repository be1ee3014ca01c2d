/**
 * Enters the alternate screen with the cursor in its first cell. Ink enters it too, and then it is Ink that leaves it; but
 * Ink draws from wherever the shell's cursor was, so that its first frame scrolls, and tmux puts what scrolls there into
 * the scrollback when the window is resized.
 */
export const freshScreen = '\x1b[?1049h\x1b[H'

/** Erases the screen from its first cell on. */
export const blankScreen = '\x1b[H\x1b[J'

/** OSC 52: asks the terminal to put a text on the clipboard. It works through ssh, but many terminals must be told to allow it. */
export function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`
}
