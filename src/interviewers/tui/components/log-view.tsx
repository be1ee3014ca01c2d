import { Box, Text } from 'ink'
import { useEffect } from 'react'
import { readLogLine, type LogLine } from '../log-line.ts'
import { styles } from '../theme.ts'
import { useTail } from '../use-tail.ts'
import { PlainText } from './plain-text.tsx'

const looks = {
  usual: {},
  warning: styles.warning,
  error: styles.bad,
} as const satisfies Record<LogLine['gravity'], object>

interface LogViewProps {
  readonly path: string
  /** Lines between the end of the log and the last one seen. */
  readonly above: number
  /** Rows of the screen that it fills. */
  readonly rows: number
  readonly onMeasure: (hidden: number, page: number) => void
}

/** The end of a log, as it grows; or a part further up. */
export function LogView({ path, above, rows, onMeasure }: LogViewProps) {
  const lines = useTail(path, above === 0 ? 'follow' : 'hold')
  const hidden = Math.max(0, lines.length - rows)
  useEffect(() => onMeasure(hidden, rows), [onMeasure, hidden, rows])
  useEffect(() => () => onMeasure(0, 0), [onMeasure])
  const last = lines.length - Math.min(above, hidden)
  return (
    <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
      <Box flexShrink={0} paddingX={1}>
        <PlainText {...styles.quiet} wrap="truncate-middle">
          {`${path} · ${above === 0 ? 'following its end' : `${above} lines above its end`}`}
        </PlainText>
      </Box>
      <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden" justifyContent="flex-end">
        {lines.length === 0 && <Text {...styles.quiet}> Nothing is written there yet</Text>}
        {lines.slice(Math.max(0, last - rows), last).map((line, index) => {
          const { text, gravity } = readLogLine(line)
          return (
            <Box key={last - rows + index} flexShrink={0} paddingX={1}>
              <PlainText {...looks[gravity]}>{text}</PlainText>
            </Box>
          )
        })}
      </Box>
    </Box>
  )
}
