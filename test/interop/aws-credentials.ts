import { expect } from 'vitest'
import { eventsOf, newOperator, type Outcome } from '../e2e/program.ts'
import type { AwsCase } from './aws-cases.ts'
import type { AwsCloud } from './aws-cloud.ts'
import { snapshotOf } from './aws-snapshot.ts'

/** What `snapthaw credentials --check` makes of a case: its last word. */
export interface Verdict {
  readonly exitCode: number
  readonly code: unknown
}

/** The key opens. */
export const opens: Verdict = { exitCode: 0, code: undefined }

/** Credentials do not open the key, for the reason with this code. */
export function refusedAs(code: string): Verdict {
  return { exitCode: 4, code }
}

/** Runs `snapthaw credentials --check --json` on a snapshot at this account, and sees that no secret leaves it. */
export async function checkCredentials(cloud: AwsCloud, { snapshot, args = [], stdin, env = {} }: AwsCase) {
  const dbpath = await snapshotOf(snapshot)
  const operator = await newOperator()
  const outcome = await operator.run(
    [
      'credentials',
      dbpath,
      '--check',
      '--json',
      '--kms-endpoint',
      cloud.url,
      '--sts-endpoint',
      cloud.url,
      ...args,
    ],
    { env, ...(stdin === undefined ? {} : { input: JSON.stringify(stdin) }) },
  )
  expectNoSecrets(outcome, cloud)
  const last = eventsOf(outcome.stdout).at(-1)
  const verdict: Verdict = {
    exitCode: outcome.exitCode,
    code: last?.type === 'failed' ? last.code : undefined,
  }
  return { verdict, stderr: outcome.stderr }
}

function expectNoSecrets({ stdout, stderr }: Outcome, { account }: AwsCloud): void {
  const { restorer, stranger, session, shortSession } = account
  for (const { secretAccessKey, sessionToken = secretAccessKey } of [
    restorer,
    stranger,
    session,
    shortSession,
  ]) {
    expect(stdout + stderr).not.toContain(secretAccessKey)
    expect(stdout + stderr).not.toContain(sessionToken)
  }
}
