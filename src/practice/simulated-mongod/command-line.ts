import { isSeriesAtLeast } from '../../mongod/server-version.ts'
import { flags, type Flag } from './flags.ts'
import type { Scenario } from './scenario.ts'

export type FlagValue = string | number | boolean

/** What stands on the command line, by the flag's name; several values only where the flag may be repeated. */
export type GivenFlags = ReadonlyMap<string, { readonly flag: Flag; readonly values: readonly FlagValue[] }>

export type CommandLine =
  { readonly asks: 'version' | 'help' } | { readonly asks: 'run'; readonly given: GivenFlags }

/** mongod does not understand its arguments: exit code 2. */
export class BadCommandLine extends Error {
  override readonly name = 'BadCommandLine'
}

/** Reads mongod's arguments as a mongod of this version and edition would. Throws `BadCommandLine`. */
export function parseCommandLine(argv: readonly string[], scenario: Scenario): CommandLine {
  const known = new Map(knownFlags(scenario).map(flag => [flag.name, flag]))
  const given = new Map<string, { flag: Flag; values: FlagValue[] }>()
  const rest = [...argv]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--version') return { asks: 'version' }
    if (argument === '--help' || argument === '-h') return { asks: 'help' }
    if (!argument.startsWith('-')) {
      throw new BadCommandLine('too many positional options have been specified on the command line')
    }
    const { name, attached } = splitAtEquals(argument)
    // Long flags may be written with one dash, too.
    const flag = known.get(name.replace(/^--?/, ''))
    if (flag === undefined) throw new BadCommandLine(`unrecognised option '${name}'`)
    const { values } = given.get(flag.name) ?? { values: [] }
    if (values.length > 0 && flag.repeats !== true) {
      throw new BadCommandLine(`Multiple occurrences of option "${name}"`)
    }
    given.set(flag.name, { flag, values: [...values, takeValue(flag, attached, rest)] })
  }
  return { asks: 'run', given }
}

/** The flags that a mongod of this version and edition has. */
export function knownFlags({ version, edition }: Scenario): readonly Flag[] {
  return flags.filter(
    flag =>
      (flag.enterprise !== true || edition === 'enterprise') &&
      (flag.since === undefined || isSeriesAtLeast(version, flag.since)),
  )
}

/** `--port=27017` is `--port 27017`. */
function splitAtEquals(argument: string): { readonly name: string; readonly attached: string | undefined } {
  const equals = argument.indexOf('=')
  if (equals === -1) return { name: argument, attached: undefined }
  return { name: argument.slice(0, equals), attached: argument.slice(equals + 1) }
}

function takeValue(flag: Flag, attached: string | undefined, rest: string[]): FlagValue {
  const option = `option '--${flag.name}'`
  if (flag.takes === 'nothing') {
    if (attached !== undefined) throw new BadCommandLine(`${option} does not take any arguments`)
    return true
  }
  const text = attached ?? (rest[0]?.startsWith('-') === true ? undefined : rest.shift())
  if (text === undefined) throw new BadCommandLine(`the required argument for ${option} is missing`)
  const value = readers[flag.takes](text)
  if (value === undefined) throw new BadCommandLine(`the argument ('${text}') for ${option} is invalid`)
  return value
}

const truth = new Map([
  ...['true', 'on', 'yes', '1'].map(word => [word, true] as const),
  ...['false', 'off', 'no', '0'].map(word => [word, false] as const),
])
const readers: Readonly<Record<Exclude<Flag['takes'], 'nothing'>, (text: string) => FlagValue | undefined>> =
  {
    text: text => text,
    number: text => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
    boolean: text => truth.get(text),
  }
