import { Box } from 'ink'
import type { ReasonedArgument, RestoreEvent } from '../../../restore/interview.ts'
import { shellQuote } from '../../../lib/shell-quote.ts'
import { commandText } from '../command-text.ts'
import { styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

/** Arguments up to this wide have their reason beside them, others below. */
const besideUpTo = 34

interface CommandPanelProps {
  readonly command: Extract<RestoreEvent, { readonly type: 'command' }>
}

/** A command before it is run: what for, and why each of its arguments is there. */
export function CommandPanel({ command: { purpose, argv, reasons } }: CommandPanelProps) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      <PlainText {...styles.title}>{purpose}</PlainText>
      <Box flexDirection="column" paddingLeft={2}>
        {reasons === undefined ? (
          <PlainText {...styles.code}>{commandText(argv)}</PlainText>
        ) : (
          <>
            <PlainText {...styles.code}>{shellQuote(argv[0] ?? '')}</PlainText>
            {reasons.map(reasoned => (
              <Reasoned key={reasoned.argument} {...reasoned} />
            ))}
          </>
        )}
      </Box>
    </Box>
  )
}

function Reasoned({ argument, reason }: ReasonedArgument) {
  const isShort = argument.length <= besideUpTo
  return (
    <Box flexDirection={isShort ? 'row' : 'column'} flexShrink={0} paddingLeft={2}>
      <Box minWidth={isShort ? besideUpTo + 2 : 0} flexShrink={0}>
        <PlainText {...styles.code}>{argument}</PlainText>
      </Box>
      <Box paddingLeft={isShort ? 0 : 4} flexShrink={1}>
        <PlainText {...styles.quiet}>{reason}</PlainText>
      </Box>
    </Box>
  )
}
