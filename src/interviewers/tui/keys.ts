import type { Edit } from './line.ts'

/** What the keyboard means at the moment. */
export type Mode =
  /** A list to choose from. */
  | 'choosing'
  /** A yes or no, with the default under the cursor. */
  | 'confirming'
  /** A line of text with something in it. */
  | 'typing'
  /** A line of text with nothing in it yet. */
  | 'blank'
  /** The same for a secret, where every character may be its first. */
  | 'blank-secret'
  /** Nothing is asked. */
  | 'working'
  /** An answer is being looked at. */
  | 'checking'
  | 'explain'
  | 'command'
  | 'log'
  | 'quit'
  /** The terminal is too small for anything but this. */
  | 'small'

export type KeyAction =
  | 'submit'
  | 'back'
  | 'previous'
  | 'next'
  | 'first'
  | 'last'
  | 'number'
  | 'yes'
  | 'no'
  | 'complete'
  | 'clear'
  | Edit
  | 'scroll-up'
  | 'scroll-down'
  | 'page-up'
  | 'page-down'
  | 'explain'
  | 'why'
  | 'copy'
  | 'log'
  | 'quit'
  | 'close'
  | 'cancel'
  | 'suspend'
  | 'redraw'

/** What has to be there for a key to mean something. */
export type Need = 'a path' | 'a command' | 'a log' | 'more to see'

export interface Binding {
  readonly presses: readonly string[]
  /** The keys as the operator reads them. */
  readonly keys: string
  readonly label: string
  readonly action: KeyAction
  readonly modes: readonly Mode[]
  readonly needs?: Need
  /** Where it stands beside the `?` overlay; the footer drops the higher numbers first when there is no room. */
  readonly footer?: number
}

const picking: readonly Mode[] = ['choosing', 'confirming']
const empty: readonly Mode[] = ['blank', 'blank-secret']
const writing: readonly Mode[] = ['typing', ...empty]
const letters: readonly Mode[] = [...picking, 'working']
const overlays: readonly Mode[] = ['explain', 'command', 'log']
const story: readonly Mode[] = [...letters, ...writing]
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9']
const everywhere: readonly Mode[] = [...story, 'checking', ...overlays, 'quit', 'small']

/** The one table: the handler, the footer and the `?` overlay read it, in this order. */
export const bindings: readonly Binding[] = [
  { presses: ['enter'], keys: '⏎', label: 'choose', action: 'submit', modes: ['choosing'], footer: 1 },
  { presses: ['enter'], keys: '⏎', label: 'choose', action: 'submit', modes: ['confirming'], footer: 6 },
  { presses: ['enter'], keys: '⏎', label: 'accept', action: 'submit', modes: writing, footer: 1 },
  { presses: ['y'], keys: 'y', label: 'yes', action: 'yes', modes: ['confirming'], footer: 2 },
  { presses: ['n'], keys: 'n', label: 'no', action: 'no', modes: ['confirming'], footer: 2 },
  { presses: ['y', 'q'], keys: 'y', label: 'quit', action: 'yes', modes: ['quit'], footer: 1 },
  { presses: ['n', 'escape', 'left'], keys: 'n', label: 'stay', action: 'close', modes: ['quit'], footer: 1 },
  {
    presses: ['left', 'escape'],
    keys: '←',
    label: 'back',
    action: 'back',
    modes: [...picking, ...empty],
    footer: 3,
  },
  { presses: ['escape'], keys: 'esc', label: 'clear', action: 'clear', modes: ['typing'], footer: 4 },
  {
    presses: ['tab'],
    keys: '⇥',
    label: 'complete',
    action: 'complete',
    modes: writing,
    needs: 'a path',
    footer: 4,
  },
  { presses: ['up', 'k'], keys: '↑ k', label: 'up', action: 'previous', modes: picking },
  { presses: ['down', 'j'], keys: '↓ j', label: 'down', action: 'next', modes: picking },
  { presses: ['home'], keys: 'home', label: 'first', action: 'first', modes: picking },
  { presses: ['end'], keys: 'end', label: 'last', action: 'last', modes: picking },
  {
    presses: digits,
    keys: '1–9',
    label: 'go to that option',
    action: 'number',
    modes: ['choosing'],
  },
  { presses: ['left', 'ctrl-b'], keys: '← ^B', label: 'left', action: 'cursor-left', modes: ['typing'] },
  { presses: ['right', 'ctrl-f'], keys: '→ ^F', label: 'right', action: 'cursor-right', modes: ['typing'] },
  { presses: ['home', 'ctrl-a'], keys: 'home ^A', label: 'start', action: 'cursor-start', modes: ['typing'] },
  { presses: ['end', 'ctrl-e'], keys: 'end ^E', label: 'end', action: 'cursor-end', modes: ['typing'] },
  { presses: ['backspace', 'ctrl-h'], keys: '⌫', label: 'erase', action: 'erase-left', modes: ['typing'] },
  {
    presses: ['delete', 'ctrl-d'],
    keys: 'del ^D',
    label: 'erase ahead',
    action: 'erase-right',
    modes: ['typing'],
  },
  { presses: ['ctrl-w'], keys: '^W', label: 'erase a word', action: 'erase-word', modes: ['typing'] },
  {
    presses: ['ctrl-u'],
    keys: '^U',
    label: 'erase to the start',
    action: 'erase-to-start',
    modes: ['typing'],
  },
  { presses: ['ctrl-k'], keys: '^K', label: 'erase to the end', action: 'erase-to-end', modes: ['typing'] },
  {
    presses: ['escape', 'left', 'q', '?', 'ctrl-g'],
    keys: 'esc',
    label: 'close',
    action: 'close',
    modes: ['explain'],
    footer: 1,
  },
  {
    presses: ['escape', 'left', 'q', 'c', 'ctrl-y'],
    keys: 'esc',
    label: 'close',
    action: 'close',
    modes: ['command'],
    footer: 1,
  },
  {
    presses: ['escape', 'left', 'q', 'l', 'ctrl-t'],
    keys: 'esc',
    label: 'close',
    action: 'close',
    modes: ['log'],
    footer: 1,
  },
  {
    presses: ['up', 'k'],
    keys: '↑',
    label: 'up',
    action: 'scroll-up',
    modes: overlays,
    needs: 'more to see',
  },
  {
    presses: ['down', 'j'],
    keys: '↓',
    label: 'down',
    action: 'scroll-down',
    modes: overlays,
    needs: 'more to see',
  },
  {
    presses: ['page-up', 'b'],
    keys: 'PgUp',
    label: 'page up',
    action: 'page-up',
    modes: overlays,
    needs: 'more to see',
    footer: 3,
  },
  {
    presses: ['page-down', ' '],
    keys: 'PgDn',
    label: 'page down',
    action: 'page-down',
    modes: overlays,
    needs: 'more to see',
    footer: 2,
  },
  {
    presses: ['page-up'],
    keys: 'PgUp',
    label: 'less',
    action: 'page-up',
    modes: story,
    needs: 'more to see',
  },
  {
    presses: ['page-down'],
    keys: 'PgDn',
    label: 'more',
    action: 'page-down',
    modes: story,
    needs: 'more to see',
    footer: 2,
  },
  {
    presses: ['?', 'ctrl-g'],
    keys: '?',
    label: 'explain',
    action: 'explain',
    modes: [...letters, 'blank'],
    footer: 1,
  },
  {
    presses: ['ctrl-g'],
    keys: '^G',
    label: 'explain',
    action: 'explain',
    modes: ['typing', 'blank-secret'],
    footer: 1,
  },
  {
    presses: ['c', 'ctrl-y'],
    keys: 'c',
    label: 'copy command',
    action: 'copy',
    modes: letters,
    needs: 'a command',
    footer: 5,
  },
  {
    presses: ['ctrl-y'],
    keys: '^Y',
    label: 'copy command',
    action: 'copy',
    modes: writing,
    needs: 'a command',
    footer: 5,
  },
  {
    presses: ['l', 'ctrl-t'],
    keys: 'l',
    label: 'log',
    action: 'log',
    modes: letters,
    needs: 'a log',
    footer: 5,
  },
  { presses: ['ctrl-t'], keys: '^T', label: 'log', action: 'log', modes: writing, needs: 'a log', footer: 5 },
  { presses: ['w'], keys: 'w', label: 'why: open or close', action: 'why', modes: letters },
  { presses: ['q', 'ctrl-x'], keys: 'q', label: 'quit', action: 'quit', modes: letters, footer: 4 },
  { presses: ['ctrl-x'], keys: '^X', label: 'quit', action: 'quit', modes: writing, footer: 4 },
  { presses: ['ctrl-c'], keys: '^C', label: 'cancel at once', action: 'cancel', modes: everywhere },
  { presses: ['ctrl-z'], keys: '^Z', label: 'suspend', action: 'suspend', modes: everywhere },
  { presses: ['ctrl-l'], keys: '^L', label: 'redraw', action: 'redraw', modes: everywhere },
]

/** The bindings that mean something now. */
export function bindingsFor(mode: Mode, has: ReadonlySet<Need>): readonly Binding[] {
  return bindings.filter(
    ({ modes, needs }) => modes.includes(mode) && (needs === undefined || has.has(needs)),
  )
}

/** Those of the bindings that stand in the footer and fit into so many columns, `gap` apart, in the order of the table. */
export function footerOf(active: readonly Binding[], columns: number, gap: number): readonly Binding[] {
  let shown = active.filter(({ footer }) => footer !== undefined)
  while (widthOf(shown, gap) > columns) {
    const worst = Math.max(...shown.map(({ footer = 0 }) => footer))
    shown = shown.toSpliced(
      shown.findLastIndex(({ footer }) => footer === worst),
      1,
    )
  }
  return shown
}

/** Keys and labels are one column a character. */
function widthOf(shown: readonly Binding[], gap: number): number {
  return shown.reduce((width, { keys, label }) => width + keys.length + 1 + label.length + gap, -gap)
}
