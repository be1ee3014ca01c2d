import { Box, Text } from 'ink'
import type { Occasion } from '../../../restore/interview.ts'
import { ruleColour, styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

interface HeaderProps {
  readonly occasion: Occasion
  readonly home: string
}

/** Who speaks, about which snapshot, in which session; and in the sandbox, that nothing here is real. */
export function Header({ occasion, home }: HeaderProps) {
  const { command, simulated } = occasion
  const path = occasion.path()
  const session = occasion.sessionId()
  const about = [path && withTilde(path, home), session && `session ${session}`].filter(Boolean).join(' · ')
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box justifyContent="space-between" paddingX={1} columnGap={2}>
        <Box flexShrink={0}>
          <Text {...styles.title}>{command === 'restore' ? 'snapthaw' : `snapthaw ${command}`}</Text>
        </Box>
        <PlainText {...styles.quiet} wrap="truncate-middle">
          {about}
        </PlainText>
      </Box>
      <Box marginX={1} height={1} borderStyle="single" borderColor={ruleColour} {...onlyTop}>
        {simulated && (
          <Box position="absolute" top={-1} left={2}>
            <Text {...styles.sandbox}> PRACTICE: all of this is simulated, nothing real is touched </Text>
          </Box>
        )}
      </Box>
    </Box>
  )
}

const onlyTop = { borderBottom: false, borderLeft: false, borderRight: false } as const

/** `/home/me/restores/rs0` as its owner writes it: `~/restores/rs0`. */
export function withTilde(path: string, home: string): string {
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
