import { Box, Text } from 'ink'
import { footerOf, type Binding } from '../keys.ts'
import { styles } from '../theme.ts'

interface FooterProps {
  readonly bindings: readonly Binding[]
  readonly columns: number
}

const margin = 2

/** The keys that mean something now. */
export function Footer({ bindings, columns }: FooterProps) {
  const gap = columns < 80 ? 2 : 3
  const shown = footerOf(bindings, columns - 2 * margin, gap)
  return (
    <Box flexShrink={0} paddingX={margin} marginTop={1}>
      <Text wrap="truncate-end">
        {shown.map(({ keys, label }, index) => (
          <Text key={keys}>
            {' '.repeat(index === 0 ? 0 : gap)}
            <Text {...styles.key}>{keys}</Text> <Text {...styles.quiet}>{label}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  )
}
