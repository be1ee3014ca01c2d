import type { Key } from 'ink'
import { graphemes } from './line.ts'

/** One key: `enter`, `up`, `ctrl-c`, or the character that it types, which is then its `text` too. */
export interface Press {
  readonly name: string
  readonly text: string
}

/** Ink's flags of the keys that type nothing, and the names used here. */
const named = [
  ['return', 'enter'],
  ['escape', 'escape'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['home', 'home'],
  ['end', 'end'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['tab', 'tab'],
] as const satisfies readonly (readonly [keyof Key, string])[]

const controlCharacters: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace',
}

/**
 * What Ink reports as one input, key by key. Keys that arrive in one read (typed fast, or over a slow line) come as one
 * text, control characters included.
 */
export function pressesOf(input: string, key: Key): readonly Press[] {
  const name = named.find(([flag]) => key[flag])?.[1]
  if (name !== undefined) return [{ name, text: '' }]
  if (key.ctrl) return [{ name: `ctrl-${input}`, text: '' }]
  if (key.meta) return []
  return graphemes(input).map(pressOf)
}

function pressOf(character: string): Press {
  const name = controlCharacters[character]
  if (name !== undefined) return { name, text: '' }
  // A carriage return and a newline are one grapheme.
  if (character === '\r\n') return { name: 'enter', text: '' }
  const code = character.charCodeAt(0)
  if (code < 0x20) return { name: `ctrl-${String.fromCharCode(code + 0x60)}`, text: '' }
  return { name: character, text: character }
}

/** A pasted text as one line: line breaks at its end submit it, others (it was copied wrapped) are taken out. */
export function pastedLine(pasted: string): { readonly text: string; readonly submits: boolean } {
  const text = pasted.replace(/[\r\n]+$/, '')
  return {
    text: text.replaceAll(/[\r\n]+/g, '').replaceAll(/\p{Cc}/gu, ' '),
    submits: text.length < pasted.length,
  }
}
