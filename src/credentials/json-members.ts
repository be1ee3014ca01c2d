/** A member of a JSON object, and where it stands in the text: offsets in UTF-16 units, ends exclusive. */
export interface JsonMember {
  readonly name: string
  readonly nameStart: number
  /** The text from here to `end` is the value's own JSON. */
  readonly valueStart: number
  readonly end: number
}

/** Text that is not JSON (RFC 8259): where, and what would have to stand there. Says nothing of what does stand there. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  /** Both from 1. */
  readonly line: number
  readonly column: number

  constructor(text: string, offset: number, expected: string) {
    const before = text.slice(0, offset).split('\n')
    super(`expected ${expected}`)
    this.line = before.length
    this.column = (before.at(-1)?.length ?? 0) + 1
  }
}

/** Deeper than any metadata, and far from the end of the stack. */
const maxDepth = 64

const whitespace = /[ \t\r\n]*/y
/** From the space on, all but the quotation mark and the backslash. */
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/**
 * The members of the object that a JSON text is, in their order, doubles included; undefined where the text is JSON but
 * no object. JSON.parse would not do: it keeps no places, and its messages quote the text. Throws `JsonSyntaxError`.
 */
export function jsonMembers(text: string): JsonMember[] | undefined {
  const members: JsonMember[] = []
  let at = 0

  const fail = (expected: string): never => {
    throw new JsonSyntaxError(text, at, expected)
  }
  const skip = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const take = (character: string): boolean => {
    if (text[at] !== character) return false
    at += 1
    return true
  }

  function value(depth: number): void {
    if (depth > maxDepth) fail(`no more than ${maxDepth} levels`)
    if (take('{')) list('}', depth, member)
    else if (take('[')) list(']', depth, element)
    else if (skip(string) === undefined && skip(scalar) === undefined) fail('a value')
  }

  function list(close: '}' | ']', depth: number, entry: (depth: number) => void): void {
    skip(whitespace)
    if (take(close)) return
    do {
      skip(whitespace)
      entry(depth + 1)
      skip(whitespace)
    } while (take(','))
    if (!take(close)) fail(`a comma or ${close}`)
  }

  function element(depth: number): void {
    value(depth)
  }

  function member(depth: number): void {
    const nameStart = at
    const name = skip(string) ?? fail('a name in double quotes')
    skip(whitespace)
    if (!take(':')) fail('a colon')
    skip(whitespace)
    const valueStart = at
    value(depth)
    if (depth === 1) members.push({ name: JSON.parse(name) as string, nameStart, valueStart, end: at })
  }

  // Windows editors begin a file with a byte order mark. RFC 8259 lets a reader pass over it.
  take('\ufeff')
  skip(whitespace)
  const isObject = text[at] === '{'
  value(0)
  skip(whitespace)
  if (at < text.length) fail('the end')
  return isObject ? members : undefined
}
