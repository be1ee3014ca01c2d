import { Box, Text } from 'ink'
import { counted, formatBytes, formatDuration } from '../../../lib/format.ts'
import type { RestoreEvent } from '../../../restore/interview.ts'
import { connectionLines } from '../farewell.ts'
import { styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

interface ReadyPanelProps {
  readonly ready: Extract<RestoreEvent, { readonly type: 'ready' }>
}

/** The end of the way: how to reach the data, and what there is. */
export function ReadyPanel({ ready }: ReadyPanelProps) {
  const { mongodVersion, pid, millis, databases } = ready
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text>
        <Text {...styles.good}>✔ Ready</Text> after {formatDuration(millis)} · MongoDB {mongodVersion} · pid{' '}
        {pid}
      </Text>
      <Box flexDirection="column" marginTop={1}>
        {connectionLines(ready).map(line => (
          <PlainText key={line} {...styles.code}>
            {line}
          </PlainText>
        ))}
      </Box>
      <Box flexDirection="column" marginTop={1}>
        {databases.map(({ name, collections, documents, sizeOnDisk }) => (
          <Box key={name} columnGap={2}>
            <Box minWidth={12} flexShrink={0}>
              <PlainText>{name}</PlainText>
            </Box>
            <Text {...styles.quiet}>
              {counted(collections, 'collection')} · {counted(documents, 'document')} ·{' '}
              {formatBytes(sizeOnDisk)}
            </Text>
          </Box>
        ))}
      </Box>
    </Box>
  )
}
