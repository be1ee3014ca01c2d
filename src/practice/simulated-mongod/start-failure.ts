import { systemErrorCode } from '../../lib/failure.ts'
import type { LogEntry } from '../logv2.ts'

/** How the process ends: an exit code of mongod, or a signal that it sends to itself. */
export type MongodEnd = number | 'SIGABRT'

/** Whether the process ends where it stands, without shutting anything down. */
export function isAbrupt(end: MongodEnd): boolean {
  return end === 14 || end === 'SIGABRT'
}

/** A start that ends as mongod's would: with what it logs, and how it goes. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
  readonly end: MongodEnd
  readonly entries: readonly LogEntry[]

  constructor(end: MongodEnd, entries: readonly LogEntry[], cause?: unknown) {
    super(entries.at(-1)?.message ?? 'mongod ends', cause === undefined ? undefined : { cause })
    this.end = end
    this.entries = entries
  }
}

/** An entry of the thread that starts the server. */
export function startEntry(
  severity: LogEntry['severity'],
  component: string,
  id: number,
  message: string,
  attributes?: LogEntry['attributes'],
): LogEntry {
  return { severity, component, id, context: 'initandlisten', message, attributes }
}

/** Most of what is wrong with a dbpath: id 20557, exit code 100. `error` begins with a name such as `DBPathInUse`. */
export function initFailure(error: string, cause?: unknown): StartFailure {
  const entry = startEntry('E', 'CONTROL', 20557, 'DBException in initAndListen, terminating', { error })
  return new StartFailure(100, [entry], cause)
}

const aborting = '\n\n***aborting after fassert() failure\n\n'

/** A fatal assertion that leaves no trace: exit code 14. */
export function fatalAssertion(entries: readonly LogEntry[], msgid: number, cause?: unknown): StartFailure {
  return new StartFailure(
    14,
    [
      ...entries,
      startEntry('F', 'ASSERT', 23091, 'Fatal assertion', { msgid }),
      startEntry('F', 'ASSERT', 23092, aborting),
    ],
    cause,
  )
}

/** A fatal assertion that aborts: no exit code, but the signal. */
export function abortingAssertion(
  entries: readonly LogEntry[],
  msgid: number,
  cause?: unknown,
): StartFailure {
  return new StartFailure(
    'SIGABRT',
    [
      ...entries,
      startEntry('F', 'ASSERT', 23089, 'Fatal assertion', { msgid }),
      startEntry('F', 'ASSERT', 23090, aborting),
      startEntry('F', 'CONTROL', 6384300, 'Writing fatal message', { message: 'Got signal: 6 (Aborted).\n' }),
    ],
    cause,
  )
}

/** A complaint of WiredTiger, in the shape that it has from 6.0 on. */
export function wiredTigerError(code: number, error: string, msg: string): LogEntry {
  return startEntry('E', 'WT', 22435, 'WiredTiger error message', {
    error: code,
    message: {
      session_name: 'connection',
      category: 'WT_VERB_DEFAULT',
      msg,
      error_str: error,
      error_code: code,
    },
  })
}

/** The system's words for an error of Node.js, as mongod quotes them: `Permission denied`. */
export function systemErrorText(error: unknown): string {
  const code = systemErrorCode(error) ?? ''
  return systemErrorTexts.get(code) ?? `Unknown error ${code}`.trim()
}

const systemErrorTexts = new Map([
  ['EACCES', 'Permission denied'],
  ['EROFS', 'Read-only file system'],
  ['ENOSPC', 'No space left on device'],
  ['ENOTDIR', 'Not a directory'],
  ['ENOENT', 'No such file or directory'],
  ['EISDIR', 'Is a directory'],
])
