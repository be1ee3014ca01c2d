import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { Lesson } from '../../../lessons/lesson.ts'
import type { FailureReport } from '../../../restore/interview.ts'
import type { Binding } from '../keys.ts'
import { styles } from '../theme.ts'
import { PlainText } from './plain-text.tsx'
import { Scroll } from './scroll.tsx'
import { LessonParts } from './why-box.tsx'

interface ExplainProps {
  readonly lesson: Lesson | undefined
  readonly failure: FailureReport | undefined
  readonly handout: readonly string[]
  /** The keys of the screen underneath. */
  readonly bindings: readonly Binding[]
  readonly offset: number
  readonly onMeasure: (hidden: number, page: number) => void
}

/** Everything there is to know about this moment: the lesson, the evidence, the sandbox's values, and every key. */
export function Explain({ lesson, failure, handout, bindings, offset, onMeasure }: ExplainProps) {
  return (
    <Scroll offset={offset} onMeasure={onMeasure}>
      <Box flexDirection="column" rowGap={1} paddingX={2}>
        {lesson !== undefined && (
          <Text {...styles.prompt}>
            {lesson.title} <Text {...styles.quiet}>({lesson.id})</Text>
          </Text>
        )}
        {failure !== undefined && failure.evidence.length > 0 && (
          <Section title="Evidence">
            <PlainText>{failure.evidence.join('\n')}</PlainText>
          </Section>
        )}
        {lesson === undefined ? <Text>There is no lesson about this.</Text> : <LessonParts lesson={lesson} />}
        {handout.length > 0 && (
          <Section title="In this sandbox">
            <PlainText>{handout.join('\n')}</PlainText>
          </Section>
        )}
        <Section title="Keys">
          <Keys bindings={bindings} />
        </Section>
      </Box>
    </Scroll>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text bold>{title}</Text>
      {children}
    </Box>
  )
}

/** The key table, in columns. */
function Keys({ bindings }: { readonly bindings: readonly Binding[] }) {
  return (
    <Box flexWrap="wrap" columnGap={2}>
      {bindings.map(({ keys, label }) => (
        <Box key={keys} width={26} flexShrink={0}>
          <Box width={8} flexShrink={0}>
            <Text {...styles.key}>{keys}</Text>
          </Box>
          <Text>{label}</Text>
        </Box>
      ))}
    </Box>
  )
}
