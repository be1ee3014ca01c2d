import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Environment } from '../../src/lib/environment.ts'
import type { Secret } from '../../src/lib/secret.ts'
import { openSandbox, type Sandbox } from '../../src/practice/sandbox.ts'
import { findScenario } from '../../src/practice/scenarios.ts'
import type { GivenAnswers } from '../../src/restore/answers.ts'
import { prepare } from '../../src/restore/context.ts'
import type { Question, RestoreEvent } from '../../src/restore/interview.ts'
import { openKeys, type Access } from '../../src/restore/steps/credentials.ts'
import { chooseSnapshot } from '../../src/restore/steps/snapshot.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { circumstances, scripted } from './scripted.ts'

/** A sandbox of a scenario, in which the cloud's account is not as the scenario has it. */
export async function sandboxOf(
  scenario: string,
  change?: (account: Record<string, unknown>) => Record<string, unknown>,
): Promise<Sandbox> {
  const options = {
    root: join(await temporaryFolder(), 'sandbox'),
    scenario: findScenario(scenario)!,
    program: '/does/not/matter.js',
    node: process.execPath,
    environment: {},
  }
  const laidOut = await openSandbox(options)
  if (change === undefined) return closedWithTheTest(laidOut)
  await laidOut.close()
  const file = join(options.root, options.scenario.cloud.provider, 'account.json')
  const account = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  await writeFile(file, JSON.stringify(change(account)))
  return closedWithTheTest(await openSandbox(options))
}

function closedWithTheTest(sandbox: Sandbox): Sandbox {
  onTestFinished(() => sandbox.close())
  return sandbox
}

interface Told {
  readonly answers?: readonly (string | boolean | Secret)[]
  readonly flags?: GivenAnswers
  readonly environment?: Environment
  readonly stdin?: string
  /** Nobody is there to be asked: each question gets the answer of a script, and failures are thrown. */
  readonly unattended?: true
}

interface Outcome {
  readonly access: Access | undefined
  readonly failure: unknown
  readonly asked: readonly Question[]
  /** Ids of the questions. */
  readonly ids: readonly string[]
  readonly told: readonly RestoreEvent[]
  readonly notes: string
  readonly summary: string | undefined
}

/** Tells the first two steps of a restore of the sandbox's snapshot. */
export async function credentialStep(
  sandbox: Pick<Sandbox, 'dbpath' | 'environment' | 'endpoints'>,
  { answers = [], flags = {}, environment = {}, stdin = '', unattended }: Told,
): Promise<Outcome> {
  const { interviewer, asked, told, ids } = scripted(answers, unattended !== true)
  const telling = prepare(
    interviewer,
    { flags: { path: sandbox.dbpath, ...flags }, suggested: {} },
    circumstances(await temporaryFolder(), {
      environment: { ...sandbox.environment, ...environment },
      kmsEndpoint: sandbox.endpoints.kms,
      stsEndpoint: sandbox.endpoints.sts,
      readStdin: () => Promise.resolve(stdin),
    }),
  )
  let access: Access | undefined
  let failure: unknown
  try {
    access = await telling.tell(async context => {
      const snapshot = await context.step('snapshot', () => chooseSnapshot(context))
      return context.step('credentials', () => openKeys(context, snapshot))
    })
  } catch (error) {
    failure = error
  } finally {
    await telling.context.session()?.close()
  }
  const notes = told.flatMap(event => (event.type === 'note' ? [event.message] : [])).join('\n')
  const summary = told.findLast(event => event.type === 'step' && event.step === 'credentials')
  return {
    access,
    failure,
    asked,
    ids: ids(),
    told,
    notes,
    summary: summary?.type === 'step' ? summary.summary : undefined,
  }
}

/** The question of this id that was asked last. */
export function lastAsked({ asked }: Pick<Outcome, 'asked'>, id: string): Question | undefined {
  return asked.findLast(question => question.id === id)
}
