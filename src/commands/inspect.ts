import { homedir } from 'node:os'
import type { Command } from 'commander'
import type { Invocation } from './invocation.ts'

/** `snapthaw inspect PATH`: what the snapshot is, which keys, what is wrong, what it needs. Reads only, asks nobody. */
export function addInspect(program: Command, { end }: Invocation): void {
  program
    .command('inspect')
    .argument('<PATH>', 'a dbpath, or a folder that holds one')
    .option('--json', 'one JSON object on standard output')
    .description('what the snapshot is, which keys it has, what is wrong with it; reads only')
    .action(async (path: string, { json }: { json?: true }) => {
      const { pastedPath } = await import('../snapshot/pasted-path.ts')
      const { inspect, report } = await import('../restore/inspect.ts')
      const inspection = await inspect(
        pastedPath(path, { home: homedir(), cwd: process.cwd() }),
        AbortSignal.timeout(600_000),
      )
      process.stdout.write(
        json === true ? `${JSON.stringify({ v: 1, ...inspection }, null, 2)}\n` : report(inspection),
      )
      end(
        inspection.findings.some(({ code, severity }) => severity === 'error' && code.startsWith('SNAP-'))
          ? snapshotUnusable
          : 0,
      )
    })
}

const snapshotUnusable = 3
