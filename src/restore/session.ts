import { createHash, randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfPresent, writeAtomically } from '../lib/atomic-file.ts'
import { Failure, stepNames } from '../lib/failure.ts'
import { takeLock, type ProcessLock } from '../lib/process-lock.ts'
import type { RestoreEvent } from './interview.ts'

const identity = z.object({ pid: z.number().int(), startedAt: z.string() })

/** What a session writes down. Never: access keys, tokens, client secrets, private keys, master keys. */
const sessionRecord = z.object({
  v: z.literal(1),
  id: z.string(),
  dbpath: z.string(),
  /** True for a restore of `snapthaw practice`. */
  simulated: z.boolean(),
  startedAt: z.iso.datetime(),
  /** `open` until the data is checked, `ready` while it is served, `stopped` when the operator is done with it. */
  state: z.enum(['open', 'ready', 'stopped']),
  reached: z.enum(stepNames),
  /** Answers by the id of their question. */
  decisions: z.record(z.string(), z.union([z.string(), z.boolean()])),
  proxy: z
    .object({
      engine: z.enum(['embedded', 'official']),
      identity,
      host: z.literal('127.0.0.1'),
      port: z.number().int(),
      keyIds: z.array(z.string()).readonly(),
      caFile: z.string(),
      clientCertificateFile: z.string(),
      mongodPort: z.number().int().optional(),
    })
    .optional(),
  mongod: z
    .object({
      identity,
      port: z.number().int(),
      dbpath: z.string(),
      logPath: z.string(),
      uri: z.string(),
      version: z.string(),
      /** The words it was started with, without the program. */
      argv: z.array(z.string()).readonly(),
    })
    .optional(),
})
export type SessionRecord = z.infer<typeof sessionRecord>

/** A session on disk, held by this process until `close`. */
export interface Session {
  readonly id: string
  /** Mode 0700: session.json, events.ndjson, mongod.log, proxy.ndjson or proxy.log, backups/ */
  readonly folder: string
  readonly record: SessionRecord
  /** Writes the change down, whole or not at all, before it returns. */
  update(change: Partial<SessionRecord>): Promise<void>
  /** Takes a key out of the record. */
  forget(key: 'proxy' | 'mongod'): Promise<void>
  note(event: RestoreEvent): void
  close(): Promise<void>
}

/** Every session that can be read, the newest first. */
export async function listSessions(home: string): Promise<readonly SessionRecord[]> {
  const ids = await readdir(join(home, 'sessions')).catch(() => [])
  const records = await Promise.all(ids.map(id => readSession(home, id)))
  return records.filter(record => record !== undefined).sort((a, b) => b.startedAt.localeCompare(a.startedAt))
}

/** What a session wrote down, or undefined where there is none or a later version wrote it. */
export async function readSession(home: string, id: string): Promise<SessionRecord | undefined> {
  const json = await readIfPresent(recordFile(sessionFolder(home, id)))
  if (json === undefined) return undefined
  try {
    return sessionRecord.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

/** The newest session of this dbpath that is not over, or undefined. */
export async function unfinishedSession(home: string, dbpath: string): Promise<SessionRecord | undefined> {
  const real = await realpath(dbpath)
  return (await listSessions(home)).find(record => record.dbpath === real && record.state !== 'stopped')
}

/** A new session of this dbpath. Throws SESSION-001 while another snapthaw works on it. */
export async function beginSession(home: string, dbpath: string, simulated: boolean): Promise<Session> {
  const real = await realpath(dbpath)
  const lock = await lockDbpath(home, real)
  const record: SessionRecord = {
    v: 1,
    id: randomBytes(2).toString('hex'),
    dbpath: real,
    simulated,
    startedAt: new Date().toISOString(),
    state: 'open',
    reached: 'snapshot',
    decisions: {},
  }
  const session = await hold(home, record, lock)
  await session.update({})
  return session
}

/** Goes on with a session. Throws SESSION-001 while another snapthaw works on its dbpath. */
export async function resumeSession(home: string, record: SessionRecord): Promise<Session> {
  const lock = await lockDbpath(home, record.dbpath)
  // Read again under the lock: the one who held it may have gone on meanwhile.
  return hold(home, (await readSession(home, record.id)) ?? record, lock)
}

/** A session that leaves no trace: for a dry run. */
export function passingSession(dbpath: string, simulated: boolean): Session {
  const startedAt = new Date().toISOString()
  let record: SessionRecord = {
    v: 1,
    id: 'dry-run',
    dbpath,
    simulated,
    startedAt,
    state: 'open',
    reached: 'snapshot',
    decisions: {},
  }
  return {
    id: record.id,
    folder: '<session>',
    get record() {
      return record
    },
    update: change => {
      record = { ...record, ...change }
      return Promise.resolve()
    },
    forget: () => Promise.resolve(),
    note: () => undefined,
    close: () => Promise.resolve(),
  }
}

async function hold(home: string, initial: SessionRecord, lock: ProcessLock): Promise<Session> {
  const folder = sessionFolder(home, initial.id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let record = initial
  // One write after the other, each whole: two at once could land in either order.
  let written: Promise<void> = Promise.resolve()
  let noted: Promise<void> = Promise.resolve()
  const write = (next: SessionRecord) => {
    record = next
    written = written.then(() =>
      writeAtomically(recordFile(folder), `${JSON.stringify(next, null, 2)}\n`, 0o600),
    )
    return written
  }
  return {
    id: initial.id,
    folder,
    get record() {
      return record
    },
    update: change => write({ ...record, ...change }),
    forget: key => {
      return write(
        Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) as SessionRecord,
      )
    },
    note: event => {
      if (event.type === 'progress') return
      const line = JSON.stringify({ at: new Date().toISOString(), ...event })
      noted = noted.then(() => appendFile(join(folder, 'events.ndjson'), `${line}\n`, { mode: 0o600 }))
    },
    close: async () => {
      await Promise.allSettled([written, noted])
      await lock.release()
    },
  }
}

async function lockDbpath(home: string, dbpath: string): Promise<ProcessLock> {
  const name = createHash('sha256').update(dbpath).digest('hex').slice(0, 32)
  const lock = await takeLock(join(home, 'locks', name))
  if ('heldBy' in lock) {
    throw new Failure({
      code: 'SESSION-001',
      message: `Another snapthaw (process ${lock.heldBy.pid}) works on ${dbpath}`,
      remedy: 'Go on in its terminal, or end it there with q. `snapthaw status` shows what runs.',
    })
  }
  return lock
}

export function sessionFolder(home: string, id: string): string {
  return join(home, 'sessions', id)
}

function recordFile(folder: string): string {
  return join(folder, 'session.json')
}
