import type { Lesson } from '../../../lessons/lesson.ts'
import { Box, Text, useBoxMetrics, type DOMElement } from 'ink'
import { useRef } from 'react'
import { Markdown } from './markdown.tsx'
import { TitledBox } from './titled-box.tsx'

interface WhyBoxProps {
  readonly lesson: Lesson
  /** What would be done by hand at this question. */
  readonly byHand: string | undefined
}

function footOf(byHand: string | undefined): string | undefined {
  return byHand === undefined ? undefined : `By hand: ${byHand.replaceAll(/\s+/g, ' ')}`
}

/** A blank row above it, its border, and two lines: with less it would only take room. */
const leastRows = 5

/** Why this is asked or done, in the rows that everything else leaves; `?` has all of it. */
export function WhyBox({ lesson, byHand }: WhyBoxProps) {
  const room = useRef<DOMElement>(null)
  const { height } = useBoxMetrics(room)
  return (
    // Its height does not depend on what is drawn inside, or the two would chase each other.
    <Box ref={room} flexDirection="column" flexGrow={1} flexShrink={1} flexBasis={0} overflow="hidden">
      {height >= leastRows && (
        <Box flexDirection="column" flexShrink={1} marginTop={1}>
          <TitledBox title="Why" foot={footOf(byHand)}>
            <Markdown>{lesson.why}</Markdown>
          </TitledBox>
        </Box>
      )}
    </Box>
  )
}

/** The lesson as it stands beside the question on a wide screen. */
export function LessonBeside({ lesson, byHand }: WhyBoxProps) {
  return (
    <TitledBox title={lesson.title} foot={footOf(byHand)}>
      <LessonParts lesson={lesson} />
    </TitledBox>
  )
}

const parts = [
  ['What happens', 'happens'],
  ['Why', 'why'],
  ['What can go wrong', 'wrong'],
  ['By hand', 'byHand'],
] as const satisfies readonly (readonly [string, keyof Lesson])[]

/** A whole lesson. */
export function LessonParts({ lesson }: { readonly lesson: Lesson }) {
  return (
    <Box flexDirection="column" rowGap={1}>
      {parts.map(([title, part]) => (
        <Box key={part} flexDirection="column" flexShrink={0}>
          <Text bold>{title}</Text>
          <Markdown>{lesson[part]}</Markdown>
        </Box>
      ))}
    </Box>
  )
}
