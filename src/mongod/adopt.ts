import { realpath } from 'node:fs/promises'
import type { MongoClient } from 'mongodb'
import { Failure } from '../lib/failure.ts'
import { isAlive, waitForExit, type ProcessIdentity } from '../lib/process-identity.ts'
import { isListening, pidOf, withClient } from './client.ts'
import type { RunningMongod } from './mongod.ts'
import { watchStart, type StartEvent } from './readiness.ts'
import { readLastRun } from './run-log.ts'
import { endUnready } from './stop.ts'

export interface AdoptOptions {
  readonly signal: AbortSignal
  readonly onEvent: (event: StartEvent) => void
}

/**
 * Takes over a mongod that was started earlier, if it is really that one: the process lives, a mongod with its pid
 * answers on the port, and serves the dbpath. One that is still starting is waited for. Undefined when it is gone, or
 * is not the one that was written down. Throws what starting throws (`watchStart`), and the signal's reason when it
 * aborts; the mongod is left alone then.
 */
export async function adoptMongod(
  recorded: RunningMongod,
  { signal, onEvent }: AdoptOptions,
): Promise<RunningMongod | undefined> {
  if (!(await isAlive(recorded.identity))) return undefined
  const answer = await isTheOne(recorded, signal)
  if (answer !== 'silent') return answer === 'yes' ? recorded : undefined

  const over = new AbortController()
  const watching = AbortSignal.any([signal, over.signal])
  try {
    const { start: from } = await readLastRun(recorded.logPath, 0)
    const first = await Promise.race([
      watchStart({ ...recorded, from, onEvent }, watching),
      gone(recorded.identity, watching),
    ])
    signal.throwIfAborted()
    return first === 'ready' && (await isTheOne(recorded, signal)) === 'yes' ? recorded : undefined
  } catch (error) {
    if (error instanceof Failure && error.code === 'MONGOD-006') await endUnready(recorded.identity)
    throw error
  } finally {
    over.abort()
  }
}

/** Whether who answers on the port is the mongod that was written down. */
async function isTheOne(recorded: RunningMongod, signal: AbortSignal): Promise<'yes' | 'no' | 'silent'> {
  if (!(await isListening(recorded.port))) return 'silent'
  try {
    return await withClient(recorded.port, signal, async client => {
      const isIt =
        (await pidOf(client)) === recorded.identity.pid && (await servesDbpath(client, recorded.dbpath))
      return isIt ? 'yes' : 'no'
    })
  } catch {
    signal.throwIfAborted()
    return 'silent'
  }
}

async function servesDbpath(client: MongoClient, dbpath: string): Promise<boolean> {
  const options = await client.db('admin').command({ getCmdLineOpts: 1 })
  const parsed = options.parsed as { readonly storage?: { readonly dbPath?: string } } | undefined
  const served = parsed?.storage?.dbPath
  return served !== undefined && (await realpath(served)) === (await realpath(dbpath))
}

async function gone(identity: ProcessIdentity, signal: AbortSignal): Promise<undefined> {
  while (!signal.aborted && !(await waitForExit(identity, 200)));
}
