import { KmsFailure } from '../../kms/failure.ts'
import { Failure } from '../../lib/failure.ts'
import { formatDuration } from '../../lib/format.ts'
import type { RestoreContext } from '../context.ts'
import type { Obtained } from './obtained.ts'

/** Milliseconds before their end from which on credentials are renewed, or said to be about to end. */
const soon = 10 * 60_000

/**
 * Credentials that are good now: new ones from the same place where these are about to end and nobody has to be asked,
 * else these with a warning. Time passes between their proof and their use, most of it while somebody is asked something.
 * Throws CRED-005, which leads back to the credentials, where they have ended.
 */
export async function stillGood(context: RestoreContext, obtained: Obtained): Promise<Obtained> {
  const left = timeLeft(obtained)
  if (left >= soon) return obtained
  const renewed = await renew(context, obtained)
  if (renewed !== undefined && timeLeft(renewed) > left) {
    const message = `The credentials of ${obtained.origin} were about to end, and are renewed${inWords(timeLeft(renewed))}`
    context.tell({ type: 'note', step: 'proxy', message })
    return renewed
  }
  if (left <= 0) throw ended(obtained.origin)
  context.tell({
    type: 'finding',
    step: 'proxy',
    code: 'CRED-005',
    severity: 'warning',
    message: `The credentials of ${obtained.origin} end in ${formatDuration(left)}`,
    remedy: 'The key proxy needs them once, now. To start it again later, new ones are needed',
  })
  return obtained
}

/** Milliseconds; for ever where nothing says when they end. */
function timeLeft({ expiration }: Obtained): number {
  return expiration === undefined ? Infinity : expiration.getTime() - Date.now()
}

function inWords(left: number): string {
  return left === Infinity ? '' : `: they end in ${formatDuration(left)}`
}

/** Undefined where somebody has to be asked for new ones, or the place that gave them gives none now. */
async function renew(context: RestoreContext, { renew, origin }: Obtained): Promise<Obtained | undefined> {
  try {
    return await renew?.()
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof Failure || error instanceof KmsFailure)) throw error
    const message = `The credentials of ${origin} are about to end, and cannot be renewed: ${error.message}`
    context.tell({ type: 'note', step: 'proxy', message })
    return undefined
  }
}

function ended(origin: string): Failure {
  return new Failure({
    code: 'CRED-005',
    message: `The credentials of ${origin} have ended since they were proved`,
    remedy: 'Get new ones: answer the step credentials again, or run the same command again',
    backTo: 'credentials',
  })
}
