import type { Writable } from 'node:stream'
import * as z from 'zod/mini'
import { Failure, stepNames, type FailureCode, type FindingCode } from '../lib/failure.ts'

const findingCode = z.custom<FindingCode>(isFindingCode)
const failureCode = z.custom<FailureCode>(code => code === 'CANCELLED' || isFindingCode(code))
const texts = z.readonly(z.array(z.string()))

/** What a key proxy tells of itself, by `type`. */
const proxyEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('starting'), keyIds: texts }),
  /** A master key has come back from the cloud, `millis` after it was asked. */
  z.object({ type: z.literal('unwrapped'), keyIds: texts, provider: z.string(), millis: z.number() }),
  /** Something about the exchange with the cloud that is worth knowing, such as a clock that had to be corrected. */
  z.object({ type: z.literal('note'), message: z.string() }),
  z.object({
    type: z.literal('serving'),
    port: z.int(),
    keyIds: texts,
    caFile: z.string(),
    clientCertificateFile: z.string(),
  }),
  z.object({
    type: z.literal('served'),
    operation: z.string(),
    keyId: z.optional(z.string()),
    peer: z.string(),
  }),
  z.object({
    type: z.literal('refused'),
    operation: z.optional(z.string()),
    reason: z.string(),
    peer: z.string(),
  }),
  z.object({
    type: z.literal('finding'),
    code: findingCode,
    severity: z.enum(['info', 'warning', 'error']),
    message: z.string(),
    remedy: z.string(),
  }),
  z.object({
    type: z.literal('failed'),
    code: failureCode,
    exitCode: z.int(),
    message: z.string(),
    remedy: z.string(),
    evidence: texts,
    backTo: z.optional(z.enum(stepNames)),
  }),
  z.object({ type: z.literal('stopped') }),
])

export type ProxyEvent = z.infer<typeof proxyEvent>

/** Who is told. */
export type Emit = (event: ProxyEvent) => void

/** An event as a line of NDJSON, without its newline: `{ v: 1, type, at, … }`, `at` in ISO 8601. */
export function formatEvent({ type, ...rest }: ProxyEvent, at = new Date()): string {
  return JSON.stringify({ v: 1, type, at: at.toISOString(), ...rest })
}

const ofThisVersion = z.object({ v: z.literal(1) })

/** The event of a line, or undefined for a line that holds none: the process's stderr may stand between them. */
export function parseEvent(line: string): ProxyEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return ofThisVersion.safeParse(value).success ? proxyEvent.safeParse(value).data : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes events to a stream, a line each. A proxy outlives the wizard that reads its events: once nobody reads any more
 * (EPIPE), or the disk is full, they are dropped and the proxy goes on.
 */
export function eventsTo(output: Writable): Emit {
  output.on('error', () => undefined)
  return event => {
    if (output.writable) output.write(`${formatEvent(event)}\n`)
  }
}

type FailedEvent = Extract<ProxyEvent, { type: 'failed' }>

export function failedEvent({ code, exitCode, message, remedy, evidence, backTo }: Failure): FailedEvent {
  return { type: 'failed', code, exitCode, message, remedy, evidence, backTo }
}

/** The failure that another process told of. */
export function failureOf({ code, message, remedy, evidence, backTo }: FailedEvent): Failure {
  return new Failure({ code, message, remedy, evidence, ...(backTo === undefined ? {} : { backTo }) })
}

function isFindingCode(code: unknown): boolean {
  return typeof code === 'string' && /^[A-Z]+-\d{3}$/.test(code)
}
