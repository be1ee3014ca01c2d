import type { Finding } from '../lib/failure.ts'
import { followLines, type FollowOptions } from '../lib/follow-file.ts'
import { parseEvent } from './events.ts'
import type { KeyProxy } from './key-proxy.ts'
import { complaintIn } from './official-output.ts'

/** What a line of a key proxy's log has to say about what is wrong. */
const findingIn: Readonly<Record<KeyProxy['engine'], (line: string) => Finding | undefined>> = {
  embedded: line => {
    const event = parseEvent(line)
    if (event?.type !== 'finding') return undefined
    const { code, severity, message, remedy } = event
    return { code, severity, message, remedy }
  },
  official: complaintIn,
}

/** What a key proxy finds wrong, as it writes it to its log, until the signal aborts. */
export async function* followFindings(
  engine: KeyProxy['engine'],
  log: string,
  options: FollowOptions,
): AsyncGenerator<Finding, void, void> {
  for await (const line of followLines(log, options)) {
    const finding = findingIn[engine](line)
    if (finding !== undefined) yield finding
  }
}
