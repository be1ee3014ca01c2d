import { Box, Text, useBoxMetrics, type DOMElement } from 'ink'
import { useEffect, useRef, type ReactNode } from 'react'
import { styles } from '../theme.ts'

interface ScrollProps {
  /** Rows scrolled away. */
  readonly offset: number
  /** Told how many rows there is no room for, and how many are seen at once. */
  readonly onMeasure: (hidden: number, page: number) => void
  readonly children: ReactNode
}

/** Content that may be taller than the room that is left for it: it is cut, says so, and can be scrolled. */
export function Scroll({ offset, onMeasure, children }: ScrollProps) {
  const frame = useRef<DOMElement>(null)
  const content = useRef<DOMElement>(null)
  const room = useBoxMetrics(frame).height
  const { height } = useBoxMetrics(content)
  // Below two rows there is none to spare for saying so: and Yoga finds no height at all in a room of none.
  const saysSo = height > room && room > 1
  const page = saysSo ? room - 1 : room
  const hidden = Math.max(0, height - page)
  const top = Math.min(offset, hidden)
  useEffect(() => onMeasure(hidden, page), [onMeasure, hidden, page])
  useEffect(() => () => onMeasure(0, 0), [onMeasure])
  return (
    <Box ref={frame} flexDirection="column" flexShrink={1} overflow="hidden">
      <Box flexDirection="column" flexShrink={1} overflow="hidden" contentOffsetY={top}>
        <Box ref={content} flexDirection="column" flexShrink={0}>
          {children}
        </Box>
      </Box>
      {saysSo && (
        <Box flexShrink={0} paddingLeft={1}>
          <Text {...styles.quiet}>{moreText(top, hidden - top)}</Text>
        </Box>
      )}
    </Box>
  )
}

function moreText(above: number, below: number): string {
  const lines = (count: number) => `${count} more ${count === 1 ? 'line' : 'lines'}`
  if (below === 0) return `↑ ${lines(above)} · PgUp`
  return above === 0 ? `↓ ${lines(below)} · PgDn` : `↑ ${above} · ↓ ${lines(below)} · PgUp PgDn`
}
