import { Box, Text } from 'ink'
import type { Lesson } from '../../../lessons/lesson.ts'
import type { FailureReport } from '../../../restore/interview.ts'
import { styles } from '../theme.ts'
import { Markdown } from './markdown.tsx'
import { PlainText } from './plain-text.tsx'

interface FailureExplainedProps {
  readonly failure: FailureReport
  /** The lesson of the failure's code. */
  readonly lesson: Lesson | undefined
}

/** What failed, how that can be seen, why it happens, and what to do. */
export function FailureExplained({ failure, lesson }: FailureExplainedProps) {
  const { code, message, remedy, evidence } = failure
  return (
    <Box flexDirection="column" flexShrink={0} rowGap={1}>
      <PlainText {...styles.bad} bold>
        {`✖ ${message} (${code})`}
      </PlainText>
      {evidence.length > 0 && (
        <Box
          flexDirection="column"
          borderStyle="single"
          borderTop={false}
          borderBottom={false}
          borderRight={false}
          borderDimColor
          paddingLeft={1}
        >
          {evidence.map((line, index) => (
            <PlainText key={index}>{line}</PlainText>
          ))}
        </Box>
      )}
      <Box flexDirection="column">
        <Text bold>What to do</Text>
        <PlainText>{remedy}</PlainText>
      </Box>
      {lesson !== undefined && (
        <Box flexDirection="column">
          <Text bold>Why it happens</Text>
          <Markdown>{lesson.why}</Markdown>
        </Box>
      )}
    </Box>
  )
}
