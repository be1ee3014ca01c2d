import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonMembers, JsonSyntaxError } from '../../src/credentials/json-members.ts'

function syntaxError(text: string): JsonSyntaxError {
  try {
    jsonMembers(text)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error
    throw error
  }
  throw new Error(`It was taken for JSON: ${text}`)
}

test('each member is told with the place of its name and its value', () => {
  const text = '{ "a" : "x\\"}" ,\n "b":{"c":[1,{"a":2}]} }'
  const members = jsonMembers(text)
  expect(
    members?.map(({ name, nameStart, valueStart, end }) => [
      name,
      text[nameStart],
      text.slice(valueStart, end),
    ]),
  ).toEqual([
    ['a', '"', '"x\\"}"'],
    ['b', '"', '{"c":[1,{"a":2}]}'],
  ])
})

test('JSON that is no object has no members', () => {
  expect(jsonMembers('[{"a": 1}]')).toBeUndefined()
  expect(jsonMembers('"a"')).toBeUndefined()
})

test('a byte order mark is passed over, and counts in the places', () => {
  const text = '\ufeff{"a":1}'
  expect(jsonMembers(text)).toMatchObject([{ name: 'a', nameStart: 2, valueStart: 6, end: 7 }])
})

test('what JSON.stringify writes is read, whatever the layout', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(undefined, 2, '\t'),
      (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        const read = jsonMembers(text)?.map(({ name, valueStart, end }): unknown[] => [
          name,
          JSON.parse(text.slice(valueStart, end)),
        ])
        expect(read).toEqual(Object.entries(JSON.parse(text) as object))
      },
    ),
  )
})

test('it takes for JSON what JSON.parse takes for it, and nothing else', () => {
  const almost = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '{', '}', ']', ':', '\\', '0', ' ', '\n', 'null', '\u0001', '-'),
    )
    .map(
      ([json, at, piece]) =>
        json.slice(0, at % (json.length + 1)) + piece + json.slice((at % (json.length + 1)) + 1),
    )
  fc.assert(
    fc.property(almost, text => {
      expect(takes(() => jsonMembers(text))).toBe(takes(() => JSON.parse(text) as unknown))
    }),
    { numRuns: 1000 },
  )
})

describe('the place of an error', () => {
  test.each([
    ['{"a": "x"\n  "b": "y"}', 2, 3, 'expected a comma or }'],
    ['{"a": "x",\n}', 2, 1, 'expected a name in double quotes'],
    ['{\n  a: 1}', 2, 3, 'expected a name in double quotes'],
    ['{"a" 1}', 1, 6, 'expected a colon'],
    ['{"a": “canary”}', 1, 7, 'expected a value'],
    ['{"a": "canary\nx"}', 1, 7, 'expected a value'],
    ['{"a": 1} canary', 1, 10, 'expected the end'],
    ['{"a": 1', 1, 8, 'expected a comma or }'],
    ['', 1, 1, 'expected a value'],
  ])('of %j is line %i, column %i', (text, line, column, message) => {
    expect(syntaxError(text)).toMatchObject({ line, column, message })
  })

  test('is told of a nesting that no metadata has, long before the stack ends', () => {
    expect(syntaxError('['.repeat(200_000)).message).toBe('expected no more than 64 levels')
  })
})

function takes(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch {
    return false
  }
}
