import { counted, formatBytes, formatCount, formatDuration } from '../lib/format.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import type { FailureReport, RestoreEvent } from '../restore/interview.ts'
import { plain } from './plain.ts'

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
      return [`${event.step}: ${progressText(event)}`]
    case 'note':
      return [`${event.step}: ${event.message}`]
    case 'ready':
      return readyLines(event)
    case 'failed':
      return endLines(event)
  }
}

/** `shop.orders, 3 of 1,200 collections`; what has not begun to count is its message alone. */
function progressText({ done, total, unit, message }: EventOf<'progress'>): string {
  const amount = amountOf(done, total, unit)
  if (message === undefined) return amount
  return done === 0 && total === undefined ? message : `${message}, ${amount}`
}

function amountOf(done: number, total: number | undefined, unit: string): string {
  if (unit === 'bytes') return [done, ...(total === undefined ? [] : [total])].map(formatBytes).join(' of ')
  if (total !== undefined) return `${formatCount(done)} of ${formatCount(total)} ${unit}`
  return unit === 's' ? `${done} s` : counted(done, unit.replace(/s$/, ''), unit)
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
