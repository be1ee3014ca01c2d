import { readPage } from './lesson.ts'

/** A word of the field and what it means here. */
export interface Term {
  /** All that it is called, the usual name first: `CMK`, `customer master key`. */
  readonly names: readonly string[]
  /** One Markdown paragraph. */
  readonly definition: string
}

export const glossaryPage = 'glossary'

/** The terms of the glossary, in alphabetical order. Throws `TypeError` when the installed page is broken. */
export async function readGlossary(): Promise<readonly Term[]> {
  return parseGlossary(await readPage(glossaryPage))
}

/** The terms of a page: a title, then paragraphs of the shape `**name**, **other name**: definition`. */
export function parseGlossary(text: string): readonly Term[] {
  const [title = '', ...paragraphs] = text.trimEnd().split(/\n{2,}/)
  if (!/^# \S/.test(title)) throw new TypeError('The glossary does not begin with a title')
  return paragraphs.map(paragraph => {
    const found = /^(\*\*[^*\n]+\*\*(?:, \*\*[^*\n]+\*\*)*): (\S.*)$/s.exec(paragraph)
    if (found === null) throw new TypeError(`The glossary has no term in “${paragraph.slice(0, 40)}”`)
    const [, names = '', definition = ''] = found
    return { names: names.slice(2, -2).split('**, **'), definition }
  })
}
