import { Box, Text, useBoxMetrics, type DOMElement } from 'ink'
import { useRef, type ReactNode } from 'react'
import { ruleColour, styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

interface TitledBoxProps {
  readonly title: string
  /** Stands in the lower border, cut where it does not fit. */
  readonly foot?: string | undefined
  readonly children: ReactNode
}

/** A box that names itself in its border. Its content gives way when the screen is short; the border does not. */
export function TitledBox({ title, foot, children }: TitledBoxProps) {
  const frame = useRef<DOMElement>(null)
  const content = useRef<DOMElement>(null)
  const isCut = useBoxMetrics(content).height > useBoxMetrics(frame).clientHeight
  return (
    <Box flexDirection="column" flexShrink={1} marginX={1}>
      <Box
        ref={frame}
        flexDirection="column"
        flexShrink={1}
        overflow="hidden"
        borderStyle="round"
        borderColor={ruleColour}
        paddingX={1}
      >
        <Box ref={content} flexDirection="column" flexShrink={0}>
          {children}
        </Box>
      </Box>
      <Box position="absolute" top={0} left={1} right={2}>
        <Text bold wrap="truncate-end">{` ${title} `}</Text>
      </Box>
      {isCut && (
        <Box position="absolute" top={0} right={2}>
          <Text {...styles.quiet}> ? shows all of it </Text>
        </Box>
      )}
      {foot !== undefined && (
        <Box position="absolute" bottom={0} left={1} right={2}>
          <PlainText wrap="truncate-end">{` ${foot} `}</PlainText>
        </Box>
      )}
    </Box>
  )
}
