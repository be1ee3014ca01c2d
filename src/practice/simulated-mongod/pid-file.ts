import { writeFile } from 'node:fs/promises'
import { startEntry, StartFailure, systemErrorText } from './start-failure.ts'

/** `--pidfilepath`. Throws `StartFailure` (exit code 1) when it cannot be written. */
export async function writePidFile(path: string | undefined): Promise<void> {
  if (path === undefined) return
  try {
    await writeFile(path, `${process.pid}\n`)
  } catch (cause) {
    // The id is this project's own.
    const message = `ERROR: Cannot write pid file to ${path}: ${systemErrorText(cause)}`
    throw new StartFailure(1, [startEntry('E', 'CONTROL', 9900014, message)], cause)
  }
}
