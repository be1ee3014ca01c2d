import { Failure } from '../lib/failure.ts'
import { followLines } from '../lib/follow-file.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import { withClient } from './client.ts'
import { diagnoseNewKey, failureOf, reassuranceFor } from './diagnosis.ts'
import { headline, isWaitingForConnections, parseLogLine, type LogLine } from './log.ts'

/** What can be told while a mongod starts. */
export type StartEvent =
  | {
      readonly type: 'progress'
      readonly component: string
      readonly message: string
      /** Milliseconds since it was started, or since this began to watch it. */
      readonly elapsed: number
    }
  /** Something that looks bad in the log and is not. */
  | { readonly type: 'note'; readonly message: string }
  /** The key manager is initialised: the master key opened the keystore. */
  | { readonly type: 'unlocked' }

export interface Watched {
  readonly port: number
  readonly dbpath: string
  readonly logPath: string
  /** Byte offset in the log where this run begins. */
  readonly from: number
  readonly onEvent: (event: StartEvent) => void
}

/**
 * Follows a starting mongod's log until it answers a client; undefined once the signal aborts. Throws MONGOD-006 when it
 * has made a new master key, and must be stopped; MONGOD-016 when it is up and cannot be spoken to.
 */
export async function watchStart(watched: Watched, signal: AbortSignal): Promise<'ready' | undefined> {
  const { logPath, from, onEvent } = watched
  const began = performance.now()
  // Loaded while mongod starts, so that the first greeting does not wait for it.
  const driver = import('./driver.ts')
  for await (const text of followLines(logPath, { from, signal })) {
    const line = parseLogLine(text)
    if (line === undefined) continue
    const newKey = diagnoseNewKey(line, watched)
    if (newKey !== undefined) throw failureOf(newKey)
    if (isWaitingForConnections(line)) {
      await driver
      // Awaited here: until the log is closed nobody else would notice that it failed.
      return await greet(watched, signal)
    }
    onEvent(eventOf(line, performance.now() - began))
  }
  return undefined
}

const keyManagerInitialised = 24038

function eventOf(line: LogLine, elapsed: number): StartEvent {
  const note = reassuranceFor(line)
  if (note !== undefined) return { type: 'note', message: note }
  if (line.id === keyManagerInitialised || line.message.startsWith('Encryption key manager initialized')) {
    return { type: 'unlocked' }
  }
  return { type: 'progress', component: line.component, message: headline(line), elapsed }
}

/** It listens already, so the first try should succeed; each takes two seconds at most. */
const tries = 10

/** Says hello until mongod answers. Throws MONGOD-016 when it does not, or speaks a language that the driver does not. */
async function greet({ port, logPath }: Watched, signal: AbortSignal): Promise<'ready' | undefined> {
  let last: unknown
  for (let attempt = 0; attempt < tries && !signal.aborted; attempt++) {
    try {
      await withClient(port, signal, client => client.db('admin').command({ hello: 1 }))
      return 'ready'
    } catch (error) {
      last = error
      if (isIncompatible(error)) break
    }
  }
  if (signal.aborted) return undefined
  throw new Failure({
    code: 'MONGOD-016',
    message: `mongod runs, and does not answer on port ${port}`,
    remedy: `See what its log says, ${shellQuote(logPath)}, and try by hand: mongosh --port ${port}`,
    evidence: last instanceof Error ? [last.message] : [],
    cause: last,
  })
}

/** The driver speaks to mongod 4.4 and later. It hides its verdict behind the time-out of the selection of a server. */
function isIncompatible(error: unknown): boolean {
  return (
    error instanceof Error && error.cause instanceof Error && error.cause.name === 'MongoCompatibilityError'
  )
}
