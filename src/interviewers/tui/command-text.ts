import { shellCommand, shellQuote } from '../../lib/shell-quote.ts'

/** Commands up to this many columns stay on one line. */
const oneLine = 72

/** A command to be copied, one flag with its value a line where it is long; a text stays as it is. */
export function commandText(command: readonly string[] | string): string {
  if (typeof command === 'string') return command
  const whole = shellCommand(command)
  return whole.length <= oneLine ? whole : flagByFlag(command).join(' \\\n  ')
}

/** `mongod`, `--port 27018`, `--directoryperdb`: the words of a command, values beside their flags, quoted for a shell. */
export function flagByFlag(argv: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const [index, word] of argv.entries()) {
    const flag = argv[index - 1]
    const isValue =
      index > 1 && !word.startsWith('-') && flag?.startsWith('-') === true && !flag.includes('=')
    const quoted = shellQuote(word)
    if (isValue) lines.push(`${lines.pop() ?? ''} ${quoted}`)
    else lines.push(quoted)
  }
  return lines
}
