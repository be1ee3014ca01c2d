import { describe, expect, it } from 'vitest'
import { answerOf, controlOf, lineControl, type Control } from '../../../src/interviewers/tui/control.ts'
import { lineOf } from '../../../src/interviewers/tui/line.ts'
import { Secret } from '../../../src/lib/secret.ts'
import type { ConfirmQuestion, Danger, Question } from '../../../src/restore/interview.ts'

const base = { id: 'fresh', step: 'snapshot', prompt: 'Start over?', lesson: 'fresh' } as const
const confirm = (danger: Danger): ConfirmQuestion => ({ ...base, kind: 'confirm', default: true, danger })
const typed = (text: string): Control => lineControl(lineOf(text))
const picked = (index: number | undefined): Control => ({ kind: 'pick', index, problem: undefined })

describe('a choice', () => {
  const choice = (initial?: string): Question => ({
    ...base,
    kind: 'choice',
    options: [
      { value: 'a', label: 'A', disabled: 'not here' },
      { value: 'b', label: 'B' },
      { value: 'c', label: 'C' },
    ],
    ...(initial === undefined ? {} : { default: initial }),
  })

  it('begins at its default', () => {
    expect(controlOf(choice('c'))).toMatchObject({ index: 2 })
  })

  it('begins at the first option that can be chosen where the default cannot', () => {
    expect(controlOf(choice('a'))).toMatchObject({ index: 1 })
    expect(controlOf(choice())).toMatchObject({ index: 1 })
  })

  it('says why an option cannot be chosen', () => {
    expect(answerOf(choice(), picked(0))).toEqual({ problem: 'not here' })
    expect(answerOf(choice(), picked(1))).toEqual({ answer: 'b' })
  })
})

describe('a confirmation', () => {
  it('without danger takes its default', () => {
    expect(answerOf(confirm('none'), controlOf(confirm('none')))).toEqual({ answer: true })
  })

  it('of a change chooses nothing by itself', () => {
    expect(answerOf(confirm('change'), controlOf(confirm('change')))).toHaveProperty('problem')
    expect(answerOf(confirm('change'), picked(1))).toEqual({ answer: false })
  })

  it('of something destructive asks for its name', () => {
    expect(answerOf(confirm('destructive'), typed('fresh'))).toEqual({ answer: true })
    expect(answerOf(confirm('destructive'), typed('y'))).toHaveProperty('problem')
    expect(answerOf(confirm('destructive'), typed(''))).toEqual({ answer: false })
  })
})

describe('a typed answer', () => {
  it('is its default where nothing is typed', () => {
    expect(answerOf({ ...base, kind: 'text', default: '5696' }, typed(' '))).toEqual({ answer: '5696' })
    expect(answerOf({ ...base, kind: 'path', wants: 'folder' }, typed('~/rs0 '))).toEqual({ answer: '~/rs0' })
  })

  it('is a secret where one is asked for, with its blanks', () => {
    const found = answerOf({ ...base, kind: 'secret' }, typed(' s3cret '))
    expect(found).toHaveProperty('answer')
    expect('answer' in found && found.answer instanceof Secret && found.answer.reveal()).toBe(' s3cret ')
  })
})
