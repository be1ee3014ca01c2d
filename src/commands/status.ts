import type { Command } from 'commander'
import type { Invocation } from './invocation.ts'

/** `snapthaw status`: what is running from earlier, looked at anew and not believed from the record. */
export function addStatus(program: Command, { end }: Invocation): void {
  program
    .command('status')
    .description('what is running from earlier')
    .option('--json', 'one JSON object on standard output')
    .action(async ({ json }: { json?: true }) => {
      const { listSessions } = await import('../restore/session.ts')
      const { stateFolder } = await import('../restore/state-folder.ts')
      const { describeRunning, runningParts } = await import('../restore/running.ts')
      const records = await listSessions(stateFolder(process.env))
      const sessions = await Promise.all(
        records.map(async record => ({
          record,
          running: await runningParts(record),
          lines: await describeRunning(record),
        })),
      )
      // What is over and runs no longer is history, and not a status.
      const current = sessions.filter(
        ({ record, running }) => record.state !== 'stopped' || running.length > 0,
      )
      if (json === true) {
        const rows = current.map(({ record, running }) => ({
          session: record.id,
          dbpath: record.dbpath,
          state: record.state,
          reached: record.reached,
          simulated: record.simulated,
          running,
        }))
        process.stdout.write(`${JSON.stringify({ v: 1, sessions: rows }, null, 2)}\n`)
      } else if (current.length === 0) {
        process.stdout.write('Nothing is running, and no restore is unfinished.\n')
      } else {
        process.stdout.write(current.map(({ record, lines }) => describe(record, lines)).join('\n'))
      }
      end(0)
    })
}

function describe(
  record: { id: string; dbpath: string; state: string; reached: string; simulated: boolean },
  running: readonly string[],
): string {
  const state = record.state === 'open' ? `unfinished, at the step ${record.reached}` : record.state
  return [
    `Session ${record.id}${record.simulated ? ' (practice)' : ''}: ${state}`,
    `  dbpath    ${record.dbpath}`,
    ...(running.length === 0 ? ['  nothing of it is running'] : running.map(line => `  ${line}`)),
    record.simulated ? '' : `  go on     snapthaw restore ${record.dbpath}`,
    running.length === 0 ? '' : `  stop      snapthaw stop ${record.id}`,
  ]
    .filter(line => line !== '')
    .join('\n')
    .concat('\n')
}
