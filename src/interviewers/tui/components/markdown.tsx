import { Box, Text } from 'ink'
import { blocksOf, spansOf, type Block, type Span } from '../../../lessons/markdown.ts'
import { styles } from '../theme.ts'
import { Prose } from './plain-text.tsx'

const looks = {
  plain: {},
  code: styles.code,
  bold: { bold: true },
  italic: { italic: true },
} as const satisfies Record<Span['style'], object>

/** A lesson's Markdown, wrapped to the room there is. */
export function Markdown({ children }: { readonly children: string }) {
  const blocks = blocksOf(children)
  return (
    <Box flexDirection="column">
      {blocks.map((block, index) => {
        const isInList = block.kind === 'item' && blocks[index - 1]?.kind === 'item'
        return (
          <Box key={index} marginTop={index === 0 || isInList ? 0 : 1} flexShrink={0}>
            <OneBlock block={block} />
          </Box>
        )
      })}
    </Box>
  )
}

function OneBlock({ block }: { readonly block: Block }) {
  if (block.kind === 'code') {
    return (
      <Box paddingLeft={2}>
        <Text {...styles.code}>{block.text}</Text>
      </Box>
    )
  }
  const text = (
    <Prose>
      {spansOf(block.text).map((span, index) => (
        <Text key={index} {...looks[span.style]}>
          {span.text}
        </Text>
      ))}
    </Prose>
  )
  if (block.kind === 'paragraph') return text
  return (
    <>
      <Box flexShrink={0}>
        <Text> {block.marker === '-' ? '•' : block.marker} </Text>
      </Box>
      {text}
    </>
  )
}
