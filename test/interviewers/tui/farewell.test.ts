import { describe, expect, it } from 'vitest'
import { farewell } from '../../../src/interviewers/tui/farewell.ts'
import { reduce } from '../../../src/interviewers/tui/reduce.ts'
import { initialState } from '../../../src/interviewers/tui/state.ts'
import type { RestoreEvent } from '../../../src/restore/interview.ts'

const start = initialState({ columns: 80, rows: 24 }, true)
const afterEvents = (events: readonly RestoreEvent[]) =>
  events.reduce((state, event) => reduce(state, { type: 'told', event }), start)

describe('the farewell', () => {
  it('says how far it came, what was found, and how to go on', () => {
    const state = afterEvents([
      { type: 'step', step: 'snapshot', status: 'started' },
      {
        type: 'finding',
        step: 'snapshot',
        code: 'SNAP-011',
        severity: 'warning',
        message: 'Little room',
        remedy: 'Make room',
      },
      { type: 'step', step: 'snapshot', status: 'done', summary: '48.2 GB' },
      { type: 'step', step: 'credentials', status: 'started' },
      {
        type: 'failed',
        code: 'CRED-003',
        exitCode: 4,
        message: 'Stale keys',
        remedy: 'Take others',
        evidence: ['\x1b[2Jdenied'],
      },
    ])
    expect(farewell(state, 'snapthaw')).toEqual([
      'snapthaw',
      '  ✔ Snapshot      48.2 GB',
      '  ● Credentials   not finished',
      '  ▲ warning SNAP-011: Little room',
      '    → Make room',
      '',
      'Failed: CRED-003. Stale keys',
      '    denied',
      'What to do: Take others',
      'Why: snapthaw explain CRED-003',
    ])
  })
  it('breaks long lines at blanks, set in, and never inside an address', () => {
    const address = `mongodb://127.0.0.1/${'x'.repeat(90)}`
    const state = afterEvents([
      { type: 'step', step: 'snapshot', status: 'started' },
      { type: 'step', step: 'snapshot', status: 'done', summary: `${'word '.repeat(14)}${address}` },
    ])
    expect(farewell(state, 'snapthaw')).toEqual([
      'snapthaw',
      `  ✔ Snapshot      ${'word '.repeat(11)}word`,
      '                  word word',
      `                  ${address}`,
    ])
  })
})
