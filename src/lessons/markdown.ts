/** As much Markdown as the lessons use: paragraphs, lists, fenced code; code, bold, italics and links inside a line. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly marker: string; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }

export interface Span {
  readonly style: 'plain' | 'code' | 'bold' | 'italic'
  readonly text: string
}

const fence = '```'
const listItem = /^\s*(?<marker>[-*]|\d+\.)\s+(?<text>.*)$/

/** The blocks of a text; lines of one paragraph or item are joined. */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  let code: string[] | undefined
  let isOpen = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith(fence)) {
      if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n') })
      code = code === undefined ? [] : undefined
      isOpen = false
    } else if (code !== undefined) {
      code.push(line)
    } else if (line.trim() === '') {
      isOpen = false
    } else {
      const item = listItem.exec(line)?.groups
      const last = blocks.at(-1)
      if (item !== undefined) {
        const marker = item.marker === '*' ? '-' : (item.marker ?? '-')
        blocks.push({ kind: 'item', marker, text: item.text ?? '' })
      } else if (isOpen && last !== undefined) {
        blocks[blocks.length - 1] = { ...last, text: `${last.text} ${line.trim()}` }
      } else {
        blocks.push({ kind: 'paragraph', text: line.trim() })
      }
      isOpen = true
    }
  }
  return blocks
}

const inline =
  /`(?<code>[^`]+)`|\*\*(?<bold>[^*]+)\*\*|\*(?<italic>[^*]+)\*|\[(?<link>[^\]]+)\]\((?<url>[^)]+)\)/g

/** A line's parts by how they look. A link shows where it leads. */
export function spansOf(text: string): readonly Span[] {
  const spans: Span[] = []
  let end = 0
  const add = (style: Span['style'], part: string) => {
    if (part !== '') spans.push({ style, text: part })
  }
  for (const match of text.matchAll(inline)) {
    add('plain', text.slice(end, match.index))
    const { code, bold, italic, link, url } = match.groups ?? {}
    if (code !== undefined) add('code', code)
    else if (bold !== undefined) add('bold', bold)
    else if (italic !== undefined) add('italic', italic)
    else add('plain', `${link ?? ''} (${url ?? ''})`)
    end = match.index + match[0].length
  }
  add('plain', text.slice(end))
  return spans
}
