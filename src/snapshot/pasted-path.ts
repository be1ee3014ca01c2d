import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PathContext {
  /** What `~` stands for. */
  readonly home: string
  /** What a relative path starts from. */
  readonly cwd: string
}

/**
 * The absolute path that someone typed, pasted or dragged into the terminal: with a trailing newline, in quotes, with
 * `~`, with the backslashes that a terminal puts before spaces, or as a file:// URL of a file manager. An empty text
 * stays empty.
 */
export function pastedPath(text: string, { home, cwd }: PathContext): string {
  const trimmed = text.trim()
  const quoted = /^(["'])(.*)\1$/s.exec(trimmed)?.[2]
  const path = quoted ?? unescaped(trimmed)
  if (path === '') return ''
  return resolve(
    cwd,
    withoutScheme(path).replace(/^~(?=\/|$)/, () => home),
  )
}

/** Only before characters that a shell would act on: a backslash elsewhere belongs to the name. */
function unescaped(path: string): string {
  return path.replace(/\\([\s"'`$&;|<>()[\]{}*?!#~\\])/g, '$1')
}

function withoutScheme(path: string): string {
  if (!path.startsWith('file://')) return path
  try {
    return fileURLToPath(path)
  } catch {
    // Another host's file, or broken percent signs: the path does not exist then, and that is said in its own words.
    return path
  }
}
