import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { atLeast, atMost, type Figure } from './figure.ts'
import { compare, median } from './pairs.ts'
import { outputOf } from './programs.ts'

const megabyte = 1024 * 1024

/** Reading what mongod writes into its log while it starts: every line is parsed and looked at. */
export async function logFollowing(folder: string): Promise<readonly Figure[]> {
  const large = await logOf(join(folder, 'large.log'), 200)
  const small = await logOf(join(folder, 'small.log'), 20)
  const seen: Record<'large' | 'small', Followed[]> = { large: [], small: [] }
  const follow = (path: string, followed: Followed[]) => async () => {
    const once = await followOnce(path)
    followed.push(once)
    return once.size / megabyte / (once.millis / 1000)
  }
  const ours = follow(large, seen.large)
  const toCat = await compare(5, { ours, theirs: () => cat(large) })
  const toSmall = await compare(5, { ours, theirs: follow(small, seen.small) })
  const memory = (kind: 'held' | 'peak') => {
    const [value, theirs] = [seen.large, seen.small].map(
      runs => median(runs.map(run => run[kind])) / megabyte,
    )
    return {
      value: value!,
      unit: 'MB',
      against: { peer: 'of 20 MB', value: theirs!, ratio: value! / theirs! },
    }
  }
  return [
    {
      figure: 'following mongod’s log',
      value: toCat.ours,
      unit: 'MB/s',
      against: { peer: '`cat` to a pipe', value: toCat.theirs, ratio: toCat.ratio },
      goal: atLeast(100, 'value'),
    },
    {
      figure: 'following 200 MB of log',
      value: toSmall.ours,
      unit: 'MB/s',
      against: { peer: 'of 20 MB', value: toSmall.theirs, ratio: toSmall.ratio },
      goal: atLeast(0.9),
    },
    // What a leak would make grow. The peak grows as well, because the collector is in no hurry.
    { figure: 'memory in use after 200 MB of log', ...memory('held'), goal: atMost(1.1) },
    { figure: 'peak memory with 200 MB of log', ...memory('peak') },
  ]
}

/** Sizes in bytes. */
interface Followed {
  readonly size: number
  readonly millis: number
  readonly held: number
  readonly peak: number
}

/** A line of mongod's log as it is while it recovers. */
function line(id: number, msg: string): string {
  const message = {
    ts_sec: 1772334000,
    ts_usec: 123456,
    thread: '4711:0x7f00',
    session_name: 'txn-recover',
    category: 'WT_VERB_RECOVERY_PROGRESS',
    msg: 'Recovering log 12 through 13',
  }
  const t = { $date: '2026-03-01T03:00:00.000+00:00' }
  return `${JSON.stringify({ t, s: 'I', c: 'STORAGE', id, ctx: 'initandlisten', msg, attr: { message } })}\n`
}

/** A log of so many megabytes, which ends with mongod waiting for connections. */
async function logOf(path: string, megabytes: number): Promise<string> {
  const text = line(22430, 'WiredTiger message')
  const block = text.repeat(Math.ceil(megabyte / text.length))
  const file = await open(path, 'w')
  for (let written = 0; written < megabytes; written++) await file.write(block)
  await file.write(line(23016, 'Waiting for connections'))
  await file.close()
  return path
}

async function followOnce(path: string): Promise<Followed> {
  const output = await outputOf(['--expose-gc', join(import.meta.dirname, 'follow-once.ts'), path])
  return JSON.parse(output) as Followed
}

async function cat(path: string): Promise<number> {
  const { size } = await stat(path)
  const began = performance.now()
  const child = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.resume()
  await once(child, 'close')
  return size / megabyte / ((performance.now() - began) / 1000)
}
