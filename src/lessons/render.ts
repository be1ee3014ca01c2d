import type { Term } from './glossary.ts'
import { sections, type Lesson } from './lesson.ts'
import { blocksOf, spansOf, type Block } from './markdown.ts'

/** A lesson as plain text for a terminal of this width: each section under its name. */
export function renderLesson(lesson: Lesson, width: number): string {
  const heading = wrap(`${lesson.id}: ${lesson.title}`, width)
  const body = sections.flatMap(([key, name]) => [
    '',
    name,
    ...indent(renderMarkdown(lesson[key], width - 2), '  '),
  ])
  return [...heading, ...body].join('\n')
}

/** A term of the glossary as plain text. */
export function renderTerm(term: Term, width: number): string {
  return [term.names.join(', '), ...indent(renderMarkdown(term.definition, width - 2), '  ')].join('\n')
}

/**
 * Lines of plain text for the Markdown of a lesson: paragraphs and lists are wrapped, emphasis is dropped, and code
 * blocks stay as they are, however long, so that a command can be copied whole.
 */
export function renderMarkdown(markdown: string, width: number): readonly string[] {
  return blocksOf(markdown).flatMap((block, place, all) => {
    const isInList = block.kind === 'item' && all[place - 1]?.kind === 'item'
    return [...(place === 0 || isInList ? [] : ['']), ...renderBlock(block, width)]
  })
}

function renderBlock(block: Block, width: number): readonly string[] {
  if (block.kind === 'code') return indent(block.text.split('\n'), '    ')
  const marker = block.kind === 'item' ? `${block.marker} ` : ''
  const [first = '', ...rest] = wrap(inPlainText(block.text), width - marker.length)
  return [marker + first, ...indent(rest, ' '.repeat(marker.length))]
}

/** Without emphasis; code keeps its back quotes, which show where a command begins and ends. */
function inPlainText(text: string): string {
  return spansOf(text)
    .map(span => (span.style === 'code' ? `\`${span.text}\`` : span.text))
    .join('')
}

/** Lines of at most `width` characters, broken at white space; a longer word has a line to itself. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

function indent(lines: readonly string[], by: string): readonly string[] {
  return lines.map(line => (line === '' ? '' : by + line))
}
