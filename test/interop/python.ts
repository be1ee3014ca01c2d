import { join } from 'node:path'
import { execa } from 'execa'
import { venvEnvironment, venvProgram } from './install.ts'

/** The arguments that make Python run a script of this folder, and leave nothing compiled beside it. */
export function scriptArguments(name: string, args: readonly string[]): readonly string[] {
  return ['-B', join(import.meta.dirname, name), ...args]
}

/** What a script of this folder prints: one JSON document. Rejects with its standard error when it fails. */
export async function runScript(name: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await execa(venvProgram('python'), [...scriptArguments(name, args)], {
    env: venvEnvironment,
    extendEnv: false,
    timeout: 60_000,
  })
  return JSON.parse(stdout)
}
