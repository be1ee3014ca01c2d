import { Box, Text } from 'ink'
import { commandText } from '../command-text.ts'
import { styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'
import { Scroll } from './scroll.tsx'

interface CommandViewProps {
  readonly command: readonly string[] | string
  readonly offset: number
  readonly onMeasure: (hidden: number, page: number) => void
}

/** A command from the first column on and without a frame: what is selected with the mouse can be run as it is. */
export function CommandView({ command, offset, onMeasure }: CommandViewProps) {
  return (
    <>
      <Box flexShrink={0} paddingX={2} paddingBottom={1}>
        <Text {...styles.quiet}>
          Sent to the clipboard. Where the terminal does not take it (OSC 52 is often switched off), select it
          here:
        </Text>
      </Box>
      <Scroll offset={offset} onMeasure={onMeasure}>
        <PlainText wrap="hard" {...styles.code}>
          {commandText(command)}
        </PlainText>
      </Scroll>
    </>
  )
}
