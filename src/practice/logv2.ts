/** One entry of mongod's structured log (https://www.mongodb.com/docs/manual/reference/log-messages/), 4.4 and later. */
export interface LogEntry {
  readonly severity: 'I' | 'W' | 'E' | 'F'
  readonly component: string
  readonly id: number
  readonly context: string
  readonly message: string
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly tags?: readonly string[]
}

/** The entry as mongod prints it: JSON with padding behind severity, component and id, so that the columns align. */
export function formatLogEntry(entry: LogEntry, at: Date): string {
  const field = (value: unknown, width: number) => `${JSON.stringify(value)},`.padEnd(width)
  return (
    `{"t":{"$date":"${at.toISOString().replace('Z', '+00:00')}"},` +
    `"s":${field(entry.severity, 6)}"c":${field(entry.component, 12)}"id":${field(entry.id, 9)}` +
    `"ctx":${field(entry.context, 0)}"msg":${JSON.stringify(entry.message)}` +
    (entry.attributes === undefined ? '' : `,"attr":${JSON.stringify(entry.attributes)}`) +
    (entry.tags === undefined ? '' : `,"tags":${JSON.stringify(entry.tags)}`) +
    '}'
  )
}
