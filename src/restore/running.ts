import { join } from 'node:path'
import { readIfPresent } from '../lib/atomic-file.ts'
import { identify, isAlive } from '../lib/process-identity.ts'
import { endUnready, stopMongod } from '../mongod/stop.ts'
import { stopProxy } from '../proxy/embedded.ts'
import type { KeyProxy } from '../proxy/key-proxy.ts'
import { takeBackLent } from './credentials/lend.ts'
import type { Session, SessionRecord } from './session.ts'

/** A process of a session that is alive now, whatever the record says. */
export interface RunningPart {
  readonly part: 'mongod' | 'key proxy'
  readonly pid: number
  readonly port: number
}

/** What of a session really runs: each recorded pid is believed only together with its start time. */
export async function runningParts({ mongod, proxy }: SessionRecord): Promise<readonly RunningPart[]> {
  const parts: RunningPart[] = []
  if (mongod !== undefined && (await isAlive(mongod.identity))) {
    parts.push({ part: 'mongod', pid: mongod.identity.pid, port: mongod.port })
  }
  if (proxy !== undefined && (await isAlive(proxy.identity))) {
    parts.push({ part: 'key proxy', pid: proxy.identity.pid, port: proxy.port })
  }
  return parts
}

/** The same in words, one line each. */
export async function describeRunning(record: SessionRecord): Promise<readonly string[]> {
  return (await runningParts(record)).map(
    ({ part, pid, port }) => `${part} runs on 127.0.0.1:${port} (process ${pid})`,
  )
}

/**
 * Ends what a session runs, mongod first: it may still ask the proxy for its key. Gives the names of what was stopped.
 * Throws MONGOD-… or PROXY-… when a process does not end; it stays in the record then.
 */
export async function stopRunning(session: Session): Promise<readonly string[]> {
  const running = await runningParts(session.record)
  await stopRecordedMongod(session)
  await stopRecordedProxy(session)
  return running.map(({ part }) => part)
}

/** Ends the session's mongod, if exactly that one still runs, and strikes it from the record. */
export async function stopRecordedMongod(session: Session): Promise<void> {
  const { mongod } = session.record
  if (mongod === undefined) return
  await stopMongod(mongod.identity, { port: mongod.port, signal: AbortSignal.timeout(patience) })
  await session.forget('mongod')
}

/**
 * Ends the session's key proxy, if exactly that one still runs, strikes it from the record, and takes back the metadata
 * files that were lent to it. Throws CRED-015 where somebody else has changed one of them.
 */
export async function stopRecordedProxy(session: Session): Promise<void> {
  const { proxy } = session.record
  if (proxy !== undefined) {
    await stopProxy(proxy)
    await session.forget('proxy')
  }
  await takeBackLent(session)
}

/** Where the key proxy of a session writes what it has to say: NDJSON, or the official one's own words. */
export function proxyLog({ folder }: Pick<Session, 'folder'>, engine: KeyProxy['engine']): string {
  return join(folder, engine === 'embedded' ? 'proxy.ndjson' : 'proxy.log')
}

/**
 * Ends a mongod of this session that nobody wrote down: snapthaw was killed between starting it and knowing its pid. It
 * is known by the pid file in the session's folder, which only its mongod writes, together with the pid in the dbpath's
 * mongod.lock. Gives whether there was one.
 */
export async function endUnrecordedMongod(session: Session, lockedBy: number): Promise<boolean> {
  const written = await readIfPresent(join(session.folder, 'mongod.pid'))
  if (Number(written?.trim()) !== lockedBy || session.record.mongod?.identity.pid === lockedBy) return false
  const identity = await identify(lockedBy)
  if (identity !== undefined) await endUnready(identity)
  return true
}

/** Milliseconds. A mongod with much to write takes its time, and must be let. */
const patience = 180_000
