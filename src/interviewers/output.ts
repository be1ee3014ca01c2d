import type { Writable } from 'node:stream'

/** Lines to a stream that may go away: a closed pipe, a terminal that hung up. The restore does not depend on being watched. */
export interface Output {
  write(lines: readonly string[]): void
  /** Resolves once all that was written has left the process, or cannot any more. */
  flushed(): Promise<void>
}

export function openOutput(stream: Writable): Output {
  let isGone = false
  stream.on('error', () => {
    isGone = true
  })
  return {
    write(lines) {
      if (!isGone) stream.write(lines.map(line => `${line}\n`).join(''))
    },
    async flushed() {
      if (!isGone) await new Promise<void>(resolve => stream.write('', () => resolve()))
    },
  }
}
