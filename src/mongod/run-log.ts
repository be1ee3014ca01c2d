import { open, stat } from 'node:fs/promises'
import { systemErrorCode } from '../lib/failure.ts'
import { isServerRestarted, parseLogLine, parseOutputLine, type LogLine } from './log.ts'

/** A failing mongod says why within its last words; what it said a hundred thousand lines before does not matter. */
const tailBytes = 2 * 1024 * 1024

export interface RunLog {
  readonly lines: readonly LogLine[]
  /** Byte offset of the first of them. */
  readonly start: number
}

/** What the last run of mongod wrote into its log, at most the last two megabytes of it, and nothing before `from`. */
export async function readLastRun(logPath: string, from: number): Promise<RunLog> {
  const { text, start } = await readTail(logPath, from)
  const lines = text.split('\n')
  const parsed = lines.map(parseLogLine)
  const first = parsed.findLastIndex(line => line !== undefined && isServerRestarted(line)) + 1
  const skipped = Buffer.byteLength(lines.slice(0, first).join('\n')) + (first > 0 ? 1 : 0)
  return { lines: parsed.slice(first).filter(line => line !== undefined), start: start + skipped }
}

/** What mongod printed instead of logging it. */
export async function readOutput(outputPath: string): Promise<readonly LogLine[]> {
  const { text } = await readTail(outputPath, 0)
  return text
    .split('\n')
    .map(parseOutputLine)
    .filter(line => line !== undefined)
}

/** Bytes; 0 where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0
    throw error
  }
}

async function readTail(path: string, from: number): Promise<{ text: string; start: number }> {
  const size = await sizeOf(path)
  const start = Math.max(from, size - tailBytes)
  if (start >= size) return { text: '', start }
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    // What is cut in the middle of a line, or of a character, begins with the next line.
    const cut = start > from ? buffer.indexOf('\n') + 1 : 0
    return { text: buffer.toString('utf8', cut, bytesRead), start: start + cut }
  } finally {
    await file.close()
  }
}
