import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from './failure.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'

/** A lock that ends with its holder: a file that names the process, believed only while exactly that process lives. */
export interface ProcessLock {
  release(): Promise<void>
}

/**
 * Takes the lock, or tells who holds it. Unlike a lock with a time-out, one whose holder was killed is free at once,
 * so that the same command can be run again without waiting.
 */
export async function takeLock(path: string): Promise<ProcessLock | { readonly heldBy: ProcessIdentity }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const self = await identify(process.pid)
  if (self === undefined) throw new Error('This process cannot be identified')
  // Written whole beside it and then linked: nobody ever reads a lock without its holder.
  const mine = `${path}.${self.pid}`
  await writeFile(mine, JSON.stringify(self), { mode: 0o600 })
  try {
    while (!(await linked(mine, path))) {
      const holder = await readHolder(path)
      if (holder !== undefined && (await isAlive(holder))) return { heldBy: holder }
      await clearStale(path, holder, `${mine}.stale`)
    }
    return { release: () => rm(path, { force: true }) }
  } finally {
    await rm(mine, { force: true })
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(path, 'utf8')) as Partial<ProcessIdentity>
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined
  } catch {
    return undefined
  }
}

/** Moves the dead holder's file aside before it is removed: of two that clear it at once, only one moves it. */
async function clearStale(path: string, dead: ProcessIdentity | undefined, aside: string): Promise<void> {
  try {
    await rename(path, aside)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return
    throw error
  }
  const moved = await readHolder(aside)
  // Someone else cleared it and took the lock in between: what was moved is theirs, so it is put back.
  const isDead = moved?.pid === dead?.pid && moved?.startedAt === dead?.startedAt
  if (isDead) await rm(aside, { force: true })
  else await rename(aside, path)
}
