import { describe, expect, test } from 'vitest'
import { book, contents, explain } from '../../src/lessons/explain.ts'
import { listLessons } from '../../src/lessons/lesson.ts'
import { renderMarkdown } from '../../src/lessons/render.ts'

async function textOf(topic: string, width = 80): Promise<string> {
  const found = await explain(topic, width)
  return found.kind === 'found' ? found.text : ''
}

describe('explain', () => {
  test('prints a lesson under its four headings', async () => {
    expect(await textOf('CRED-007')).toMatch(
      /^CRED-007: The customer.*\n\nWhat happens\n {2}.*\n\nWhy\n[^]*\n\nWhat can go wrong\n[^]*\n\nBy hand\n/,
    )
  })

  test.each(['cred-007', 'CRED007', 'cred 007'])('knows %s for CRED-007', async topic =>
    expect(await textOf(topic)).toMatch(/^CRED-007:/),
  )

  test('has all that goes by a name: the question, the flag of mongod, the word', async () => {
    const text = await textOf('--dbpath')
    expect(
      [...text.matchAll(/^(\S+):? ?.*(?=\n(?:\n| {2}The folder of))/gm)].map(([, name]) => name),
    ).toEqual(expect.arrayContaining(['dbpath:', 'flag-dbpath:', 'dbpath']))
  })

  test('finds a word of the glossary by each of its names', async () => {
    expect(await textOf('customer master key')).toBe(await textOf('CMK'))
    expect(await textOf('CMK')).toContain('CMK, customer master key\n  The key of your own')
  })

  test.each([
    ['porxy', 'proxy'],
    ['CRED-15', 'CRED-005'],
    ['cred 3', 'CRED-003'],
    ['session tokn', 'Session token'],
    ['secret', 'aws-secret-access-key'],
  ])('suggests for %s: %s', async (typed, meant) => {
    expect(await explain(typed, 80)).toEqual({
      kind: 'unknown',
      suggestions: expect.arrayContaining([meant]) as unknown,
    })
  })

  test('suggests nothing for what resembles nothing', async () => {
    expect(await explain('wxyzwxyz', 80)).toEqual({ kind: 'unknown', suggestions: [] })
  })
})

test('the table of contents has every lesson', async () => {
  const text = await contents(80)
  expect(
    (await listLessons()).filter(({ id, title }) => !text.includes(`  ${id} `) || !text.includes(title)),
  ).toEqual([])
})

test('the book has every lesson, and the glossary at its end', async () => {
  const text = await book()
  expect((await listLessons()).filter(({ id, title }) => !text.includes(`\n## ${id} · ${title}\n`))).toEqual(
    [],
  )
  expect(text).toMatch(/\n# Glossary\n[^#]*$/)
})

describe('rendering', () => {
  test('keeps prose within the width and leaves commands whole', async () => {
    const lessons = await Promise.all((await listLessons()).map(({ id }) => textOf(id, 60)))
    const prose = lessons.flatMap(text => text.split('\n')).filter(line => !line.startsWith('      '))
    expect(prose.filter(line => line.length > 60 && line.trim().includes(' '))).toEqual([])
    expect(await textOf('wrapped-key', 40)).toContain(
      '      aws kms decrypt --region <region> --ciphertext-blob fileb://<file> --query KeyId --output text',
    )
  })

  test('drops emphasis, except in code', () => {
    expect(renderMarkdown('**Never** ask for `kms:*` or `*.wt`, *ever*.', 80)).toEqual([
      'Never ask for `kms:*` or `*.wt`, ever.',
    ])
  })

  test('indents what follows the mark of a list', () => {
    expect(renderMarkdown('- one two three\n- four', 9)).toEqual(['- one two', '  three', '- four'])
    expect(renderMarkdown('1. one two\n2. three', 8)).toEqual(['1. one', '   two', '2. three'])
  })

  test('keeps blank lines within a command', () => {
    expect(renderMarkdown('Do:\n\n```sh\na\n\nb\n```', 80)).toEqual(['Do:', '', '    a', '', '    b'])
  })
})
