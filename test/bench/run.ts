// `npm run bench`: every figure as a ratio within this one run. A table on standard output, and bench/results.json.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import build from '../build-once.ts'
import install from '../interop/install.ts'
import { certificates } from './certificates.ts'
import { startInstantCloud } from './cloud.ts'
import { isMet, tableOf, type Figure } from './figure.ts'
import { firstFrame } from './first-frame.ts'
import { connectGetClose } from './kmip-connections.ts'
import { getsPerSecond } from './kmip-gets.ts'
import { underLoad } from './kmip-load.ts'
import { logFollowing } from './log-following.ts'
import { memory } from './memory.ts'
import { startEcho, startOurs, startPykmip } from './peers.ts'
import { root } from './programs.ts'
import { proxyStart } from './proxy-start.ts'
import { startUp } from './start-up.ts'
import { survey } from './survey.ts'

const began = performance.now()
process.chdir(root)
build()
await install()
const scratch = await mkdtemp(join(tmpdir(), 'snapthaw-bench-'))
const figures: Figure[] = []

async function measure(what: string, measuring: () => Promise<readonly Figure[]>): Promise<void> {
  process.stderr.write(`${what} …\n`)
  figures.push(...(await measuring()))
}

async function folder(name: string): Promise<string> {
  const path = join(scratch, name)
  await mkdir(path)
  return path
}

try {
  await measure('start-up', startUp)
  await measure('first frame', async () => firstFrame(await folder('frame')))
  await kmip()
  await measure('certificates', certificates)
  await measure('survey', async () => survey(await folder('survey')))
  await measure('log following', async () => logFollowing(await folder('logs')))
} finally {
  await rm(scratch, { recursive: true, force: true })
}

async function kmip(): Promise<void> {
  const cloud = await startInstantCloud()
  const ours = await startOurs(cloud, await folder('ours'))
  const echo = await startEcho(ours)
  try {
    // Before anybody has asked much: a process does not give back what it once took.
    await measure('memory', () => memory(ours, echo))
    const pykmip = await startPykmip(await folder('pykmip'))
    await measure('KMIP on one connection', () => getsPerSecond(ours, pykmip, echo)).finally(() =>
      pykmip.stop(),
    )
    await measure('KMIP connections', () => connectGetClose(ours, echo))
    await measure('KMIP under load', () => underLoad(ours))
    await measure('proxy start', async () => proxyStart(cloud, await folder('starts')))
  } finally {
    await ours.stop()
    await echo.stop()
    cloud.close()
  }
}

const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cpus: cpus().length,
}
const results = {
  at: new Date().toISOString(),
  machine,
  figures: figures.map(each => ({ ...each, met: isMet(each) })),
}
await mkdir('bench', { recursive: true })
await writeFile(join('bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
process.stdout.write(tableOf(figures))
process.stderr.write(`${Math.round((performance.now() - began) / 1000)} s\n`)
