import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from '../../src/lib/process-identity.ts'
import { stopMongod } from '../../src/mongod/stop.ts'
import { fakeMongod, type FakeMongod } from './fake.ts'
import { serveOpMsg } from './op-msg-server.ts'

let fake: FakeMongod
beforeEach(async () => {
  fake = await fakeMongod()
})
afterEach(() => fake.remove())

const signal = new AbortController().signal

describe('stopping mongod', () => {
  it('asks it to shut down, and takes the broken connection for a yes', async () => {
    const { identity, port } = await fake.start({ log: [], then: 'listen', onSigterm: 'ignore' })
    await stopMongod(identity, { port, signal })
    expect(await isAlive(identity)).toBe(false)
  })

  it('sends SIGTERM where the command is refused', async () => {
    const { identity, port } = await fake.start({ log: [], then: 'listen', onShutdown: 'refuse' })
    await stopMongod(identity, { port, signal })
    expect(await isAlive(identity)).toBe(false)
  })

  it('sends no shutdown to another server on the port', async () => {
    const { identity } = await fake.start({ log: [], then: 'listen' })
    const commands: string[] = []
    const stranger = await serveOpMsg(name => {
      commands.push(name)
      return { pid: 1 }
    })
    await stopMongod(identity, { port: stranger.port, signal })
    await stranger.close()
    expect(commands).toEqual(['serverStatus'])
    expect(await isAlive(identity)).toBe(false)
  })

  it('does nothing to a process that is not the one it is told', async () => {
    const { identity, port } = await fake.start({ log: [], then: 'listen' })
    await stopMongod({ ...identity, startedAt: 'another time' }, { port, signal })
    expect(await isAlive(identity)).toBe(true)
  })

  it('stops waiting when it is cancelled, and leaves mongod to itself', async () => {
    const { identity, port } = await fake.start({
      log: [],
      then: 'listen',
      onShutdown: 'pretend',
      onSigterm: 'ignore',
    })
    const cancel = new AbortController()
    const stopping = stopMongod(identity, { port, signal: cancel.signal })
    cancel.abort()
    await expect(stopping).rejects.toThrow('aborted')
    expect(await isAlive(identity)).toBe(true)
    expect(await readFile(join(fake.folder, 'mongod.log'), 'utf8')).toContain('23016')
  })
})
