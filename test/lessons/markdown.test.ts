import { describe, expect, it } from 'vitest'
import { blocksOf, spansOf } from '../../src/lessons/markdown.ts'

describe('Markdown', () => {
  it('is taken apart into paragraphs, items and code', () => {
    expect(blocksOf('One\ntwo.\n\n- a\n  b\n1. c\n\n```sh\nls\n\nrm x\n```\nEnd')).toEqual([
      { kind: 'paragraph', text: 'One two.' },
      { kind: 'item', marker: '-', text: 'a b' },
      { kind: 'item', marker: '1.', text: 'c' },
      { kind: 'code', text: 'ls\n\nrm x' },
      { kind: 'paragraph', text: 'End' },
    ])
  })

  it('marks code, weight and links inside a line', () => {
    expect(spansOf('Run `a*b*`, **now**, see [it](https://x.y)')).toEqual([
      { style: 'plain', text: 'Run ' },
      { style: 'code', text: 'a*b*' },
      { style: 'plain', text: ', ' },
      { style: 'bold', text: 'now' },
      { style: 'plain', text: ', see ' },
      { style: 'plain', text: 'it (https://x.y)' },
    ])
  })
})
