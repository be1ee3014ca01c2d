import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs'
import { formatLogEntry, type LogEntry } from '../logv2.ts'
import { StartFailure } from './start-failure.ts'

/** mongod's log, and what `getLog` shows of it. */
export interface MongodLog {
  write(entry: LogEntry): void
  /** An entry of severity I. */
  info(
    component: string,
    id: number,
    context: string,
    message: string,
    attributes?: LogEntry['attributes'],
  ): void
  /** Lines of this run, oldest first: the newest thousand, or those with the tag `startupWarnings`. */
  recent(which: 'global' | 'startupWarnings'): readonly string[]
  close(): void
}

const remembered = 1000

/**
 * Opens the log: stdout, or a file that is appended to or, without `--logappend`, moved aside first. Written
 * synchronously: a line is there before what follows from it happens. Throws `StartFailure`.
 */
export function openLog(
  destination: { readonly path: string; readonly append: boolean } | undefined,
): MongodLog {
  if (destination === undefined) return logTo(process.stdout.fd, () => undefined)
  const { path, append } = destination
  const existed = existsSync(path)
  const movedTo = `${path}.${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`
  try {
    if (existed && !append) renameSync(path, movedTo)
    const file = openSync(path, 'a', 0o600)
    const log = logTo(file, () => closeSync(file))
    // With --logappend, this line is the only sign of where an earlier run ends and this one begins.
    if (existed && append) log.info('CONTROL', 20698, 'main', '***** SERVER RESTARTED *****')
    if (existed && !append) {
      log.info('CONTROL', 20697, 'main', 'Renamed existing log file', {
        oldLogPath: path,
        newLogPath: movedTo,
      })
    }
    return log
  } catch (cause) {
    throw logFailure(path, cause)
  }
}

/** This one goes to stdout: there is no log yet. */
function logFailure(path: string, cause: unknown): StartFailure {
  const error = {
    code: 38,
    codeName: 'FileNotOpen',
    errmsg: `Can't initialize rotatable log file :: caused by :: Failed to open ${path}`,
  }
  const message = 'Error during global initialization'
  const entry = { severity: 'F', component: 'CONTROL', id: 20574, context: 'main', message } as const
  return new StartFailure(1, [{ ...entry, attributes: { error } }], cause)
}

function logTo(file: number, close: () => void): MongodLog {
  const lines = { global: [] as string[], startupWarnings: [] as string[] }
  const write = (entry: LogEntry) => {
    const line = formatLogEntry(entry, new Date())
    writeSync(file, `${line}\n`)
    lines.global.push(line)
    if (lines.global.length > remembered) lines.global.shift()
    if (entry.tags?.includes('startupWarnings') === true) lines.startupWarnings.push(line)
  }
  return {
    write,
    info: (component, id, context, message, attributes) =>
      write({ severity: 'I', component, id, context, message, attributes }),
    recent: which => lines[which],
    close,
  }
}
