import { glossaryPage, readGlossary } from './glossary.ts'
import { chapters, listLessons, readPage } from './lesson.ts'
import { bareName, nearestNames } from './names.ts'
import { renderLesson, renderMarkdown, renderTerm } from './render.ts'

/** What the book has on a topic, or the topics that may have been meant, the likeliest first. */
export type Explanation =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'unknown'; readonly suggestions: readonly string[] }

/** Something that can be explained, under any of its names. */
interface Topic {
  readonly names: readonly string[]
  readonly render: (width: number) => string
}

/**
 * Everything that goes by this name, as plain text of this width: steps, questions, flags of mongod, error codes, words
 * of the glossary. Names are compared as `bareName` has them.
 */
export async function explain(topic: string, width: number): Promise<Explanation> {
  const topics = await listTopics()
  const wanted = bareName(topic)
  const found = topics.filter(({ names }) => names.some(name => bareName(name) === wanted))
  if (found.length > 0)
    return { kind: 'found', text: found.map(({ render }) => render(width)).join('\n\n\n') }
  return { kind: 'unknown', suggestions: nearestNames(topic, new Set(topics.flatMap(({ names }) => names))) }
}

/** Every topic of the book on a line of its own, by chapter, then the words of the glossary. */
export async function contents(width: number): Promise<string> {
  const lessons = await listLessons()
  const column = Math.max(...lessons.map(({ id }) => id.length)) + 2
  const parts = Map.groupBy(lessons, ({ chapter }) => chapter)
  const words = (await readGlossary()).map(({ names }) => names[0]).join(', ')
  return [
    ...Array.from(parts, ([chapter, part]) =>
      [chapter, ...part.map(({ id, title }) => `  ${id.padEnd(column)}${title}`)].join('\n'),
    ),
    ['Glossary', ...renderMarkdown(words, width - 2).map(line => `  ${line}`)].join('\n'),
  ].join('\n\n')
}

/** The whole book as one Markdown document, the glossary last. */
export async function book(): Promise<string> {
  return (await Promise.all([...chapters, glossaryPage].map(readPage))).join('\n')
}

async function listTopics(): Promise<readonly Topic[]> {
  const [lessons, terms] = await Promise.all([listLessons(), readGlossary()])
  return [
    ...lessons.map(lesson => ({
      names: [lesson.id.replace(/^flag-/, ''), lesson.id],
      render: (width: number) => renderLesson(lesson, width),
    })),
    ...terms.map(term => ({ names: term.names, render: (width: number) => renderTerm(term, width) })),
  ]
}
