import type { RestoreEvent } from '../restore/interview.ts'

/**
 * Thins out progress: each step's first is passed on at once, then at most one every `interval` milliseconds, and always
 * the last before the step ends. All other events pass.
 */
export function paced(tell: (event: RestoreEvent) => void, interval: number): (event: RestoreEvent) => void {
  let held: RestoreEvent | undefined
  let notBefore = 0

  return event => {
    if (event.type === 'progress') {
      const now = performance.now()
      if (now < notBefore) {
        held = event
        return
      }
      notBefore = now + interval
      held = undefined
    } else if (event.type === 'step' || event.type === 'ready' || event.type === 'failed') {
      if (held !== undefined) tell(held)
      held = undefined
      notBefore = 0
    }
    tell(event)
  }
}
