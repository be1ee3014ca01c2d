import type { RestoreEvent } from '../../restore/interview.ts'

type EventOf<T extends RestoreEvent['type']> = Extract<RestoreEvent, { readonly type: T }>

/** The events of `--json` and their fields: a contract with scripts, to which nothing is added in passing. */
const fields = {
  step: ['step', 'status'],
  finding: ['code', 'severity', 'message', 'remedy'],
  command: ['argv'],
  progress: ['step', 'done', 'total', 'unit'],
  ready: ['uri', 'dbpath', 'mongodVersion', 'pid', 'databases', 'millis'],
  failed: ['code', 'exitCode', 'message', 'remedy'],
} as const satisfies { [T in Exclude<RestoreEvent['type'], 'note'>]: readonly (keyof EventOf<T>)[] }

/** The event as one line of NDJSON, or undefined for one that scripts do not get. A `Secret` becomes `[secret]`. */
export function jsonLine(event: RestoreEvent, at: Date): string | undefined {
  if (event.type === 'note') return undefined
  const values: Readonly<Record<string, unknown>> = { ...event }
  const listed = fields[event.type].map(name => [name, values[name]] as const)
  return JSON.stringify({ v: 1, type: event.type, at: at.toISOString(), ...Object.fromEntries(listed) })
}
