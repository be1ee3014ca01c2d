import { parseLogLine, type LogLine } from '../../src/mongod/log.ts'

/** A line of mongod's structured log, as it stands in the file. */
export function logv2(
  severity: string,
  component: string,
  id: number,
  msg: string,
  attr: object = {},
): string {
  return JSON.stringify({
    t: { $date: '2026-01-05T10:00:00.000+00:00' },
    s: severity,
    c: component,
    id,
    ctx: 'initandlisten',
    msg,
    attr,
  })
}

/** The lines of a log that are messages. */
export function parsed(lines: readonly string[]): readonly LogLine[] {
  return lines.map(parseLogLine).filter(line => line !== undefined)
}
