import { Box, Text } from 'ink'
import type { Question as QuestionData } from '../../../restore/interview.ts'
import { optionsOf, wordOf, type Control } from '../control.ts'
import type { Asking } from '../state.ts'
import { styles } from '../theme.ts'
import { LineInput } from './line-input.tsx'
import { PickList } from './pick-list.tsx'
import { PlainText } from './plain-text.tsx'

interface QuestionProps {
  readonly asking: Asking
  /** How many options may stand on the screen at once. */
  readonly rows: number
}

/** The question, the control that answers it, and what is wrong with the answer. */
export function Question({ asking: { question, control }, rows }: QuestionProps) {
  return (
    <Box flexDirection="column" flexShrink={0} paddingX={2}>
      <PlainText {...styles.prompt}>{question.prompt}</PlainText>
      <ControlOf question={question} control={control} rows={rows} />
      {control.problem !== undefined && <PlainText {...styles.bad}>{`✖ ${control.problem}`}</PlainText>}
    </Box>
  )
}

interface ControlOfProps {
  readonly question: QuestionData
  readonly control: Control
  readonly rows: number
}

function ControlOf({ question, control, rows }: ControlOfProps) {
  if (control.kind === 'pick')
    return <PickList options={optionsOf(question)} index={control.index} rows={rows} />
  return (
    <LineInput
      control={control}
      shows={question.kind === 'secret' ? 'dots' : 'text'}
      placeholder={placeholderOf(question)}
    />
  )
}

function placeholderOf(question: QuestionData): string {
  switch (question.kind) {
    case 'text':
      return withDefault(question.default) || (question.placeholder ?? '')
    case 'path':
      return withDefault(question.default)
    case 'confirm':
      return `type ${wordOf(question)} to do it, ⏎ alone to leave it`
    default:
      return ''
  }
}

function withDefault(given: string | undefined): string {
  return given === undefined || given === '' ? '' : `${given}  (⏎ takes this)`
}

/** What the question shows above itself. */
export function Details({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, index) => (
        <PlainText key={index}>{line === '' ? ' ' : line}</PlainText>
      ))}
    </Box>
  )
}

/** What was said since the last question. */
export function Notes({ notes }: { readonly notes: readonly string[] }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {notes.map((note, index) => (
        <Box key={index}>
          <Box flexShrink={0}>
            <Text {...styles.quiet}>• </Text>
          </Box>
          <PlainText {...styles.quiet}>{note}</PlainText>
        </Box>
      ))}
    </Box>
  )
}
