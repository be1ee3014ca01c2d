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
  /** Names of presses. */
  readonly on: readonly string[]
  /** The keys as the operator reads them. */
  readonly keys: string
  readonly label: string
  readonly action: KeyAction
  readonly needs?: Need
  /** Where it stands beside the `?` overlay; the footer drops the higher numbers first when there is no room. */
  readonly footer?: number
}

const picking: readonly Mode[] = ['choosing', 'confirming']
const empty: readonly Mode[] = ['blank', 'blank-secret']
const writing: readonly Mode[] = ['typing', ...empty]
/** Where letters are keys. */
const letters: readonly Mode[] = [...picking, 'working']
const overlays: readonly Mode[] = ['explain', 'command', 'log']
const story: readonly Mode[] = [...letters, ...writing]
const everywhere: readonly Mode[] = [...story, 'checking', ...overlays, 'quit', 'small']
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

/** The one table: the handler, the footer and the `?` overlay read it, in this order. */
export const bindings: readonly { readonly modes: readonly Mode[]; readonly keys: readonly Binding[] }[] = [
  {
    modes: ['choosing'],
    keys: [
      { on: ['enter'], keys: '⏎', label: 'choose', action: 'submit', footer: 1 },
      { on: digits, keys: '1–9', label: 'go to that option', action: 'number' },
    ],
  },
  {
    modes: ['confirming'],
    keys: [
      { on: ['enter'], keys: '⏎', label: 'choose', action: 'submit', footer: 6 },
      { on: ['y'], keys: 'y', label: 'yes', action: 'yes', footer: 2 },
      { on: ['n'], keys: 'n', label: 'no', action: 'no', footer: 2 },
    ],
  },
  {
    modes: picking,
    keys: [
      { on: ['up', 'k'], keys: '↑ k', label: 'up', action: 'previous' },
      { on: ['down', 'j'], keys: '↓ j', label: 'down', action: 'next' },
      { on: ['home'], keys: 'home', label: 'first', action: 'first' },
      { on: ['end'], keys: 'end', label: 'last', action: 'last' },
    ],
  },
  { modes: writing, keys: [{ on: ['enter'], keys: '⏎', label: 'accept', action: 'submit', footer: 1 }] },
  {
    modes: [...picking, ...empty],
    keys: [{ on: ['left', 'escape'], keys: '←', label: 'back', action: 'back', footer: 3 }],
  },
  {
    modes: ['typing'],
    keys: [
      { on: ['escape'], keys: 'esc', label: 'clear', action: 'clear', footer: 4 },
      { on: ['left', 'ctrl-b'], keys: '← ^B', label: 'left', action: 'cursor-left' },
      { on: ['right', 'ctrl-f'], keys: '→ ^F', label: 'right', action: 'cursor-right' },
      { on: ['home', 'ctrl-a'], keys: 'home ^A', label: 'start', action: 'cursor-start' },
      { on: ['end', 'ctrl-e'], keys: 'end ^E', label: 'end', action: 'cursor-end' },
      { on: ['backspace', 'ctrl-h'], keys: '⌫', label: 'erase', action: 'erase-left' },
      { on: ['delete', 'ctrl-d'], keys: 'del ^D', label: 'erase ahead', action: 'erase-right' },
      { on: ['ctrl-w'], keys: '^W', label: 'erase a word', action: 'erase-word' },
      { on: ['ctrl-u'], keys: '^U', label: 'erase to the start', action: 'erase-to-start' },
      { on: ['ctrl-k'], keys: '^K', label: 'erase to the end', action: 'erase-to-end' },
    ],
  },
  {
    modes: writing,
    keys: [{ on: ['tab'], keys: '⇥', label: 'complete', action: 'complete', needs: 'a path', footer: 4 }],
  },
  {
    modes: story,
    keys: [
      { on: ['page-up'], keys: 'PgUp', label: 'less', action: 'page-up', needs: 'more to see' },
      {
        on: ['page-down'],
        keys: 'PgDn',
        label: 'more',
        action: 'page-down',
        needs: 'more to see',
        footer: 2,
      },
    ],
  },
  // A question mark may be the first character of a secret, but of no text or path that is asked for here.
  {
    modes: [...letters, 'blank'],
    keys: [{ on: ['?', 'ctrl-g'], keys: '?', label: 'explain', action: 'explain', footer: 1 }],
  },
  {
    modes: ['typing', 'blank-secret'],
    keys: [{ on: ['ctrl-g'], keys: '^G', label: 'explain', action: 'explain', footer: 1 }],
  },
  {
    modes: letters,
    keys: [
      {
        on: ['c', 'ctrl-y'],
        keys: 'c',
        label: 'copy command',
        action: 'copy',
        needs: 'a command',
        footer: 5,
      },
      { on: ['l', 'ctrl-t'], keys: 'l', label: 'log', action: 'log', needs: 'a log', footer: 5 },
      { on: ['w'], keys: 'w', label: 'why: open, close', action: 'why' },
      { on: ['q', 'ctrl-x'], keys: 'q', label: 'quit', action: 'quit', footer: 4 },
    ],
  },
  {
    modes: writing,
    keys: [
      { on: ['ctrl-y'], keys: '^Y', label: 'copy command', action: 'copy', needs: 'a command', footer: 5 },
      { on: ['ctrl-t'], keys: '^T', label: 'log', action: 'log', needs: 'a log', footer: 5 },
      { on: ['ctrl-x'], keys: '^X', label: 'quit', action: 'quit', footer: 4 },
    ],
  },
  {
    modes: overlays,
    keys: [
      { on: ['escape', 'left', 'q'], keys: 'esc', label: 'close', action: 'close', footer: 1 },
      { on: ['up', 'k'], keys: '↑ k', label: 'up', action: 'scroll-up', needs: 'more to see' },
      { on: ['down', 'j'], keys: '↓ j', label: 'down', action: 'scroll-down', needs: 'more to see' },
      {
        on: ['page-down', ' '],
        keys: 'PgDn',
        label: 'down',
        action: 'page-down',
        needs: 'more to see',
        footer: 2,
      },
      { on: ['page-up', 'b'], keys: 'PgUp', label: 'up', action: 'page-up', needs: 'more to see', footer: 2 },
    ],
  },
  // What has opened an overlay closes it.
  { modes: ['explain'], keys: [{ on: ['?', 'ctrl-g'], keys: '?', label: 'close', action: 'close' }] },
  { modes: ['command'], keys: [{ on: ['c', 'ctrl-y'], keys: 'c', label: 'close', action: 'close' }] },
  { modes: ['log'], keys: [{ on: ['l', 'ctrl-t'], keys: 'l', label: 'close', action: 'close' }] },
  {
    modes: ['quit'],
    keys: [
      { on: ['y', 'q'], keys: 'y', label: 'quit', action: 'yes', footer: 1 },
      { on: ['n', 'escape', 'left'], keys: 'n', label: 'stay', action: 'close', footer: 1 },
    ],
  },
  {
    modes: everywhere,
    keys: [
      { on: ['ctrl-c'], keys: '^C', label: 'cancel at once', action: 'cancel' },
      { on: ['ctrl-z'], keys: '^Z', label: 'suspend', action: 'suspend' },
      { on: ['ctrl-l'], keys: '^L', label: 'redraw', action: 'redraw' },
    ],
  },
]

/** The bindings that mean something now. */
export function bindingsFor(mode: Mode, has: ReadonlySet<Need>): readonly Binding[] {
  return bindings
    .filter(({ modes }) => modes.includes(mode))
    .flatMap(({ keys }) => keys.filter(({ needs }) => needs === undefined || has.has(needs)))
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
