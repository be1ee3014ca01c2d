import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shellCommand, shellQuote } from '../../src/lib/shell-quote.ts'

describe('quoting for a shell', () => {
  it('leaves plain words as they are', () => {
    expect(shellQuote('--dbpath=/data/rs0,a:b@c')).toBe('--dbpath=/data/rs0,a:b@c')
  })

  it.each([
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ['~', "'~'"],
    ['$HOME', "'$HOME'"],
  ])('quotes %j', (word, quoted) => {
    expect(shellQuote(word)).toBe(quoted)
  })

  it('gives back the same words through a real shell', () => {
    const argument = fc.string({ unit: 'binary' }).filter(text => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 20 }), words => {
        const seen = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`])
        expect(seen.toString().split('\0').slice(0, -1)).toEqual(
          words.map(word => Buffer.from(word).toString()),
        )
      }),
      { numRuns: 25 },
    )
  })
})
