import { describe, expect, it } from 'vitest'
import { elapsedClock } from '../../../src/interviewers/tui/components/work.tsx'

describe('the clock beside work', () => {
  it('counts seconds, minutes and hours', () => {
    expect([0, 7_900, 60_000, 751_000, 3_723_000].map(elapsedClock)).toEqual([
      '0:00',
      '0:07',
      '1:00',
      '12:31',
      '1:02:03',
    ])
  })
})
