import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../lib/package-root.ts'

/** One entry of the book in assets/lessons: a step, a question, a flag of mongod, or an error code. */
export interface Lesson {
  /** `snapshot`, `kmip-port`, `flag-kmipport`, `CRED-003`. */
  readonly id: string
  /** The title of the chapter that it stands in. */
  readonly chapter: string
  /** One line, without a full stop. */
  readonly title: string
  /** What happens, in Markdown paragraphs; so are the next three. */
  readonly happens: string
  readonly why: string
  /** What can go wrong. */
  readonly wrong: string
  /** What an operator without snapthaw would do: prose, then the commands in a fenced block where there are any. */
  readonly byHand: string
}

/** The four sections of every lesson, in their order, with their names in the book and on every screen. */
export const sections = [
  ['happens', 'What happens'],
  ['why', 'Why'],
  ['wrong', 'What can go wrong'],
  ['byHand', 'By hand'],
] as const satisfies readonly (readonly [keyof Lesson, string])[]

/** The files of assets/lessons that hold lessons, in the order of the book. */
export const chapters = [
  'steps',
  'questions',
  'mongod-flags',
  'codes-snapshot',
  'codes-credentials',
  'codes-proxy',
  'codes-mongod',
  'codes-check',
  'codes-session-and-usage',
] as const

let book: Promise<ReadonlyMap<string, Lesson>> | undefined

/** The lesson with exactly this id, or undefined. Throws `TypeError` when the installed book is broken. */
export async function readLesson(id: string): Promise<Lesson | undefined> {
  book ??= readBook()
  return (await book).get(id)
}

/** Every lesson, in the order of the book. */
export async function listLessons(): Promise<readonly Lesson[]> {
  book ??= readBook()
  return [...(await book).values()]
}

/** The text of a file of assets/lessons, named without its extension. */
export function readPage(name: string): Promise<string> {
  return readFile(join(packageRoot(), 'assets', 'lessons', `${name}.md`), 'utf8')
}

async function readBook(): Promise<ReadonlyMap<string, Lesson>> {
  const pages = await Promise.all(chapters.map(async name => parseChapter(name, await readPage(name))))
  const lessons = new Map<string, Lesson>()
  for (const lesson of pages.flat()) {
    if (lessons.has(lesson.id)) throw new TypeError(`Two lessons are called ${lesson.id}`)
    lessons.set(lesson.id, lesson)
  }
  return lessons
}

const shapeOfChapter = /^# (\S.*)\n\n\S/
const shapeOfLesson = new RegExp(
  [
    String.raw`^(?<id>[a-z][a-z0-9_-]*|[A-Z]+-\d{3}) · (?<title>\S[^\n]*[^\s.])`,
    ...sections.map(([key, name]) => String.raw`\*\*${name}\.\*\*\s+(?<${key}>\S.*?)`),
  ].join(String.raw`\n\n`) + String.raw`\n*$`,
  's',
)

/**
 * The lessons of a chapter: a title `# …`, an introduction, then for each lesson a heading `## id · title` and the
 * four sections in their order, each opened by its name in bold. Throws `TypeError` naming what has another shape.
 */
export function parseChapter(name: string, text: string): readonly Lesson[] {
  const [, chapter] = shapeOfChapter.exec(text) ?? []
  if (chapter === undefined) throw new TypeError(`${name}.md does not begin with a title and an introduction`)
  const [, ...parts] = text.split(/^## /m)
  return parts.map(part => {
    const found = shapeOfLesson.exec(part)?.groups
    if (found === undefined) {
      throw new TypeError(`${name}.md: “${part.split('\n', 1)[0] ?? ''}” has not the shape of a lesson`)
    }
    const { id = '', title = '', happens = '', why = '', wrong = '', byHand = '' } = found
    return { id, chapter, title, happens, why, wrong, byHand }
  })
}
