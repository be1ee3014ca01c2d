import { Box, Text } from 'ink'
import { useCallback, useSyncExternalStore } from 'react'
import type { Occasion } from '../../../restore/interview.ts'
import { bindingsFor } from '../keys.ts'
import { copyable, failureOf, isTooSmall, leastSize, modeOf, needsMet, type TuiState } from '../state.ts'
import type { Store } from '../store.ts'
import { styles } from '../theme.ts'
import { CommandView } from './command-view.tsx'
import { Explain } from './explain.tsx'
import { Footer } from './footer.tsx'
import { Header } from './header.tsx'
import { Keyboard } from './keyboard.tsx'
import { LogView } from './log-view.tsx'
import { Story } from './story.tsx'

interface AppProps {
  readonly store: Store
  readonly occasion: Occasion
  readonly home: string
  readonly keyboard: Parameters<typeof Keyboard>[0]
}

/** Columns beyond which lines are too long to read. */
const widest = 140

/** Header and rule, the footer and what sets it apart. */
const rowsAround = 4

/**
 * The whole screen. It is always one row lower than the terminal: a frame that fills it makes Ink clear the screen and
 * draw anew, instead of drawing what has changed.
 */
export function App({ store, occasion, home, keyboard }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.get)
  const onMeasure = useCallback(
    (hidden: number, page: number) => store.dispatch({ type: 'measured', hidden, page }),
    [store],
  )
  const columns = Math.min(state.size.columns, widest)
  const rows = state.size.rows - 1
  const has = needsMet(state, occasion.logPath())
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Keyboard {...keyboard} />
      {isTooSmall(state.size) ? (
        <TooSmall {...state.size} />
      ) : (
        <>
          <Header occasion={occasion} home={home} />
          <Box flexDirection="column" flexGrow={1} flexShrink={1} overflow="hidden">
            <Body
              state={state}
              occasion={occasion}
              columns={columns}
              rows={rows - rowsAround}
              onMeasure={onMeasure}
            />
          </Box>
          <Footer bindings={bindingsFor(modeOf(state), has)} columns={columns} />
        </>
      )}
    </Box>
  )
}

interface BodyProps {
  readonly state: TuiState
  readonly occasion: Occasion
  readonly columns: number
  readonly rows: number
  readonly onMeasure: (hidden: number, page: number) => void
}

function Body({ state, occasion, columns, rows, onMeasure }: BodyProps) {
  const { view, lesson, scroll } = state
  const logPath = occasion.logPath()
  const command = copyable(state)
  if (view === 'explain') {
    const underneath = modeOf({ ...state, view: 'story' })
    return (
      <Explain
        lesson={lesson}
        failure={failureOf(state)}
        handout={occasion.handout}
        bindings={bindingsFor(underneath, needsMet({ ...state, view: 'story' }, logPath))}
        offset={scroll}
        onMeasure={onMeasure}
      />
    )
  }
  if (view === 'log' && logPath !== undefined) {
    return <LogView path={logPath} above={scroll} rows={rows - 1} onMeasure={onMeasure} />
  }
  if (view === 'command' && command !== undefined) {
    return <CommandView command={command} offset={scroll} onMeasure={onMeasure} />
  }
  if (view === 'quit') return <Quit />
  return (
    <Story state={state} handout={occasion.handout} columns={columns} rows={rows} onMeasure={onMeasure} />
  )
}

function Quit() {
  return (
    <Box flexDirection="column" paddingX={2} paddingTop={1}>
      <Text {...styles.prompt}>Quit?</Text>
      <Text>What is finished is kept.</Text>
      <Text>The same command goes on from here.</Text>
    </Box>
  )
}

function TooSmall({ columns, rows }: TuiState['size']) {
  return (
    <Box flexDirection="column">
      <Text bold>
        snapthaw needs {leastSize.columns}×{leastSize.rows}; this terminal is {columns}×{rows}.
      </Text>
      <Text>Make it larger, or press Ctrl-C and run the same command with --line.</Text>
    </Box>
  )
}
