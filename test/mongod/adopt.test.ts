import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive, signalProcess, waitForExit } from '../../src/lib/process-identity.ts'
import { adoptMongod } from '../../src/mongod/adopt.ts'
import type { RunningMongod } from '../../src/mongod/mongod.ts'
import type { StartEvent } from '../../src/mongod/readiness.ts'
import { fakeMongod, until, type FakeMongod } from './fake.ts'
import { serveOpMsg } from './op-msg-server.ts'

let fake: FakeMongod
let events: StartEvent[]
beforeEach(async () => {
  fake = await fakeMongod()
  events = []
})
afterEach(() => fake.remove())

const adopt = (recorded: RunningMongod, signal = new AbortController().signal) =>
  adoptMongod(recorded, { signal, onEvent: event => events.push(event) })

const recovering = '{"s":"I","c":"STORAGE","id":22302,"ctx":"initandlisten","msg":"Recovering data"}'
const waiting = '{"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections"}'
const restarted = '{"s":"I","c":"CONTROL","id":20698,"ctx":"main","msg":"***** SERVER RESTARTED *****"}'
const createdKey = '{"s":"I","c":"STORAGE","id":24199,"ctx":"initandlisten","msg":"Created KMIP key"}'

describe('taking over a mongod that was started earlier', () => {
  it('takes the one that answers with its pid and its dbpath', async () => {
    const mongod = await fake.start({ log: [], then: 'listen' })
    expect(await adopt(mongod)).toEqual(mongod)
  })

  it('does not take one that is gone', async () => {
    const mongod = await fake.start({ log: [], then: 'listen' })
    await signalProcess(mongod.identity, 'SIGTERM')
    await waitForExit(mongod.identity, 5_000)
    expect(await adopt(mongod)).toBeUndefined()
  })

  it('does not take a process that has got its pid', async () => {
    const mongod = await fake.start({ log: [], then: 'listen' })
    expect(await adopt({ ...mongod, identity: { ...mongod.identity, startedAt: 'earlier' } })).toBeUndefined()
  })

  it('does not take one that serves another dbpath', async () => {
    const mongod = await fake.start({ log: [], then: 'listen', reportedDbpath: fake.folder })
    expect(await adopt(mongod)).toBeUndefined()
  })

  it('does not take another mongod that answers on its port', async () => {
    const mongod = await fake.start({ log: [], then: 'listen' })
    const stranger = await serveOpMsg(() => ({ pid: 1 }))
    expect(await adopt({ ...mongod, port: stranger.port })).toBeUndefined()
    await stranger.close()
  })

  it('waits for one that is still starting, and reads nothing of an earlier run as its own', async () => {
    await writeFile(join(fake.folder, 'mongod.log'), `${waiting}\n${createdKey}\n`)
    const mongod = await fake.leave({ log: [restarted, recovering], then: 'recover' })
    const adopted = adopt(mongod)
    await until(() => events.length > 0)
    const server = await serveOpMsg(
      name =>
        name === 'serverStatus'
          ? { pid: mongod.identity.pid }
          : { parsed: { storage: { dbPath: mongod.dbpath } } },
      mongod.port,
    )
    await appendFile(mongod.logPath, `${waiting}\n`)
    expect(await adopted).toEqual(mongod)
    await server.close()
    expect(events).toMatchObject([{ message: 'Recovering data' }])
  })

  it('gives up on one that ends while it starts', async () => {
    const mongod = await fake.leave({ log: [recovering], then: 'recover' })
    const adopted = adopt(mongod)
    await until(() => events.length > 0)
    await signalProcess(mongod.identity, 'SIGKILL')
    expect(await adopted).toBeUndefined()
  })

  it('ends one that makes a new master key meanwhile', async () => {
    const mongod = await fake.leave({ log: [recovering], then: 'recover' })
    const adopted = adopt(mongod)
    await until(() => events.length > 0)
    await appendFile(mongod.logPath, `${createdKey}\n`)
    await expect(adopted).rejects.toMatchObject({ code: 'MONGOD-006' })
    expect(await isAlive(mongod.identity)).toBe(false)
  })

  it('leaves a starting mongod alone when it is cancelled', async () => {
    const mongod = await fake.leave({ log: [recovering], then: 'recover' })
    const cancel = new AbortController()
    const adopted = adopt(mongod, cancel.signal)
    await until(() => events.length > 0)
    cancel.abort()
    await expect(adopted).rejects.toThrow('aborted')
    expect(await isAlive(mongod.identity)).toBe(true)
  })
})
