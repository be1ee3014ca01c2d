import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process, so that a recycled pid is not mistaken for it. Safe to write down. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the platform's own words: opaque, compared for equality only. */
  readonly startedAt: string
}

/** The identity of a live process, or undefined when there is none with this pid (a zombie counts as none). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether exactly this process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid)
  return now?.startedAt === identity.startedAt
}

/** Sends a signal to exactly this process; false when it is gone already. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(identity))) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false
  }
}

/** Waits until the process is gone, by asking ever more slowly; false when it is still there after `timeout` ms. */
export async function waitForExit(identity: ProcessIdentity, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout
  for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
    if (!(await isAlive(identity))) return true
    if (Date.now() >= deadline) return false
    await new Promise(resolve => setTimeout(resolve, pause))
  }
}

let bootId: string | undefined

/** proc(5): field 22 of /proc/PID/stat, clock ticks since boot; with the boot's id, since a pid can recur after a reboot. */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name stands in parentheses and may hold anything, spaces and parentheses included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    bootId ??= (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return `${bootId}/${fields[19]}`
  } catch {
    return undefined
  }
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    })
    const line = stdout.trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}
