import { Box, Text } from 'ink'
import type { Finding } from '../../../lib/failure.ts'
import { severityMarks, styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

const order: readonly Finding['severity'][] = ['error', 'warning', 'info']

/** What is worth saying about what was found, the worst first, each with what to do about it. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const worstFirst = order.flatMap(severity => findings.filter(finding => finding.severity === severity))
  return (
    <Box flexDirection="column" flexShrink={0}>
      {worstFirst.map(({ code, severity, message, remedy }, index) => {
        const mark = severityMarks[severity]
        return (
          <Box key={index} columnGap={1}>
            <Box flexShrink={0}>
              <Text {...styles[mark.style]}>
                {mark.glyph} {mark.word} {code}
              </Text>
            </Box>
            <Box flexDirection="column" flexShrink={1}>
              <PlainText>{message}</PlainText>
              <PlainText {...styles.quiet}>{`→ ${remedy}`}</PlainText>
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}
