import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import * as z from 'zod/mini'
import { systemErrorCode } from '../lib/failure.ts'
import type { TreeFile } from './tree.ts'

/** How much is read: the newest logs, and of a large one its two ends (of a compressed one, as much of its beginning). */
const mostLogs = 8
const bytesOfAnEnd = 16 * 1024 * 1024

/** What a mongod said of itself at a start; it says the same again when its log is rotated. */
export interface LoggedRun {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `7.0.14` */
  readonly version: string
  /** `Options set by command line`. The text logs of 4.2 and before hold them in no format that can be read reliably. */
  readonly options: Readonly<Record<string, unknown>> | undefined
  /** The log that says so, by its path inside the snapshot. */
  readonly source: string
}

/** A mongod's log by its name: `mongod.log`, `mongodb.log.2024-05-01T00-00-00`, `mongod.log.gz`. */
export function isServerLog(path: string): boolean {
  return /\.log(\.|$)/i.test(basename(path))
}

/**
 * The newest run in the logs of a snapshot, by the times in the logs. A start deep inside a very large log is not seen;
 * a log that cannot be read is passed over. What is returned has been read and is not guessed.
 */
export async function newestRun(
  root: string,
  logs: readonly TreeFile[],
  signal: AbortSignal,
): Promise<LoggedRun | undefined> {
  const newestFirst = [...logs].sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs).slice(0, mostLogs)
  let newest: LoggedRun | undefined
  for (const log of newestFirst) {
    signal.throwIfAborted()
    const run = lastRunIn(await readBounded(join(root, log.path), log.stats.size), log.path)
    if (run !== undefined && run.at > (newest?.at ?? -Infinity)) newest = run
  }
  return newest
}

async function readBounded(path: string, size: number): Promise<readonly Buffer[]> {
  try {
    return path.endsWith('.gz') ? [await readCompressed(path)] : await readEnds(path, size)
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    return []
  }
}

async function readEnds(path: string, size: number): Promise<readonly Buffer[]> {
  const file = await open(path)
  try {
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    }
    if (size <= 2 * bytesOfAnEnd) return [await read(size, 0)]
    return [await read(bytesOfAnEnd, 0), await read(bytesOfAnEnd, size - bytesOfAnEnd)]
  } finally {
    await file.close()
  }
}

/** The beginning of a gzip file, also of one that is cut short. */
async function readCompressed(path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    await pipeline(createReadStream(path), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        chunks.push(chunk)
        length += chunk.length
        if (length >= 2 * bytesOfAnEnd) return
      }
    })
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
  }
  return Buffer.concat(chunks)
}

/** The last run that some pieces of a log tell of. */
function lastRunIn(pieces: readonly Buffer[], source: string): LoggedRun | undefined {
  const read = <T>(mark: string, reader: (line: string) => T | undefined) =>
    pieces.flatMap(piece => [...linesWith(piece, mark)].flatMap(line => reader(line) ?? []))
  const start = latest([...read('"id":23403', loggedVersion), ...read('db version v', textVersion)])
  if (start === undefined) return undefined
  return { ...start, options: latest(read('"id":21951', loggedOptions))?.options, source }
}

function latest<T extends { readonly at: number }>(marks: readonly T[]): T | undefined {
  return marks.reduce<T | undefined>(
    (last, mark) => (mark.at >= (last?.at ?? -Infinity) ? mark : last),
    undefined,
  )
}

const newline = 0x0a

/** Searched as bytes: most lines of a log are never turned into text. */
function* linesWith(piece: Buffer, mark: string): Generator<string> {
  for (let found = piece.indexOf(mark); found !== -1;) {
    const start = piece.lastIndexOf(newline, found) + 1
    const end = piece.indexOf(newline, found)
    yield piece.toString('utf8', start, end === -1 ? piece.length : end)
    found = end === -1 ? -1 : piece.indexOf(mark, end)
  }
}

/** Structured logs, since 4.4: one JSON document a line. */
const structuredLine = z.object({
  t: z.object({ $date: z.string() }),
  id: z.number(),
  attr: z.object({
    buildInfo: z.optional(z.object({ version: z.string() })),
    options: z.optional(z.record(z.string(), z.unknown())),
  }),
})

function loggedVersion(line: string) {
  const { at, attr } = structured(line, 23403) ?? {}
  return at === undefined || attr?.buildInfo === undefined
    ? undefined
    : { at, version: attr.buildInfo.version }
}

function loggedOptions(line: string) {
  const { at, attr } = structured(line, 21951) ?? {}
  return at === undefined || attr?.options === undefined ? undefined : { at, options: attr.options }
}

/** Undefined for a line that only quotes the id, or that is cut off. */
function structured(line: string, id: number) {
  const parsed = structuredLine.safeParse(asJson(line))
  return parsed.data?.id === id ? { at: Date.parse(parsed.data.t.$date), attr: parsed.data.attr } : undefined
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** `2020-01-01T00:00:00.000+0000 I  CONTROL  [initandlisten] db version v4.2.8` */
function textVersion(line: string) {
  const { time, version } =
    /^(?<time>\S+) .*\] db version v(?<version>\d+\.\d+\.\d+\S*)/.exec(line)?.groups ?? {}
  return time === undefined || version === undefined ? undefined : { at: Date.parse(time), version }
}
