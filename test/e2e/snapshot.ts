import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSandbox, type Sandbox } from '../../src/practice/sandbox.ts'
import { findScenario } from '../../src/practice/scenarios.ts'
import { newOperator, type Operator } from './program.ts'

/** An operator with a snapshot as a scenario of practice leaves it, served by the stand-ins in this process. */
export interface Case {
  readonly operator: Operator
  readonly sandbox: Sandbox
  /** `restore PATH` without questions, on free ports, with the simulated mongod and the sandbox's cloud. */
  readonly restore: readonly string[]
  readonly run: Operator['run']
}

/** To the program this is a real restore: only the cloud and mongod are not. */
export async function newCase(scenario: string): Promise<Case> {
  const operator = await newOperator()
  const sandbox = await openSandbox({
    root: join(operator.home, 'sandbox'),
    scenario: findScenario(scenario)!,
    program: join(import.meta.dirname, '..', '..', 'dist', 'simulated-mongod.js'),
    node: process.execPath,
    environment: operator.environment,
  })
  onTestFinished(() => sandbox.close())
  const environment = sandbox.environment as Readonly<Record<string, string>>
  return {
    operator,
    sandbox,
    restore: [
      'restore',
      sandbox.dbpath,
      '--no-input',
      '--json',
      '--mongod',
      sandbox.mongod,
      '--mongod-port',
      '0',
      '--kmip-port',
      '0',
    ],
    run: (args, options = {}) => operator.run(args, { ...options, env: { ...environment, ...options.env } }),
  }
}
