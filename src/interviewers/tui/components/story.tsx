import { Box, Text } from 'ink'
import type { ReactElement } from 'react'
import { contentOf, layoutFor } from '../layout.ts'
import { failureOf, type Asking, type TuiState } from '../state.ts'
import { stepTitles, styles } from '../theme.ts'
import { CommandPanel } from './command-panel.tsx'
import { FailureExplained } from './failure-explained.tsx'
import { Findings } from './findings.tsx'
import { PlainText } from './plain-text.tsx'
import { Details, Notes, Question } from './question.tsx'
import { ReadyPanel } from './ready-panel.tsx'
import { Scroll } from './scroll.tsx'
import { Steps, StepsInBrief } from './steps.tsx'
import { LessonBeside, WhyBox } from './why-box.tsx'
import { Work } from './work.tsx'

const lessonWidth = 48

interface StoryProps {
  readonly state: TuiState
  readonly handout: readonly string[]
  readonly columns: number
  readonly rows: number
  readonly onMeasure: (hidden: number, page: number) => void
}

/** How far the restore has come, what is asked or done now, and why. */
export function Story({ state, handout, columns, rows, onMeasure }: StoryProps) {
  const { steps, asking, lesson, whyIsOpen, scroll } = state
  const layout = layoutFor(contentOf(state), columns, rows)
  const lessonPlace = whyIsOpen ? layout.lesson : 'none'
  const byHand = asking?.question.byHand
  const matter = matterOf(state, handout)
  return (
    <>
      {layout.steps === 'brief' ? <StepsInBrief steps={steps} /> : <Steps steps={steps} />}
      <Box flexGrow={1} flexShrink={1} marginTop={1} columnGap={1} overflow="hidden">
        <Box flexDirection="column" flexGrow={1} flexShrink={1} flexBasis={0} overflow="hidden">
          {matter.length > 0 && (
            <Box flexDirection="column" flexShrink={1} marginBottom={1}>
              <Scroll offset={scroll} onMeasure={onMeasure}>
                <Box flexDirection="column" rowGap={1} paddingX={2}>
                  {matter}
                </Box>
              </Scroll>
            </Box>
          )}
          {asking !== undefined && <Question asking={asking} rows={layout.optionRows} />}
          {asking?.isSettled !== false && (
            <Box flexShrink={0} marginTop={asking === undefined ? 0 : 1}>
              <Busy state={state} />
            </Box>
          )}
          {lesson !== undefined && lessonPlace === 'below' && <WhyBox lesson={lesson} byHand={byHand} />}
        </Box>
        {lesson !== undefined && lessonPlace === 'beside' && (
          <Box flexDirection="column" width={lessonWidth} flexShrink={0}>
            <LessonBeside lesson={lesson} byHand={byHand} />
          </Box>
        )}
      </Box>
    </>
  )
}

function Busy({ state: { stretch, step, progress, isCancelled } }: { readonly state: TuiState }) {
  if (isCancelled) {
    return (
      <Box flexShrink={0} paddingX={2}>
        <Text {...styles.warning}>
          Cancelling: what runs is brought to its end. Ctrl-C again ends it at once.
        </Text>
      </Box>
    )
  }
  return <Work key={stretch} doing={`${stepTitles[step]} …`} progress={progress} />
}

/** What there is to read before the question can be answered. */
function matterOf(state: TuiState, handout: readonly string[]): readonly ReactElement[] {
  const { ready, step, findings, notes, command, asking } = state
  const failure = failureOf(state)
  const found = findings.filter(finding => finding.step === step)
  const details = asking?.question.details ?? []
  return [
    failure !== undefined && <FailureExplained key="failure" failure={failure} lesson={state.lesson} />,
    wantsValue(asking) && handout.length > 0 && <Handout key="handout" lines={handout} />,
    ready !== undefined && <ReadyPanel key="ready" ready={ready} />,
    found.length > 0 && failure === undefined && <Findings key="findings" findings={found} />,
    notes.length > 0 && <Notes key="notes" notes={notes} />,
    command !== undefined && command.shown !== 'past' && (
      <CommandPanel key="command" command={command.event} />
    ),
    details.length > 0 && <Details key="details" lines={details} />,
  ].filter(part => part !== false)
}

/** Whether something has to be typed that nobody can know by heart. */
function wantsValue(asking: Asking | undefined): boolean {
  const question = asking?.question
  return question?.kind === 'secret' || (question?.kind === 'text' && question.default === undefined)
}

function Handout({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Text {...styles.sandbox}>In this sandbox</Text>
      <PlainText>{lines.join('\n')}</PlainText>
    </Box>
  )
}
