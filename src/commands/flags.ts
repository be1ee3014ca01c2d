import { InvalidArgumentError, Option, type Command } from 'commander'
import { endpointProblem } from '../kms/endpoint.ts'
import { Failure } from '../lib/failure.ts'
import type { GivenAnswers } from '../restore/answers.ts'
import { definitions, type Definition } from '../restore/questions.ts'

/** Flags that every wizard-like command takes besides those of the questions. */
export interface CommonFlags {
  readonly input: boolean
  readonly json?: boolean
  readonly line?: boolean
  readonly dryRun?: boolean
  readonly explain?: boolean
  readonly terse?: boolean
  readonly fresh?: boolean
  readonly session?: string
  readonly kmsEndpoint?: string
  readonly stsEndpoint?: string
  readonly authorityHost?: string
}

type FlagValues = Readonly<Record<string, unknown>>

/** One flag for every question of the catalogue that these steps ask. */
export function addQuestionFlags(command: Command, asked: (definition: Definition) => boolean): Command {
  for (const definition of definitions.filter(asked)) {
    const { flag, id, help } = definition
    if (flag === 'none' || flag === 'argument') continue
    if (flag === 'switch') {
      command.option(`--${id}`, help)
      continue
    }
    const option = new Option(`--${id} <${flag.value}>`, help)
    if (flag.values !== undefined) option.choices(flag.values)
    if (flag.times === 'several') option.argParser(oneALine)
    command.addOption(option)
  }
  return command
}

export function addCommonFlags(command: Command): Command {
  return command
    .option(
      '--no-input',
      'never ask: answers come from flags and defaults; a missing one is an error that names its flag',
    )
    .option('--json', 'NDJSON events on standard output and nothing else there; implies --no-input')
    .option('--line', 'plain prompts in place of the full screen, also for screen readers')
    .addOption(new Option('--explain', 'keep the lessons open').conflicts('terse'))
    .option('--terse', 'keep the lessons closed, also next time')
    .option(
      '--kms-endpoint <URL>',
      'another endpoint of the key service (plain http only to loopback)',
      endpoint,
    )
    .option('--sts-endpoint <URL>', 'another endpoint of AWS STS (plain http only to loopback)', endpoint)
    .option(
      '--authority-host <URL>',
      'another host than the cloud’s own that hands out tokens of Entra ID',
      endpoint,
    )
}

export function addSessionFlags(command: Command): Command {
  return command
    .option('--dry-run', 'say what would be done, change nothing')
    .option('--fresh', 'start over instead of resuming')
    .option('--session <ID>', 'go on with this session')
}

/** The answers that flags give, by the id of their question. */
export function answersFrom(flags: FlagValues, path: string | undefined): GivenAnswers {
  const given = definitions.flatMap(({ id }): [string, string | boolean][] => {
    const value = flags[camelCase(id)]
    return typeof value === 'string' || typeof value === 'boolean' ? [[id, value]] : []
  })
  return { ...Object.fromEntries(given), ...(path === undefined ? {} : { path }) }
}

/** Throws USAGE-002 where a port flag holds no port. */
export function assertPorts(flags: FlagValues): void {
  for (const id of ['kmip-port', 'mongod-port']) {
    const value = flags[camelCase(id)]
    if (typeof value !== 'string' || (/^\d{1,5}$/.test(value) && Number(value) <= 65535)) continue
    throw new Failure({
      code: 'USAGE-002',
      message: `--${id} takes a port from 0 to 65535, and this is no port: ${value}`,
      remedy: `Give a number, or 0 for a free port: --${id} 0`,
    })
  }
}

/** A URL that may be asked. Throws `InvalidArgumentError`. */
export function endpoint(value: string): string {
  const problem = endpointProblem(value)
  if (problem === undefined) return value
  throw new InvalidArgumentError(`${problem}.`)
}

/** What a flag that is given several times says, one line for each time. */
export function oneALine(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before}\n${value}`
}

function camelCase(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
