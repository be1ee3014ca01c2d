import { Box, Text, useAnimation } from 'ink'
import { formatBytes, formatCount } from '../../../lib/format.ts'
import type { RestoreEvent } from '../../../restore/interview.ts'
import { patience, styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'

type Progress = Extract<RestoreEvent, { readonly type: 'progress' }>

const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const barWidth = 24

interface WorkProps {
  /** What is being done, where no progress says it. */
  readonly doing: string
  readonly progress: Progress | undefined
}

/** That something is going on, for how long, and how far it is where that is known. */
export function Work({ doing, progress }: WorkProps) {
  const { frame, time } = useAnimation({ interval: 100 })
  if (progress === undefined && time < patience) return null
  return (
    <Box flexDirection="column" flexShrink={0} paddingX={2}>
      <Box columnGap={1}>
        <Box flexShrink={0}>
          <Text {...styles.busy}>{spinner[frame % spinner.length]}</Text>
        </Box>
        <PlainText wrap="truncate-end">{progress?.message ?? doing}</PlainText>
        <Box flexShrink={0}>
          <Text {...styles.quiet}>{elapsedClock(time)}</Text>
        </Box>
      </Box>
      {progress !== undefined && <HowFar progress={progress} />}
    </Box>
  )
}

function HowFar({ progress: { done, total, unit } }: { readonly progress: Progress }) {
  const amount = (count: number) => (unit === 'bytes' ? formatBytes(count) : formatCount(count))
  const unitName = unit === 'bytes' ? '' : ` ${unit}`
  if (total === undefined) {
    return (
      <Text {...styles.quiet}>
        {'  '}
        {amount(done)}
        {unitName}
      </Text>
    )
  }
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.floor(share * barWidth)
  return (
    <Text>
      {'  '}
      <Text {...styles.busy}>{'█'.repeat(filled)}</Text>
      <Text {...styles.quiet}>{'░'.repeat(barWidth - filled)}</Text>
      {`${Math.floor(share * 100)} %`.padStart(6)} · {amount(done)} of {amount(total)}
      {unitName}
    </Text>
  )
}

/** `0:07`, `12:31`, `1:02:03` */
export function elapsedClock(millis: number): string {
  const seconds = Math.floor(millis / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return hours === 0
    ? `${minutes}:${two(seconds % 60)}`
    : `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`
}
