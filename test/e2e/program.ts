import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../temp-folder.ts'

export const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js')

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** An operator with a home and a state folder of their own, who runs the built program without a terminal. */
export interface Operator {
  readonly home: string
  readonly state: string
  readonly environment: Readonly<Record<string, string>>
  readonly run: (
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ) => Promise<Outcome>
}

/** A new operator. Whatever their runs leave running is stopped when the test is over. */
export async function newOperator(): Promise<Operator> {
  const home = await temporaryFolder()
  const state = join(home, 'state')
  const environment = {
    HOME: home,
    XDG_STATE_HOME: state,
    PATH: process.env.PATH ?? '',
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  }
  const run: Operator['run'] = async (args, { input = '', env = {} } = {}) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [cli, ...args], {
      input,
      env: { ...environment, ...env },
      extendEnv: false,
      reject: false,
    })
    return { exitCode: exitCode ?? -1, stdout, stderr }
  }
  onTestFinished(async () => {
    await run(['stop', '--all'])
  })
  return { home, state: join(state, 'snapthaw'), environment, run }
}

export interface Line {
  readonly v: number
  readonly type: string
  readonly at: string
  readonly [field: string]: unknown
}

/** Standard output of `--json`: every line is an object, or this throws. */
export function eventsOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)
}

/** The steps with their last status, in the order in which they began. */
export function stepsOf(events: readonly Line[]): Readonly<Record<string, unknown>> {
  const steps = events.filter(event => event.type === 'step')
  return Object.fromEntries(steps.map((event): [string, unknown] => [String(event.step), event.status]))
}

/** The text of every file below a folder, by its path. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(await Promise.all(files.map(async file => [file, await readFile(file, 'latin1')] as const)))
}
