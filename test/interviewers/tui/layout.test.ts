import { describe, expect, it } from 'vitest'
import { contentOf, layoutFor } from '../../../src/interviewers/tui/layout.ts'
import { reduce } from '../../../src/interviewers/tui/reduce.ts'
import { initialState } from '../../../src/interviewers/tui/state.ts'
import type { RestoreEvent } from '../../../src/restore/interview.ts'

const start = initialState({ columns: 80, rows: 24 }, true)
const afterEvents = (events: readonly RestoreEvent[]) =>
  events.reduce((state, event) => reduce(state, { type: 'told', event }), start)

describe('the layout', () => {
  it('has a line for each step and the lesson below the question at 80×24', () => {
    expect(layoutFor('question', 80, 19)).toMatchObject({ steps: 'lines', lesson: 'below' })
  })

  it('puts the lesson beside the question from 110 columns on', () => {
    expect(layoutFor('question', 109, 19).lesson).toBe('below')
    expect(layoutFor('question', 110, 19).lesson).toBe('beside')
  })

  it('leaves the room to what has to be read, and to a failure', () => {
    expect(layoutFor('reading', 80, 19).steps).toBe('brief')
    expect(layoutFor('failure', 200, 60)).toMatchObject({ steps: 'brief', lesson: 'none' })
  })

  it('always shows a few options', () => {
    expect(layoutFor('question', 60, 5).optionRows).toBeGreaterThanOrEqual(4)
  })

  it('knows what there is to read', () => {
    expect(contentOf(start)).toBe('question')
    expect(contentOf(afterEvents([{ type: 'command', step: 'mongod', purpose: 'x', argv: ['x'] }]))).toBe(
      'reading',
    )
  })
})
