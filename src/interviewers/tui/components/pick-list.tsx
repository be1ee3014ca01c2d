import { Box, Text } from 'ink'
import type { Option } from '../../../restore/interview.ts'
import { styles } from '../theme.ts'
import { plain } from '../../plain.ts'
import { PlainText } from './plain-text.tsx'

interface PickListProps {
  readonly options: readonly Option[]
  /** The option under the cursor, where there is one. */
  readonly index: number | undefined
  /** How many options may stand on the screen at once. */
  readonly rows: number
}

const widestLabel = 36

/** A list with a cursor; of a long one, the part around the cursor. */
export function PickList({ options, index, rows }: PickListProps) {
  const count = Math.min(options.length, rows)
  const first = Math.max(0, Math.min((index ?? 0) - Math.floor(count / 2), options.length - count))
  // Only hints are lined up by this: a label with wide characters pushes its own hint, and nothing else.
  const labelWidth = Math.min(widestLabel, Math.max(...options.map(({ label }) => label.length)))
  return (
    <Box flexDirection="column" flexShrink={0}>
      {options.slice(first, first + count).map((option, offset) => (
        <OptionRow
          key={option.value}
          option={option}
          labelWidth={labelWidth}
          cursor={first + offset === index ? 'here' : 'elsewhere'}
        />
      ))}
      {count < options.length && (
        <Text {...styles.quiet}>
          {'  '}
          {(index ?? 0) + 1} of {options.length}
        </Text>
      )}
    </Box>
  )
}

interface OptionRowProps {
  readonly option: Option
  readonly labelWidth: number
  readonly cursor: 'here' | 'elsewhere'
}

function OptionRow({ option, labelWidth, cursor }: OptionRowProps) {
  const { label, hint, disabled } = option
  const isHere = cursor === 'here'
  const beside = disabled === undefined ? hint : `not now: ${disabled}`
  const look = disabled === undefined ? (isHere ? styles.chosen : {}) : styles.quiet
  return (
    <Box columnGap={2}>
      <Box flexShrink={beside === undefined ? 1 : 0}>
        <Text {...look}>
          {isHere ? '❯' : ' '} {plain(label).padEnd(beside === undefined ? 0 : labelWidth)}
        </Text>
      </Box>
      {beside !== undefined && <PlainText {...styles.quiet}>{beside}</PlainText>}
    </Box>
  )
}
