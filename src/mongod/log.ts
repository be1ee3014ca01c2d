/** One message of mongod's log, in either of its formats. */
export interface LogLine {
  /** The message's number; the text format, used before 4.4, has none. */
  readonly id: number | undefined
  /** Fatal, error, warning, information, debug. */
  readonly severity: 'F' | 'E' | 'W' | 'I' | 'D'
  /** `STORAGE`, `NETWORK`, …, or `-`. */
  readonly component: string
  readonly message: string
  /** `attr`: what the message is about. Empty in the text format, which writes it into the message. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** The line as it stands in the file. */
  readonly raw: string
}

/** The message on this line, or undefined where there is none: a continuation, half a line, another program's words. */
export function parseLogLine(line: string): LogLine | undefined {
  return line.startsWith('{') ? parseStructured(line) : parseText(line)
}

/** A line of standard output or error: mongod logs there before it has opened its log, and prints bare sentences. */
export function parseOutputLine(line: string): LogLine | undefined {
  if (line.trim() === '') return undefined
  return (
    parseLogLine(line) ?? {
      id: undefined,
      severity: 'E',
      component: '-',
      message: line,
      attributes: {},
      raw: line,
    }
  )
}

/** https://www.mongodb.com/docs/manual/reference/log-messages/#structured-logging (logv2, since 4.4) */
function parseStructured(line: string): LogLine | undefined {
  const value = parseJson(line)
  if (!isRecord(value) || typeof value.msg !== 'string') return undefined
  return {
    id: typeof value.id === 'number' ? value.id : undefined,
    severity: severityOf(value.s),
    component: typeof value.c === 'string' ? value.c : '-',
    message: value.msg,
    attributes: isRecord(value.attr) ? value.attr : {},
    raw: line,
  }
}

/** `2018-11-07T16:51:30.913+0800 E STORAGE  [WTCheckpointThread] WiredTiger error …` (3.0 to 4.2) */
const textFormat = /^\d{4}-\d\d-\d\dT\S+ ([FEWID]\d?) +(\S+) +\[[^\]]*\] (.*)$/

function parseText(line: string): LogLine | undefined {
  const [, severity, component = '-', message = ''] = textFormat.exec(line) ?? []
  if (severity === undefined) return undefined
  return { id: undefined, severity: severityOf(severity), component, message, attributes: {}, raw: line }
}

/** The message and every text among its attributes: what a person would search. */
export function textOf({ message, attributes }: LogLine): string {
  return [message, ...textsIn(attributes)].join(' ')
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/**
 * What the message says, for one line on a screen. WiredTiger's own messages are all called `WiredTiger message`; what
 * they say is an attribute: text up to 5.0, a document from 6.0 on.
 */
export function headline({ message, attributes }: LogLine): string {
  const inner = attributes.message
  if (!message.startsWith('WiredTiger') || inner === undefined) return message
  if (typeof inner === 'string') return inner
  return isRecord(inner) && typeof inner.msg === 'string' ? inner.msg : message
}

const wiredTigerErrorId = 22435
const wiredTigerErrorText = /^WiredTiger error \((-?\d+)\)/

/** The error number of a WiredTiger error (an errno, or one of WiredTiger's own, below -31800), or undefined. */
export function wiredTigerError({ id, message, attributes }: LogLine): number | undefined {
  if (id === wiredTigerErrorId) return typeof attributes.error === 'number' ? attributes.error : undefined
  const number = wiredTigerErrorText.exec(message)?.[1]
  return number === undefined ? undefined : Number(number)
}

/** mongod says that it accepts connections. */
export function isWaitingForConnections({ id, message }: LogLine): boolean {
  return id === 23016 || (id === undefined && /^waiting for connections/i.test(message))
}

/** With `--logappend` a start writes this first into a log that is there already: what stands before it is history. */
export function isServerRestarted({ id, message }: LogLine): boolean {
  return id === 20698 || (id === undefined && message.includes('***** SERVER RESTARTED *****'))
}

function severityOf(value: unknown): LogLine['severity'] {
  const letter = typeof value === 'string' ? value.charAt(0) : 'I'
  return letter === 'F' || letter === 'E' || letter === 'W' || letter === 'D' ? letter : 'I'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
