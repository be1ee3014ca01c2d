import { appendFile, chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/lib/failure.ts'
import { isAlive, type ProcessIdentity } from '../../src/lib/process-identity.ts'
import { startMongod } from '../../src/mongod/start.ts'
import { fakeMongod, until, type FakeMongod } from './fake.ts'

const line = (severity: string, component: string, id: number, msg: string, attr: object = {}) =>
  JSON.stringify({
    t: { $date: '2026-01-05T10:00:00.000+00:00' },
    s: severity,
    c: component,
    id,
    ctx: 'initandlisten',
    msg,
    attr,
  })

let fake: FakeMongod
beforeEach(async () => {
  fake = await fakeMongod()
})
afterEach(() => fake.remove())

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('It did not fail')
    },
    (error: unknown) => {
      if (error instanceof Failure) return error
      throw error
    },
  )

describe('starting mongod', () => {
  it('is ready once it says so in its log and answers hello', async () => {
    const mongod = await fake.start({ log: [], then: 'listen' })
    expect(mongod).toMatchObject({ identity: fake.identities[0], dbpath: fake.dbpath, version: '7.0.14' })
    expect(mongod.uri).toBe(`mongodb://127.0.0.1:${mongod.port}/?directConnection=true`)
    expect(await isAlive(mongod.identity)).toBe(true)
  })

  it('tells what mongod does, what only looks bad, and that the key fits', async () => {
    await fake.start({
      log: [
        line('W', 'STORAGE', 22271, 'Detected unclean shutdown - Lock file is not empty'),
        line('I', 'STORAGE', 24038, 'Encryption key manager initialized'),
        line('I', 'WTRECOV', 22430, 'WiredTiger message', {
          message: { msg: 'Recovering log 9 through 10' },
        }),
      ],
      then: 'listen',
    })
    expect(fake.events).toEqual([
      { type: 'note', message: expect.stringContaining('normal') as string },
      { type: 'unlocked' },
      {
        type: 'progress',
        component: 'WTRECOV',
        message: 'Recovering log 9 through 10',
        elapsed: expect.any(Number) as number,
      },
    ])
  })

  it('leads a session of its own, so that a hang-up of the terminal does not reach it', async () => {
    const { identity } = await fake.start({ log: [], then: 'listen' })
    const processGroup = (await readFile(`/proc/${identity.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')[2]
    expect(processGroup).toBe(String(identity.pid))
  })

  it('gives it the environment it is told and nothing of its own', async () => {
    const path = join(fake.folder, 'environment.json')
    const request = fake.request({ log: [], then: 'listen' })
    await startMongod({ ...request, argv: [...request.argv, '--environment-to', path] })
    const names = Object.keys(JSON.parse(await readFile(path, 'utf8')) as object)
    expect(names.filter(name => !['BEHAVIOUR', 'PWD', 'SHLVL', '_'].includes(name))).toEqual([])
  })

  it('keeps what it prints from other users', async () => {
    await fake.start({ log: [], print: 'warning\n', then: 'listen' })
    const path = join(fake.folder, 'mongod.out')
    expect(await readFile(path, 'utf8')).toBe('warning\n')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('says from its log why it ended', async () => {
    const reason =
      'DBPathInUse: Unable to lock the lock file: /db/mongod.lock (Resource temporarily unavailable)'
    await writeFile(join(fake.dbpath, 'mongod.lock'), `${process.pid}\n`)
    const started = startMongod(
      fake.request({
        log: [line('E', 'CONTROL', 20557, 'DBException in initAndListen, terminating', { error: reason })],
        then: { exit: 100 },
      }),
    )
    const { code, message, evidence } = await failure(started)
    expect([code, message]).toEqual(['MONGOD-003', expect.stringContaining(`process ${process.pid}`)])
    expect(evidence).toEqual([expect.stringContaining(reason)])
  })

  it('says from what it printed why it ended', async () => {
    const print =
      "Error parsing command line: unrecognised option '--enableEncryption'\ntry 'mongod --help' for more information\n"
    expect((await failure(startMongod(fake.request({ log: [], print, then: { exit: 2 } })))).code).toBe(
      'MONGOD-001',
    )
  })

  it('says how to start again where other flags will do', async () => {
    const print = "Error parsing command line: unrecognised option '--kmipActivateKeys'\n"
    const started = await startMongod(fake.request({ log: [], print, then: { exit: 2 } }))
    expect(started).toMatchObject({ outcome: 'start-again', correction: { kmipActivateKeys: 'unknown' } })
  })

  it('does not blame this run for what an earlier one logged', async () => {
    const old = line('E', 'CONTROL', 20568, 'Error setting up listener', {
      error: { errmsg: 'Address already in use' },
    })
    await appendFile(join(fake.folder, 'mongod.log'), `${old}\n`)
    const { code, evidence } = await failure(startMongod(fake.request({ log: [], then: { exit: 1 } })))
    expect([code, evidence]).toEqual(['MONGOD-099', []])
  })

  it('names the signal that ended it', async () => {
    const { code, message } = await failure(startMongod(fake.request({ log: [], then: { die: 'SIGABRT' } })))
    expect([code, message]).toEqual(['MONGOD-099', expect.stringContaining('SIGABRT')])
  })

  it('ends a mongod that makes a new master key', async () => {
    const created = line('I', 'STORAGE', 24199, 'Created KMIP key', { keyId: '7' })
    const { code } = await failure(startMongod(fake.request({ log: [created], then: 'recover' })))
    expect(code).toBe('MONGOD-006')
    expect(await isAlive(fake.identities[0]!)).toBe(false)
  })

  it('ends what it started when it is cancelled', async () => {
    const cancel = new AbortController()
    const recovering = line('I', 'STORAGE', 22302, 'Recovering data from the last clean checkpoint.')
    const started = failure(
      startMongod(fake.request({ log: [recovering], then: 'recover' }, { signal: cancel.signal })),
    )
    await until(() => fake.events.length > 0)
    cancel.abort()
    expect((await started).code).toBe('CANCELLED')
    expect(await isAlive(fake.identities[0]!)).toBe(false)
  })

  it('does not wait for a mongod that the driver cannot speak to', async () => {
    const { code } = await failure(startMongod(fake.request({ log: [], then: 'listen', maxWireVersion: 6 })))
    expect(code).toBe('MONGOD-016')
    expect(await isAlive(fake.identities[0]!)).toBe(false)
  })

  it('waits with everything else until its identity is written down', async () => {
    const seen: string[] = []
    await startMongod(
      fake.request(
        { log: [line('I', 'STORAGE', 22302, 'Recovering')], then: 'listen' },
        {
          onStarted: async identity => {
            fake.identities.push(identity)
            await until(async () =>
              (await readFile(join(fake.folder, 'mongod.log'), 'utf8').catch(() => '')).includes('23016'),
            )
            seen.push('written down')
          },
          onEvent: () => seen.push('event'),
        },
      ),
    )
    expect(seen).toEqual(['written down', 'event'])
  })

  it('ends what it started when its identity cannot be written down', async () => {
    const started = startMongod(
      fake.request(
        { log: [], then: 'listen' },
        {
          onStarted: identity => {
            fake.identities.push(identity)
            return Promise.reject(new Error('the disk is full'))
          },
        },
      ),
    )
    await expect(started).rejects.toThrow('the disk is full')
    expect(await isAlive(fake.identities[0]!)).toBe(false)
  })

  it('starts nothing once it is cancelled', async () => {
    const { code } = await failure(
      startMongod(fake.request({ log: [], then: 'listen' }, { signal: AbortSignal.abort() })),
    )
    expect([code, fake.identities]).toEqual(['CANCELLED', []])
  })

  it('refuses a file that cannot be executed', async () => {
    const request = fake.request({ log: [], then: 'listen' })
    await chmod(request.binary.path, 0o644)
    expect((await failure(startMongod(request))).code).toBe('MONGOD-021')
  })

  it('outlives the process that started it, which need not wait for it', async () => {
    const { binary, argv, dbpath, port, logPath, outputPath, environment } = fake.request({
      log: [],
      then: 'listen',
    })
    const request = JSON.stringify({ binary, argv, dbpath, port, logPath, outputPath, environment })
    const program = join(import.meta.dirname, 'start-and-leave.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [program, request])
    const identity = JSON.parse(stdout) as ProcessIdentity
    fake.identities.push(identity)
    expect(await isAlive(identity)).toBe(true)
  })
})
