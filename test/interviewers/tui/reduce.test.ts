import { describe, expect, it } from 'vitest'
import { reduce, type TuiAction } from '../../../src/interviewers/tui/reduce.ts'
import {
  copyable,
  initialState,
  lessonOf,
  modeOf,
  type TuiState,
} from '../../../src/interviewers/tui/state.ts'
import type { ChoiceQuestion, Question, RestoreEvent } from '../../../src/restore/interview.ts'

const port: ChoiceQuestion = {
  id: 'kmip-port',
  step: 'proxy',
  kind: 'choice',
  prompt: 'Which port?',
  lesson: 'kmip-port',
  options: [
    { value: '5696', label: '5696' },
    { value: 'other', label: 'another' },
  ],
}
const secret: Question = { id: 'key', step: 'credentials', kind: 'secret', prompt: 'Key', lesson: 'key' }
const start = initialState({ columns: 80, rows: 24 }, true)
const after = (actions: readonly TuiAction[], from: TuiState = start) => actions.reduce(reduce, from)
const told = (event: RestoreEvent): TuiAction => ({ type: 'told', event })
const asked = (question: Question): TuiAction => ({ type: 'asked', question })
const pressed = (action: Extract<TuiAction, { type: 'pressed' }>['action'], press = ''): TuiAction => ({
  type: 'pressed',
  action,
  press,
})
const begun = (step: 'snapshot' | 'credentials' | 'proxy') => told({ type: 'step', step, status: 'started' })
const done = (step: 'snapshot' | 'credentials') =>
  told({ type: 'step', step, status: 'done', summary: `${step} is done` })
const warning = told({
  type: 'finding',
  step: 'credentials',
  code: 'CRED-001',
  severity: 'warning',
  message: 'Role-based',
  remedy: 'Assume the role',
})
const command = told({
  type: 'command',
  step: 'proxy',
  purpose: 'Start it',
  argv: ['mongod', '--port', '27018'],
})

describe('the steps', () => {
  it('begin waiting, and keep what came of them', () => {
    const state = after([begun('snapshot'), done('snapshot'), begun('credentials')])
    expect(state.steps.snapshot).toEqual({ status: 'done', summary: 'snapshot is done' })
    expect(state.steps.credentials.status).toBe('started')
    expect(state.steps.check.status).toBe('waiting')
  })

  it('take back what they and later ones have told when they begin again', () => {
    const state = after([
      begun('snapshot'),
      done('snapshot'),
      begun('credentials'),
      warning,
      done('credentials'),
      begun('proxy'),
      command,
      begun('credentials'),
    ])
    expect(state.steps.snapshot.status).toBe('done')
    expect(state.steps.credentials).toEqual({ status: 'started', summary: undefined })
    expect(state.steps.proxy.status).toBe('waiting')
    expect(state.findings).toEqual([])
    expect(copyable(state)).toBeUndefined()
  })
})

describe('a finding', () => {
  it('that is told again is there once', () => {
    expect(after([begun('credentials'), warning, warning]).findings).toHaveLength(1)
  })
})

describe('a question', () => {
  it('is moved through in a circle', () => {
    const state = after([asked(port), pressed('previous')])
    expect(state.asking?.control).toMatchObject({ index: 1 })
    expect(after([pressed('next')], state).asking?.control).toMatchObject({ index: 0 })
  })

  it('is gone to by number, and only as far as there are options', () => {
    expect(after([asked(port), pressed('number', '2')]).asking?.control).toMatchObject({ index: 1 })
    expect(after([asked(port), pressed('number', '7')]).asking?.control).toMatchObject({ index: 0 })
  })

  it('loses its problem when it is answered anew', () => {
    const state = after([asked(secret), { type: 'problem', problem: 'Too short' }])
    expect(state.asking?.control.problem).toBe('Too short')
    expect(after([{ type: 'typed', text: 'x' }], state).asking?.control.problem).toBeUndefined()
  })

  it('stays on the screen until the story goes on, without being asked any more', () => {
    const settled = after([begun('proxy'), asked(port), { type: 'settled' }])
    expect(settled.asking?.question).toBe(port)
    expect(modeOf(settled)).toBe('working')
    const progress = told({ type: 'progress', step: 'proxy', done: 1, unit: 'keys' })
    expect(after([progress], settled).asking).toBeUndefined()
  })

  it('keeps nothing of a secret once it is answered', () => {
    const state = after([asked(secret), { type: 'typed', text: 'wJalrXUtnFEMI' }, { type: 'settled' }])
    expect(JSON.stringify(state)).not.toContain('wJalr')
  })

  it('ends the looking at a log, but not the reading of a lesson', () => {
    expect(after([pressed('log'), asked(port)]).view).toBe('story')
    expect(after([pressed('explain'), asked(port)]).view).toBe('explain')
  })
})

describe('what the keyboard means', () => {
  it('follows what is on the screen', () => {
    expect(modeOf(start)).toBe('working')
    expect(modeOf(after([asked(port)]))).toBe('choosing')
    expect(modeOf(after([asked(secret)]))).toBe('blank-secret')
    expect(modeOf(after([asked(secret), { type: 'typed', text: 'x' }]))).toBe('typing')
    expect(modeOf(after([asked(secret), { type: 'typed', text: 'x' }, { type: 'checking' }]))).toBe(
      'checking',
    )
    expect(modeOf(after([asked(port), pressed('explain')]))).toBe('explain')
    expect(modeOf(after([asked(port), { type: 'resized', size: { columns: 59, rows: 24 } }]))).toBe('small')
  })
})

describe('a command', () => {
  it('is shown with the question about it, and not with the next', () => {
    const about = after([begun('proxy'), command, asked(port)])
    expect(about.command?.shown).toBe('asked')
    expect(after([{ type: 'settled' }, asked(port)], about).command?.shown).toBe('past')
  })

  it('is what is copied, before what would be done by hand', () => {
    const byHand = { ...port, byHand: 'kmipProxyStandalone' }
    expect(copyable(after([begun('proxy'), asked(byHand)]))).toBe('kmipProxyStandalone')
    expect(copyable(after([begun('proxy'), command, asked(byHand)]))).toEqual(['mongod', '--port', '27018'])
  })
})

describe('the lesson', () => {
  it('is that of the failure, of the question, or of the step', () => {
    expect(lessonOf(after([begun('credentials')]))).toBe('credentials')
    expect(lessonOf(after([begun('credentials'), asked(port)]))).toBe('kmip-port')
    const failure = { code: 'CRED-003', message: 'Stale', remedy: 'Take others', evidence: [] }
    expect(lessonOf(after([asked({ ...port, failure })]))).toBe('CRED-003')
  })
})

describe('scrolling', () => {
  const measured: TuiAction = { type: 'measured', hidden: 12, page: 5 }

  it('goes no further than there is something to see', () => {
    const state = after([asked(port), measured, pressed('page-down')])
    expect(state.scroll).toBe(4)
    expect(
      after(
        Array.from({ length: 9 }, () => pressed('page-down')),
        state,
      ).scroll,
    ).toBe(12)
    expect(after([pressed('page-up'), pressed('page-up')], state).scroll).toBe(0)
  })

  it('begins at the end of a log, and up leads away from it', () => {
    const state = after([pressed('log'), measured, pressed('scroll-up')])
    expect(state.scroll).toBe(1)
    expect(after([pressed('scroll-down')], state).scroll).toBe(0)
  })

  it('changes nothing when the same is measured again', () => {
    const state = after([measured])
    expect(reduce(state, measured)).toBe(state)
  })
})
