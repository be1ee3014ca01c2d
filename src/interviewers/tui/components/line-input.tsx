import { Box, Text, useAnimation } from 'ink'
import { createContext, use } from 'react'
import type { LineControl } from '../control.ts'
import { graphemes } from '../line.ts'
import { patience, styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

/** Stands for a secret of any length: its length tells something about it. */
const dots = '••••••••'

/** How the cursor is drawn. Inverse is a colour to Ink: without colours the cursor is a bar. */
export const CaretShape = createContext<'block' | 'bar'>('block')

interface LineInputProps {
  readonly control: LineControl
  readonly shows: 'text' | 'dots'
  /** Shown while nothing is typed. */
  readonly placeholder: string
}

/** A line to type in. A long one is wrapped and never cut, so that a pasted path can be read to its end. */
export function LineInput({ control, shows, placeholder }: LineInputProps) {
  const { text, cursor } = control.line
  const isHidden = shows === 'dots' && text !== ''
  const before = isHidden ? dots : text.slice(0, cursor)
  const after = isHidden ? '' : text.slice(cursor)
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Box>
        <Box flexShrink={0} width={2}>
          <Text {...styles.chosen}>❯</Text>
        </Box>
        <Text wrap="hard">
          {before}
          <Caret on={after} />
          {text === '' && <Text {...styles.quiet}>{placeholder}</Text>}
        </Text>
      </Box>
      <Candidates names={control.candidates} />
      {control.checking && <Checking />}
    </Box>
  )
}

/** The cursor, and what stands from it on. */
function Caret({ on }: { readonly on: string }) {
  const shape = use(CaretShape)
  const under = graphemes(on)[0] ?? ''
  if (shape === 'bar') return <Text>▏{on}</Text>
  return (
    <Text>
      <Text inverse>{under === '' ? ' ' : under}</Text>
      {on.slice(under.length)}
    </Text>
  )
}

/** Most answers are looked at in no time, and nothing should flash up. */
function Checking() {
  const { time } = useAnimation({ interval: patience })
  return time < patience ? null : <Text {...styles.quiet}>{'  '}checking …</Text>
}

const mostCandidates = 12

function Candidates({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <Box flexWrap="wrap" columnGap={2} paddingLeft={2}>
      {names.slice(0, mostCandidates).map(name => (
        <PlainText key={name} {...styles.quiet} wrap="truncate-end">
          {name}
        </PlainText>
      ))}
      {names.length > mostCandidates && (
        <Text {...styles.quiet}>and {names.length - mostCandidates} more</Text>
      )}
    </Box>
  )
}
