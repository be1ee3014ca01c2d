import { describe, expect, it } from 'vitest'
import { plain } from '../../src/interviewers/plain.ts'

describe('text of the world outside', () => {
  it('cannot steer the terminal', () => {
    expect(plain('a\x1b[2Jb\x1b]52;c;eA==\x07c\x07d\te\nf')).toBe('abcd  e\nf')
  })
})
