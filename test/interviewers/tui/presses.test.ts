import type { Key } from 'ink'
import { describe, expect, it } from 'vitest'
import { pastedLine, pressesOf } from '../../../src/interviewers/tui/presses.ts'

const key = (pressed: Partial<Key> = {}): Key => ({
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
  ...pressed,
})

const names = (input: string, pressed?: Partial<Key>) =>
  pressesOf(input, key(pressed)).map(({ name }) => name)

describe('the keys behind an input of Ink', () => {
  it('names the keys that type nothing', () => {
    expect(names('', { upArrow: true })).toEqual(['up'])
    expect(names('\r', { return: true })).toEqual(['enter'])
    expect(names('c', { ctrl: true })).toEqual(['ctrl-c'])
  })

  it('takes apart what came in one read', () => {
    expect(names('ab\t\r\x01')).toEqual(['a', 'b', 'tab', 'enter', 'ctrl-a'])
  })

  it('takes a newline of either kind for Enter, and both for one', () => {
    expect(names('\n')).toEqual(['enter'])
    expect(names('\r\n')).toEqual(['enter'])
  })

  it('knows no key with Alt', () => {
    expect(names('q', { meta: true })).toEqual([])
  })
})

describe('a pasted text', () => {
  it.each(['/data/rs0\r', '/data/rs0\n', '/data/rs0\r\n'])(
    'is submitted by a line break at its end: %j',
    pasted => {
      expect(pastedLine(pasted)).toEqual({ text: '/data/rs0', submits: true })
    },
  )

  it('is put together again where it was copied wrapped', () => {
    expect(pastedLine('IQoJb3Jp\r\nZ2luX2Vj')).toEqual({ text: 'IQoJb3JpZ2luX2Vj', submits: false })
  })

  it('carries no control characters in', () => {
    expect(pastedLine('a\x1b[31mb\tc').text).toBe('a [31mb c')
  })
})
