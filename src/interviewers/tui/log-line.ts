/** A line of a log as it is shown, and how grave it is. */
export interface LogLine {
  readonly text: string
  readonly gravity: 'usual' | 'warning' | 'error'
}

const gravities: Readonly<Record<string, LogLine['gravity']>> = { F: 'error', E: 'error', W: 'warning' }

/**
 * A line of mongod's structured log (logv2: https://www.mongodb.com/docs/manual/reference/log-messages/) as time,
 * severity, component, id, message and attributes. Any other line stays as it is.
 */
export function readLogLine(line: string): LogLine {
  const entry = parseEntry(line)
  if (entry === undefined) return { text: line, gravity: 'usual' }
  const { t, s, c, id, msg, attr } = entry
  const time = typeof t === 'object' && t !== null && '$date' in t ? String(t.$date).slice(11, 23) : ''
  const attributes = attr === undefined ? '' : JSON.stringify(attr)
  const text = [time, s, c, id, msg, attributes].filter(part => part !== undefined && part !== '').join(' ')
  return { text, gravity: gravities[String(s)] ?? 'usual' }
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>
    return typeof entry.msg === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}
