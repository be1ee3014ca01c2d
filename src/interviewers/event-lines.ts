import { counted, formatBytes, formatCount, formatDuration } from '../lib/format.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import type { FailureReport, RestoreEvent } from '../restore/interview.ts'
import { plain } from './tui/plain.ts'

type EventOf<T extends RestoreEvent['type']> = Extract<RestoreEvent, { readonly type: T }>

/** An event as plain lines: words for states, nothing that moves, and a command on one line, to be copied whole. */
export function eventLines(event: RestoreEvent): readonly string[] {
  return linesOf(event).map(plain)
}

/** What failed, what shows it, and what to do. */
export function failureLines({ code, message, remedy, evidence }: FailureReport): readonly string[] {
  return [`Failed: ${code}. ${message}`, ...indented(evidence), `What to do: ${remedy}`].map(plain)
}

function linesOf(event: RestoreEvent): readonly string[] {
  switch (event.type) {
    case 'step':
      return [`${event.step}: ${event.status}${event.summary === undefined ? '' : `. ${event.summary}`}`]
    case 'finding':
      return [`${event.step}: ${event.severity} ${event.code}. ${event.message}`, ...indented([event.remedy])]
    case 'command':
      return [
        `${event.step}: ${event.purpose}`,
        shellCommand(event.argv),
        ...indented((event.reasons ?? []).map(({ argument, reason }) => `${argument}: ${reason}`)),
      ]
    case 'progress':
      return [`${event.step}: ${amount(event)}${event.message === undefined ? '' : `, ${event.message}`}`]
    case 'note':
      return [`${event.step}: ${event.message}`]
    case 'ready':
      return readyLines(event)
    case 'failed':
      return endLines(event)
  }
}

function amount({ done, total, unit }: EventOf<'progress'>): string {
  if (unit === 'bytes') return [done, ...(total === undefined ? [] : [total])].map(formatBytes).join(' of ')
  return `${formatCount(done)}${total === undefined ? '' : ` of ${formatCount(total)}`} ${unit}`
}

function readyLines({
  uri,
  dbpath,
  mongodVersion,
  pid,
  databases,
  millis,
}: EventOf<'ready'>): readonly string[] {
  return [
    `Ready after ${formatDuration(millis)}: ${uri}`,
    ...indented([
      `mongod ${mongodVersion}, process ${pid}, dbpath ${dbpath}`,
      ...databases.map(
        ({ name, collections, documents, sizeOnDisk }) =>
          `${name}: ${counted(collections, 'collection')}, ${counted(documents, 'document')}, ${formatBytes(sizeOnDisk)}`,
      ),
    ]),
  ]
}

function endLines({ code, message, remedy, evidence = [] }: EventOf<'failed'>): readonly string[] {
  if (code === 'CANCELLED') return [`Cancelled. ${remedy}`]
  const lesson = /-\d{3}$/.test(code) ? [`Why: snapthaw explain ${code}`] : []
  return [...failureLines({ code, message, remedy, evidence }), ...lesson]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map(line => `    ${line}`)
}
