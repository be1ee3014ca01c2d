import { join } from 'node:path'
import { Failure } from '../../lib/failure.ts'
import { formatBytes, formatCount } from '../../lib/format.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import { readyCommands } from '../../mongod/handover.ts'
import type { Health } from '../../mongod/health.ts'
import type { KeyProxy } from '../../proxy/key-proxy.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice } from '../questions.ts'
import { stopRunning } from '../running.ts'
import { summariesOf } from './check.ts'
import type { StartedMongod } from './mongod.ts'
import type { ChosenSnapshot } from './snapshot.ts'

/** What the steps before have brought about. */
export interface Restored {
  readonly snapshot: ChosenSnapshot
  readonly proxy: KeyProxy
  readonly mongod: StartedMongod
  readonly health: Health
}

/** A database that is served, or was until the operator had it stopped. */
export interface RestoredDatabase {
  readonly uri: string
  readonly then: 'leave' | 'stop'
  /** CHECK-001 and the like, where data could not be read: the restore then ends with exit code 7. */
  readonly damage: Failure | undefined
}

/** Says how to reach the data, and leaves it running or stops it, as the operator wants. */
export async function handOver(context: RestoreContext, restored: Restored): Promise<RestoredDatabase> {
  const { snapshot, mongod, health } = restored
  const { session } = snapshot
  const millis = Date.now() - context.startedAt
  const damage = damageOf(health)
  await session.update({ state: 'ready' })
  const then = await askWhatThen(context, restored, damage)
  if (then === 'stop') {
    context.tell({
      type: 'progress',
      step: 'handover',
      done: 0,
      unit: 's',
      message: 'Shutting mongod down cleanly',
    })
    await stopRunning(session)
    await session.update({ state: 'stopped' })
  }
  context.handedOver()
  if (then === 'leave') {
    const message = `mongod and the key proxy go on running. To end them: snapthaw stop ${session.id}`
    context.tell({ type: 'note', step: 'handover', message })
  }
  context.tell({ type: 'step', step: 'handover', status: 'done', summary: summaryOf(mongod, then) })
  if (damage === undefined) {
    const { uri, dbpath, version, identity } = mongod
    const databases = summariesOf(health)
    context.tell({ type: 'ready', uri, dbpath, mongodVersion: version, pid: identity.pid, databases, millis })
  }
  return { uri: mongod.uri, then, damage }
}

async function askWhatThen(
  context: RestoreContext,
  { snapshot, mongod, proxy, health }: Restored,
  damage: Failure | undefined,
): Promise<'leave' | 'stop'> {
  const commands = readyCommands(mongod.port, join(snapshot.session.folder, 'dump'))
  const answer = await context.ask(
    choice(catalogue.then, {
      details: [
        `Connection string   ${mongod.uri}`,
        ...commands.map(({ program, argv }) => `${program.padEnd(19)} ${shellCommand(argv)}`),
        '',
        ...summariesOf(health).map(
          ({ name, collections, documents, sizeOnDisk }) =>
            `${name.padEnd(19)} ${formatCount(collections)} collections, ${formatCount(documents)} documents, ${formatBytes(sizeOnDisk)}`,
        ),
      ],
      options: [
        {
          value: 'leave',
          label: 'Leave it running',
          hint: `mongod (process ${mongod.identity.pid}) and the key proxy (process ${proxy.identity.pid}); snapthaw stop ends both`,
        },
        { value: 'stop', label: 'Stop it', hint: 'mongod shuts down cleanly, then the key proxy' },
      ],
      // A restore that fails leaves nothing behind, unless somebody wants to look at what can still be read.
      default: damage === undefined || context.interactive ? 'leave' : 'stop',
    }),
  )
  return answer === 'stop' ? 'stop' : 'leave'
}

function damageOf({ findings }: Health): Failure | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first, ...others] = errors
  if (first === undefined) return undefined
  const evidence = others.map(({ code, message }) => `${code}: ${message}`)
  return new Failure({ ...first, evidence })
}

function summaryOf(mongod: StartedMongod, then: 'leave' | 'stop'): string {
  return then === 'leave' ? `running · ${mongod.uri}` : 'stopped cleanly'
}
