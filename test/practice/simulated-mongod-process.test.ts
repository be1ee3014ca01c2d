import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../../src/lib/ports.ts'
import { parseVersion } from '../../src/mongod/binary.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { keyServer } from './key-server.ts'
import { makeSnapshot, masterKey } from './make-snapshot.ts'
import { driverFor } from './serve-snapshot.ts'

const program = join(import.meta.dirname, '../../src/practice/simulated-mongod/main.ts')

function run(argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

async function ending(child: ChildProcess): Promise<Ending> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, ...output }
}

describe('the program simulated-mongod', () => {
  it('describes itself as mongod does, and as simulated', async () => {
    const { code, stdout } = await ending(run(['--version']))
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toContain('This is the simulated mongod of a snapthaw practice')
    expect(parseVersion(stdout)).toEqual({ version: '7.0.14', edition: 'enterprise', simulated: true })
  })

  it('is what the scenario says', async () => {
    const scenario = join(await temporaryFolder(), 'scenario.json')
    await writeFile(scenario, '{ "version": "6.0.19", "edition": "community" }')
    const { stdout } = await ending(run(['--snapthawScenario', scenario, '--version']))
    expect(parseVersion(stdout)).toEqual({ version: '6.0.19', edition: 'community', simulated: true })
  })

  it('refuses an unknown flag in mongod’s words, with exit code 2', async () => {
    expect(await ending(run(['--dbpath', '/x', '--nonsense']))).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        "Error parsing command line: unrecognised option '--nonsense'\ntry 'mongod --help' for more information\n",
    })
  })

  it('says without a stack trace that its log cannot be opened', async () => {
    const { code, stdout, stderr } = await ending(run(['--logpath', '/does/not/exist/log']))
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain('"id":20574')
    expect(stdout).toContain('Failed to open /does/not/exist/log')
  })

  it('serves a restored snapshot, appends to its log without a key in it, and shuts down by command without an answer', async () => {
    const { argv, port, log } = await restored()
    await writeFile(log, 'an earlier run\n')
    const child = run(argv)
    const ended = ending(child)
    await vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain('"id":23016'), 20_000)
    const client = await driverFor(port)
    expect(await client.db('shop').collection('orders').countDocuments()).toBe(480)
    const status = await client.db('admin').command({ serverStatus: 1 })
    expect(status.pid).toBe(child.pid)
    await expect(client.db('admin').command({ shutdown: 1 })).rejects.toMatchObject({
      name: 'MongoNetworkError',
    })
    expect(await ended).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    const text = await readFile(log, 'utf8')
    expect(text).toMatch(/^an earlier run\n.*"id":20698, .*SERVER RESTARTED/)
    expect(text).toContain('"id":4695400')
    for (const encoding of ['latin1', 'hex', 'base64'] as const) {
      expect(text).not.toContain(masterKey.toString(encoding))
    }
  })

  it('shuts down on SIGTERM, with exit code 0', async () => {
    const { argv, log } = await restored()
    const child = run(argv)
    const ended = ending(child)
    await vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain('"id":23016'), 20_000)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, signal: null })
    const text = await readFile(log, 'utf8')
    expect(text).toContain('"id":23377')
    expect(text.trimEnd().split('\n').at(-1)).toContain('"msg":"Shutting down","attr":{"exitCode":0}')
  })

  it('dies by SIGABRT on a damaged catalog', async () => {
    const { argv } = await restored({ damage: { kind: 'catalog' } })
    expect(await ending(run(argv))).toMatchObject({ code: null, signal: 'SIGABRT' })
  })
})

/** A snapshot, its key on a KMIP server, and the command line that a restore uses. */
async function restored(snapshot: Parameters<typeof makeSnapshot>[0] = {}) {
  const dbpath = await makeSnapshot(snapshot)
  const { flags } = await keyServer({ 'key-1': masterKey })
  const port = await freePort()
  const log = join(await temporaryFolder(), 'mongod.log')
  const place = ['--dbpath', dbpath, '--port', String(port), '--bind_ip', '127.0.0.1']
  const argv = [...place, ...flags, '--kmipActivateKeys', 'false', '--logpath', log, '--logappend']
  return { argv, port, log }
}
