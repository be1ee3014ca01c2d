import { Box, Text } from 'ink'
import { stepNames } from '../../../lib/failure.ts'
import { plain } from '../../plain.ts'
import type { TuiState } from '../state.ts'
import { outcome, stepMarks, stepTitles, styles } from '../theme.ts'

const titleWidth = 13

interface StepsProps {
  readonly steps: TuiState['steps']
}

/** The way through the restore, a line a step: its state as a glyph and a word, or what came of it. */
export function Steps({ steps }: StepsProps) {
  return (
    <Box flexDirection="column" flexShrink={0} paddingX={2}>
      {stepNames.map(name => {
        const { status } = steps[name]
        const { glyph, style } = stepMarks[status]
        return (
          <Text key={name} wrap="truncate-end">
            <Text {...styles[style]}>{glyph}</Text>{' '}
            <Text {...(status === 'started' ? styles.title : {})}>{stepTitles[name].padEnd(titleWidth)}</Text>{' '}
            <Text {...(status === 'done' ? {} : styles[style])}>{plain(outcome(steps[name]))}</Text>
          </Text>
        )
      })}
    </Box>
  )
}

/** The same on a line or two, for a short screen. */
export function StepsInBrief({ steps }: StepsProps) {
  return (
    <Box flexShrink={0} flexWrap="wrap" columnGap={2} paddingX={2}>
      {stepNames.map(name => {
        const { glyph, style } = stepMarks[steps[name].status]
        return (
          <Text key={name} {...styles[style]}>
            {glyph} {stepTitles[name]}
          </Text>
        )
      })}
    </Box>
  )
}
