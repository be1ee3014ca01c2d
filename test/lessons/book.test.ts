import { spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codePattern, listCodes } from '../../src/lessons/codes.ts'
import { glossaryPage, parseGlossary, readGlossary } from '../../src/lessons/glossary.ts'
import {
  chapters,
  listLessons,
  parseChapter,
  readLesson,
  readPage,
  sections,
} from '../../src/lessons/lesson.ts'
import { stepNames } from '../../src/lib/failure.ts'
import { packageRoot } from '../../src/lib/package-root.ts'
import { definitions } from '../../src/restore/questions.ts'

/** The flags of mongod.md's command. */
const mongodFlags = [
  'dbpath',
  'port',
  'bind_ip',
  'enableEncryption',
  'kmipServerName',
  'kmipPort',
  'kmipServerCAFile',
  'kmipClientCertificateFile',
  'kmipActivateKeys',
  'directoryperdb',
  'wiredTigerDirectoryForIndexes',
  'logpath',
  'logappend',
  'pidfilepath',
  'setParameter',
]

describe('the book has a lesson for', () => {
  test.each(stepNames)('the step %s', async step => expect(await readLesson(step)).toBeDefined())
  test.each(definitions)('the question $id', async ({ id }) => expect(await readLesson(id)).toBeDefined())
  test.each(mongodFlags)('--%s of mongod', async flag => {
    expect((await readLesson(`flag-${flag.toLowerCase()}`))?.title).toContain(`--${flag}`)
  })

  test('every error code that stands in the sources', async () => {
    const known = new Set((await listCodes()).map(({ code }) => code))
    const used = await codesIn(join(packageRoot(), 'src'))
    expect([...used].filter(code => !known.has(code))).toEqual([])
    expect(used.size).toBeGreaterThan(0)
  })
})

test('every code that a lesson mentions has one itself', async () => {
  const known = new Set((await listCodes()).map(({ code }) => code))
  const book = (await Promise.all([...chapters, glossaryPage].map(readPage))).join('\n')
  expect([...book.matchAll(codePattern)].map(([code]) => code).filter(code => !known.has(code))).toEqual([])
})

test('the folder of lessons holds the chapters and the glossary, and nothing else', async () => {
  const files = await readdir(join(packageRoot(), 'assets', 'lessons'))
  expect(files.sort()).toEqual([...chapters, glossaryPage].map(name => `${name}.md`).sort())
})

test('every command of the book can be read by a shell, once its values are filled in', async () => {
  const commands = (await listLessons()).flatMap(({ byHand }) =>
    [...byHand.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, command = '']) =>
      command.replaceAll(/<[^<>\n]+>/g, 'x'),
    ),
  )
  expect(commands.length).toBeGreaterThan(50)
  const { stderr, status } = spawnSync('bash', ['-n'], { input: commands.join('\n'), encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
})

test('codes stand in the order of their numbers, family by family', async () => {
  const codes = (await listCodes()).map(({ code }) => code)
  const families = [...new Set(codes.map(code => code.replace(/-\d+$/, '')))]
  expect(families).toEqual(['SNAP', 'CRED', 'PROXY', 'MONGOD', 'CHECK', 'SESSION', 'USAGE'])
  expect(codes).toEqual(
    families.flatMap(family => codes.filter(code => code.startsWith(`${family}-`)).sort()),
  )
})

test('a lesson is short enough to be read in an incident: no section of a code has more than 75 words', async () => {
  const long = (await listLessons())
    .filter(({ id }) => id.match(codePattern) !== null)
    .flatMap(lesson =>
      sections.map(([key]) => ({ id: lesson.id, key, words: lesson[key].split(/\s+/).length })),
    )
    .filter(({ words }) => words > 75)
  expect(long).toEqual([])
})

test('the glossary is in alphabetical order and names nothing twice', async () => {
  const terms = await readGlossary()
  const first = terms.map(({ names }) => names[0]?.toLowerCase() ?? '')
  expect(first).toEqual([...first].sort())
  const all = terms.flatMap(({ names }) => names)
  expect(new Set(all).size).toBe(all.length)
})

describe('the parser refuses', () => {
  const lesson = [
    '## CRED-003 · A title',
    '**What happens.** This.',
    '**Why.** That.',
    '**What can go wrong.** Much.',
    '**By hand.** A command:',
    '```sh\nls\n```',
  ]
  const chapter = (...parts: readonly string[]) => ['# Codes', 'An introduction.', ...parts].join('\n\n')

  test('nothing of a good chapter', () => {
    const [read] = parseChapter('codes', chapter(...lesson))
    expect(read).toEqual({
      id: 'CRED-003',
      chapter: 'Codes',
      title: 'A title',
      happens: 'This.',
      why: 'That.',
      wrong: 'Much.',
      byHand: 'A command:\n\n```sh\nls\n```',
    })
  })

  test.each([
    ['a section that is missing', chapter(...lesson.filter(part => !part.includes('Why')))],
    ['sections in another order', chapter(lesson[0]!, lesson[2]!, lesson[1]!, lesson[3]!, lesson[4]!)],
    ['an empty section', chapter(...lesson.map(part => (part.includes('Why') ? '**Why.**' : part)))],
    ['an id that is none', chapter(lesson[0]!.replace('CRED-003', 'Cred 3'), ...lesson.slice(1))],
    ['a title that ends in a full stop', chapter(`${lesson[0]!}.`, ...lesson.slice(1))],
  ])('%s, and names the lesson', (_, text) =>
    expect(() => parseChapter('codes', text)).toThrow(/codes\.md: “C/i),
  )

  test('a chapter without a title', () => {
    expect(() => parseChapter('codes', lesson.join('\n\n'))).toThrow('codes.md does not begin with a title')
  })

  test('a glossary with a paragraph that explains no term', () => {
    expect(() => parseGlossary('# Glossary\n\nA CMK is a key.')).toThrow('no term in “A CMK is a key.”')
  })
})

async function codesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sources = entries.filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
  const texts = await Promise.all(
    sources.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  )
  return new Set(texts.flatMap(text => [...text.matchAll(codePattern)].map(([code]) => code)))
}
