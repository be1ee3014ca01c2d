import type { Lesson } from '../../../lessons/lesson.ts'
import { Box, Text } from 'ink'
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

/** Why this is asked or done, in as many lines as there is room for; `?` has all of it. */
export function WhyBox({ lesson, byHand }: WhyBoxProps) {
  return (
    <TitledBox title="Why" foot={footOf(byHand)}>
      <Markdown>{lesson.why}</Markdown>
    </TitledBox>
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
