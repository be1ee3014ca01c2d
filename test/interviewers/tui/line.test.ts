import { describe, expect, it } from 'vitest'
import { edits, emptyLine, graphemes, insert, lineOf } from '../../../src/interviewers/tui/line.ts'

describe('a line of text', () => {
  it('takes what is typed at the cursor', () => {
    expect(insert({ text: 'ac', cursor: 1 }, 'b')).toEqual({ text: 'abc', cursor: 2 })
  })

  it('moves and erases whole graphemes, whatever they are made of', () => {
    const family = '👨‍👩‍👧'
    const line = lineOf(`e\u0301${family}`)
    expect(graphemes(line.text)).toHaveLength(2)
    const left = edits['cursor-left'](line)
    expect(left.text.slice(left.cursor)).toBe(family)
    expect(edits['erase-left'](left).text).toBe(family)
    expect(edits['erase-right'](left).text).toBe('e\u0301')
  })

  it('stays where it is at either end', () => {
    expect(edits['cursor-left']({ text: 'a', cursor: 0 }).cursor).toBe(0)
    expect(edits['cursor-right'](lineOf('a')).cursor).toBe(1)
    expect(edits['erase-left'](emptyLine)).toEqual(emptyLine)
  })

  it('erases a word back to a slash or a blank', () => {
    expect(edits['erase-word'](lineOf('/data/restores/rs0')).text).toBe('/data/restores/')
    expect(edits['erase-word'](lineOf('/data/restores/')).text).toBe('/data/')
    expect(edits['erase-word'](lineOf('one two')).text).toBe('one ')
  })

  it('erases to either end, and keeps the rest', () => {
    const line = { text: 'abcd', cursor: 2 }
    expect(edits['erase-to-start'](line)).toEqual({ text: 'cd', cursor: 0 })
    expect(edits['erase-to-end'](line)).toEqual({ text: 'ab', cursor: 2 })
  })
})
