import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/practice/sandbox.ts'
import { findScenario } from '../../src/practice/scenarios.ts'
import { temporaryFolder } from '../temp-folder.ts'

/** A sandbox of a scenario, served until the test is over. */
export async function openPractice(
  scenario: string,
  options: Partial<Omit<SandboxOptions, 'scenario'>> = {},
): Promise<Sandbox> {
  const sandbox = await openSandbox({
    root: join(await temporaryFolder(), 'sandbox'),
    scenario: findScenario(scenario)!,
    program: '/does/not/matter.js',
    node: process.execPath,
    environment: {},
    ...options,
  })
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** What lies in cloudProviderCredentials: the metadata file and the wrapped key. */
export async function readCredentials({ dbpath }: Pick<Sandbox, 'dbpath'>) {
  const folder = join(dbpath, 'cloudProviderCredentials')
  const files = await readdir(folder)
  const file = (ending: string) => join(folder, files.find(name => name.endsWith(ending)) ?? '')
  return {
    metadata: JSON.parse(await readFile(file('.metadata'), 'utf8')) as Readonly<Record<string, string>>,
    wrappedKey: await readFile(file('.key')),
  }
}
