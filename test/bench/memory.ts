import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Figure } from './figure.ts'
import type { RunningPeer } from './peers.ts'
import { openLine } from './round-trip.ts'

const connections = 200

/** What the key proxy takes when nobody asks, and how much more with every client that stays. */
export async function memory(ours: RunningPeer, echo: RunningPeer): Promise<readonly Figure[]> {
  const own = await grown(ours)
  const bare = await grown(echo)
  return [
    {
      figure: 'memory of the key proxy, idle',
      value: own.idle / 1024,
      unit: 'MB',
      against: { peer: 'bare node:tls echo', value: bare.idle / 1024, ratio: own.idle / bare.idle },
    },
    {
      figure: 'memory per open connection',
      value: own.each,
      unit: 'KB',
      against: { peer: 'bare node:tls echo', value: bare.each, ratio: own.each / bare.each },
    },
  ]
}

async function grown(peer: RunningPeer): Promise<{ idle: number; each: number }> {
  const idle = await residentSize(peer.pid)
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(peer)))
  await Promise.all(lines.map(line => line.ask()))
  const busy = await residentSize(peer.pid)
  await Promise.all(lines.map(line => line.close()))
  return { idle, each: (busy - idle) / connections }
}

/** Kilobytes. */
async function residentSize(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout)
}
