import type { Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import type { SessionRecord } from '../restore/session.ts'
import type { Invocation } from './invocation.ts'

/** `snapthaw stop [SESSION]`: a clean end for the mongod and the key proxy of a session. */
export function addStop(program: Command, { end }: Invocation): void {
  program
    .command('stop')
    .argument('[SESSION]', 'which session; without it, the only one that runs')
    .option('--all', 'every session that runs')
    .description('shut down cleanly what runs from earlier')
    .action(async (id: string | undefined, { all }: { all?: true }) => {
      const { listSessions, sessionFolder } = await import('../restore/session.ts')
      const { stateFolder } = await import('../restore/state-folder.ts')
      const { lentFiles } = await import('../restore/credentials/lend.ts')
      const { runningParts } = await import('../restore/running.ts')
      const home = stateFolder(process.env)
      const records = await listSessions(home)
      // A key proxy that was killed gives nothing back by itself.
      const lent = (record: SessionRecord) => lentFiles({ folder: sessionFolder(home, record.id) })
      const isRunning = await Promise.all(
        records.map(
          async record => (await runningParts(record)).length > 0 || (await lent(record)).length > 0,
        ),
      )
      const running = records.filter((_, index) => isRunning[index])
      const chosen = all === true ? running : choose(id, records, running)
      if (chosen.length === 0) process.stdout.write('Nothing is running.\n')
      for (const record of chosen) {
        const files = await lent(record)
        const stopped = await stopSession(home, record)
        const what = stopped.length === 0 ? 'nothing was running' : `stopped ${stopped.join(' and ')}`
        process.stdout.write(`Session ${record.id}: ${what}\n`)
        for (const file of files)
          process.stdout.write(`  ${file} is as it was before it was lent to the key proxy\n`)
      }
      end(0)
    })
}

/** Ends a session with all that it runs; gives the names of what was stopped. Throws SESSION-001 while it is in use. */
export async function stopSession(home: string, record: SessionRecord): Promise<readonly string[]> {
  const { resumeSession } = await import('../restore/session.ts')
  const { stopRunning } = await import('../restore/running.ts')
  const session = await resumeSession(home, record)
  try {
    const stopped = await stopRunning(session)
    await session.update({ state: 'stopped' })
    return stopped
  } finally {
    await session.close()
  }
}

function choose(
  id: string | undefined,
  records: readonly SessionRecord[],
  running: readonly SessionRecord[],
): readonly SessionRecord[] {
  if (id !== undefined) {
    const named = records.filter(record => record.id === id)
    if (named.length > 0) return named
    throw new Failure({
      code: 'SESSION-002',
      message: `There is no session ${id}`,
      remedy: 'List the sessions with: snapthaw status',
    })
  }
  if (running.length <= 1) return running
  throw new Failure({
    code: 'USAGE-001',
    message: `Several sessions are running: ${running.map(record => record.id).join(', ')}`,
    remedy: `Name one, such as \`snapthaw stop ${running[0]?.id ?? ''}\`, or end them all: snapthaw stop --all`,
    evidence: running.map(record => `${record.id}  ${record.dbpath}`),
  })
}
