import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cli, eventsOf, newOperator, stepsOf } from '../e2e/program.ts'
import { temporaryFolder } from '../temp-folder.ts'
import type { AwsCase } from './aws-cases.ts'
import type { AwsCloud } from './aws-cloud.ts'
import { snapshotOf } from './aws-snapshot.ts'

/** A whole `snapthaw restore` at this account, with the simulated mongod: its steps, its last event, and what still runs. */
export async function restoreAt(cloud: AwsCloud, { snapshot, args = [] }: AwsCase) {
  const dbpath = await snapshotOf(snapshot)
  const operator = await newOperator()
  const { stdout } = await operator.run([
    ...['restore', dbpath, '--no-input', '--json', '--then', 'stop'],
    ...['--kms-endpoint', cloud.url, '--sts-endpoint', cloud.url],
    ...['--mongod', await simulatedMongod(), '--mongod-port', '0', '--kmip-port', '0', '--start-mongod'],
    ...args,
  ])
  const events = eventsOf(stdout)
  const { stdout: status } = await operator.run(['status'])
  return { steps: stepsOf(events), last: events.at(-1), status }
}

/** The program that stands in for mongod in a practice, as one that takes mongod's flags. */
async function simulatedMongod(): Promise<string> {
  const program = join(dirname(cli), 'simulated-mongod.js')
  const path = join(await temporaryFolder(), 'mongod')
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o700 })
  return path
}
