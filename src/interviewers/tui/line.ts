/** A line of text that is being edited. `cursor` is an index into `text`, always between two graphemes. */
export interface Line {
  readonly text: string
  readonly cursor: number
}

export const emptyLine: Line = { text: '', cursor: 0 }

export function lineOf(text: string): Line {
  return { text, cursor: text.length }
}

export function insert({ text, cursor }: Line, typed: string): Line {
  return { text: text.slice(0, cursor) + typed + text.slice(cursor), cursor: cursor + typed.length }
}

/** The keys that readline has taught everybody's fingers. */
export const edits = {
  'cursor-left': ({ text, cursor }) => ({ text, cursor: before(text, cursor) }),
  'cursor-right': ({ text, cursor }) => ({ text, cursor: after(text, cursor) }),
  'cursor-start': ({ text }) => ({ text, cursor: 0 }),
  'cursor-end': ({ text }) => lineOf(text),
  'erase-left': ({ text, cursor }) => cut(text, before(text, cursor), cursor),
  'erase-right': ({ text, cursor }) => cut(text, cursor, after(text, cursor)),
  'erase-word': ({ text, cursor }) => cut(text, startOfWord(text, cursor), cursor),
  'erase-to-start': ({ text, cursor }) => cut(text, 0, cursor),
  'erase-to-end': ({ text, cursor }) => cut(text, cursor, text.length),
} as const satisfies Record<string, (line: Line) => Line>

export type Edit = keyof typeof edits

export function isEdit(action: string): action is Edit {
  return Object.hasOwn(edits, action)
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What a reader takes for one character: `é` and `👩‍🚀` are one each, however many code points they have. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function cut(text: string, from: number, to: number): Line {
  return { text: text.slice(0, from) + text.slice(to), cursor: from }
}

function before(text: string, cursor: number): number {
  return cursor - (graphemes(text.slice(0, cursor)).at(-1)?.length ?? 0)
}

function after(text: string, cursor: number): number {
  return cursor + (graphemes(text.slice(cursor))[0]?.length ?? 0)
}

/** Words end at blanks and at slashes: the folder, and not the whole path, is what one wants to type again. */
function startOfWord(text: string, cursor: number): number {
  return text.slice(0, cursor).replace(/[^\s/]*[\s/]*$/, '').length
}
