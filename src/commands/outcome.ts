import { exitCodeOfBug, Failure } from '../lib/failure.ts'
import type { RestoreEvent } from '../restore/interview.ts'

/** A thrown anything as the event that ends a command. Whatever is no `Failure` is a bug, and says so. */
export function failedEvent(error: unknown): Extract<RestoreEvent, { type: 'failed' }> {
  if (error instanceof Failure) {
    const { code, exitCode, message, remedy, evidence } = error
    return { type: 'failed', code, exitCode, message, remedy, evidence }
  }
  return {
    type: 'failed',
    code: 'BUG',
    exitCode: exitCodeOfBug,
    message: `This is a bug in snapthaw: ${error instanceof Error ? error.message : String(error)}`,
    remedy:
      'Run it again with SNAPTHAW_DEBUG=1 and report what it prints. The snapshot and the session are as they were.',
  }
}

/** Says on the way out why a command failed, where no interviewer is there to say it; gives the exit code. */
export function reportFailure(error: unknown, format: 'text' | 'json'): number {
  const event = failedEvent(error)
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ v: 1, at: new Date().toISOString(), ...event })}\n`)
  } else {
    const evidence = (event.evidence ?? []).map(line => `    ${line}\n`).join('')
    process.stderr.write(`${event.code}: ${event.message}\n${evidence}  ${event.remedy}\n`)
  }
  showBug(error)
  return event.exitCode
}

/** The stack of a bug, for whoever asked for it. */
export function showBug(error: unknown): void {
  if (error instanceof Failure || process.env.SNAPTHAW_DEBUG === undefined) return
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
