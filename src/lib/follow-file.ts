import { watch, type Stats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { systemErrorCode } from './failure.ts'
import { LineSplitter } from './lines.ts'

export interface FollowOptions {
  /** Byte offset to begin at; a file that is shorter than this has been truncated, and is read from its start. */
  readonly from?: number
  /** Ends the iteration, quietly: a followed file has no other end. */
  readonly signal: AbortSignal
}

/**
 * The complete lines of a file, without their newline, and then every line that is added to it, until the signal
 * aborts. The file need not exist yet. A truncated file is read again from its start; one that was renamed away
 * (log rotation) is read to its end before the new one begins. Throws the system errors of open and read, except ENOENT.
 */
export async function* followLines(path: string, options: FollowOptions): AsyncGenerator<string, void, void> {
  // Lines are yielded from one generator, and not through `yield*`, which would double the cost of each.
  for await (const lines of followBatches(path, options)) {
    for (const line of lines) yield line
  }
}

const chunkBytes = 256 * 1024

/**
 * Milliseconds. fs.watch reports a change at once, but not on every file system (NFS, FUSE) and not when the system's
 * watches are used up.
 */
const safetyPoll = 100

async function* followBatches(
  path: string,
  { from = 0, signal }: FollowOptions,
): AsyncGenerator<readonly string[]> {
  const bell = new Doorbell()
  const stopRinging = ringOnChange(path, bell, signal)
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let start = from
  try {
    while (!signal.aborted) {
      const file = await openIfPresent(path)
      if (file === undefined) {
        await bell.rung()
        continue
      }
      try {
        yield* batchesOf(file, path, start, { chunk, bell, signal })
      } finally {
        await file.close()
      }
      start = 0
    }
  } finally {
    stopRinging()
  }
}

interface Reading {
  readonly chunk: Buffer
  readonly bell: Doorbell
  readonly signal: AbortSignal
}

/** Reads one open file until another stands at its path. Its inode cannot be reused while it is open here. */
async function* batchesOf(
  file: FileHandle,
  path: string,
  start: number,
  { chunk, bell, signal }: Reading,
): AsyncGenerator<readonly string[]> {
  const opened = await file.stat()
  let splitter = new LineSplitter()
  let position = start
  let replaced = false
  while (!signal.aborted) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
    if (bytesRead > 0) {
      position += bytesRead
      yield splitter.push(chunk.subarray(0, bytesRead))
      continue
    }
    if (replaced) return
    const now = await statIfPresent(path)
    if (now !== undefined && (now.ino !== opened.ino || now.dev !== opened.dev)) {
      // Something may have been written between the last read and the renaming: once more round.
      replaced = true
    } else if (now !== undefined && now.size < position) {
      position = 0
      splitter = new LineSplitter()
    } else if (now === undefined || now.size === position) {
      await bell.rung()
    }
  }
}

/** A condition to wait on that is not missed when it comes true while nobody waits. */
class Doorbell {
  #hasRung = false
  #answer: (() => void) | undefined

  ring(): void {
    this.#hasRung = true
    this.#answer?.()
  }

  async rung(): Promise<void> {
    if (!this.#hasRung) await new Promise<void>(resolve => (this.#answer = resolve))
    this.#hasRung = false
    this.#answer = undefined
  }
}

/** The folder is watched and not the file: the file may not exist yet, and may be renamed away. */
function ringOnChange(path: string, bell: Doorbell, signal: AbortSignal): () => void {
  const name = basename(path)
  const ring = () => bell.ring()
  const poll = setInterval(ring, safetyPoll)
  signal.addEventListener('abort', ring)
  let stopWatching: (() => void) | undefined
  try {
    const watcher = watch(dirname(path), (_event, changed) => {
      if (changed === null || changed === name) ring()
    })
    watcher.on('error', () => watcher.close())
    stopWatching = () => watcher.close()
  } catch {
    // No such folder yet, or no watch left: the poll does it alone.
  }
  return () => {
    stopWatching?.()
    clearInterval(poll)
    signal.removeEventListener('abort', ring)
  }
}

function openIfPresent(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(undefinedIfAbsent)
}

function statIfPresent(path: string): Promise<Stats | undefined> {
  return stat(path).catch(undefinedIfAbsent)
}

function undefinedIfAbsent(error: unknown): undefined {
  if (systemErrorCode(error) !== 'ENOENT') throw error
}
