import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { labPolicy } from '../../src/kmip/policy.ts'
import { freePort } from '../../src/lib/ports.ts'
import { diagnose } from '../../src/mongod/diagnosis.ts'
import { parseLogLine, type LogLine } from '../../src/mongod/log.ts'
import { parseCommandLine } from '../../src/practice/simulated-mongod/command-line.ts'
import { openLog } from '../../src/practice/simulated-mongod/log.ts'
import { mongodOptions } from '../../src/practice/simulated-mongod/options.ts'
import { runMongod } from '../../src/practice/simulated-mongod/run-mongod.ts'
import type { Scenario } from '../../src/practice/simulated-mongod/scenario.ts'
import type { MongodEnd } from '../../src/practice/simulated-mongod/start-failure.ts'
import type { SnapshotDamage } from '../../src/practice/snapshot-generator.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { keyServer } from './key-server.ts'
import { makeSnapshot, masterKey } from './make-snapshot.ts'

interface Start {
  readonly end: MongodEnd
  readonly log: readonly LogLine[]
  readonly ids: readonly (number | undefined)[]
  /** What the wizard makes of it. */
  readonly diagnosis: string
}

interface StartOptions {
  readonly dbpath: string
  readonly flags?: readonly string[]
  readonly scenario?: Partial<Scenario>
  readonly port?: number
  /** Called with each line of the log. */
  readonly onLine?: (line: LogLine, stop: () => void) => void
}

/** One life of a simulated mongod in this process: stopped as soon as it waits for connections. */
async function start({
  dbpath,
  flags = [],
  scenario = {},
  port,
  onLine = stopWhenReady,
}: StartOptions): Promise<Start> {
  const whole: Scenario = { version: '7.0.14', edition: 'enterprise', ...scenario }
  const mongodPort = port ?? (await freePort())
  const argv = ['--dbpath', dbpath, '--port', String(mongodPort), ...flags]
  const asked = parseCommandLine(argv, whole)
  if (asked.asks !== 'run') throw new TypeError(`asks for ${asked.asks}`)
  const path = join(await temporaryFolder(), 'mongod.log')
  const file = openLog({ path, append: true })
  const stopping = new AbortController()
  const log: LogLine[] = []
  const watched: typeof file = {
    ...file,
    write: entry => {
      file.write(entry)
      const line = parseLogLine(file.recent('global').at(-1) ?? '')
      if (line === undefined) return
      log.push(line)
      onLine(line, () => stopping.abort())
    },
    info: (component, id, context, message, attributes) =>
      watched.write({ severity: 'I', component, id, context, message, ...(attributes && { attributes }) }),
  }
  const options = mongodOptions(asked.given, whole.version)
  const end = await runMongod({ argv, options, scenario: whole, log: watched, stopping }).finally(() =>
    file.close(),
  )
  const ending = {
    exitCode: typeof end === 'number' ? end : undefined,
    signal: typeof end === 'string' ? end : undefined,
  }
  const remains = { dbpath, port: mongodPort, logPath: path, lockedBy: undefined, log, output: [], ending }
  return { end, log, ids: log.map(line => line.id), diagnosis: end === 0 ? '' : diagnose(remains).code }
}

function stopWhenReady(line: LogLine, stop: () => void): void {
  if (line.id === 23016) stop()
}

async function flagsFor(key = masterKey, id = 'key-1'): Promise<readonly string[]> {
  return (await keyServer({ [id]: key })).flags
}

const textOf = ({ log }: Start) => log.map(line => line.raw).join('\n')

describe('a simulated mongod that starts', () => {
  it('logs what a mongod logs, in its order, and ends with 0', async () => {
    const { end, ids } = await start({ dbpath: await makeSnapshot(), flags: await flagsFor() })
    expect(end).toBe(0)
    const milestones = [4615611, 23403, 21951, 22271, 24038, 22315, 23015, 23016, 20562, 20565, 23138]
    expect(ids.filter(id => milestones.includes(id ?? 0))).toEqual(milestones)
  })

  it('says in its log that it is simulated', async () => {
    const run = await start({ dbpath: await makeSnapshot(), flags: await flagsFor() })
    expect(textOf(run)).toContain('simulated mongod of a snapthaw practice, not MongoDB')
    expect(textOf(run)).toContain('"snapthawSimulated":true')
  })

  it('asks the KMIP server for the key, and for its state only when it activates keys', async () => {
    const server = await keyServer({ 'key-1': masterKey })
    const dbpath = await makeSnapshot()
    await start({ dbpath, flags: [...server.flags, '--kmipActivateKeys', 'false'] })
    const asked = () => server.events.map(event => ('operation' in event ? event.operation : event.type))
    expect(asked()).toEqual(['Get'])
    await start({ dbpath, flags: server.flags })
    expect(asked()).toEqual(['Get', 'Get', 'GetAttributes'])
  })

  it('leaves an empty mongod.lock behind, so that the next start is clean', async () => {
    const dbpath = await makeSnapshot()
    const flags = await flagsFor()
    expect((await start({ dbpath, flags })).ids).toContain(22271)
    expect(await readFile(join(dbpath, 'mongod.lock'), 'utf8')).toBe('')
    expect((await start({ dbpath, flags })).ids).not.toContain(22271)
  })

  it('holds its pid in mongod.lock and in the pid file while it runs', async () => {
    const dbpath = await makeSnapshot()
    const pidFile = join(await temporaryFolder(), 'mongod.pid')
    const found: Promise<string>[] = []
    await start({
      dbpath,
      flags: [...(await flagsFor()), '--pidfilepath', pidFile],
      onLine: (line, stop) => {
        if (line.id !== 23016) return
        found.push(readFile(join(dbpath, 'mongod.lock'), 'utf8'), readFile(pidFile, 'utf8'))
        void Promise.all(found).then(stop)
      },
    })
    expect(await Promise.all(found)).toEqual([`${process.pid}\n`, `${process.pid}\n`])
  })

  it('opens a snapshot with a folder for each database and each kind of file', async () => {
    const dbpath = await makeSnapshot({ directoryPerDB: true, directoryForIndexes: true })
    const layout = ['--directoryperdb', '--wiredTigerDirectoryForIndexes']
    expect((await start({ dbpath, flags: [...(await flagsFor()), ...layout] })).end).toBe(0)
  })

  it('opens the data of the release before it', async () => {
    const dbpath = await makeSnapshot({ version: '6.0.19' })
    expect((await start({ dbpath, flags: await flagsFor() })).end).toBe(0)
  })

  it('can be stopped while it waits for the KMIP server', async () => {
    const silent = createServer()
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', () => resolve()))
    onTestFinished(() => void silent.close())
    const flags = await flagsFor()
    const address = silent.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    const argv = flags.map((flag, n) => (flags[n - 1] === '--kmipPort' ? String(address.port) : flag))
    const stopping: (() => void)[] = []
    silent.on('connection', socket => {
      onTestFinished(() => void socket.destroy())
      stopping.at(-1)?.()
    })
    const run = await start({
      dbpath: await makeSnapshot(),
      flags: argv,
      onLine: (_, stop) => stopping.push(stop),
    })
    expect(run.end).toBe(0)
    expect(run.ids).not.toContain(24038)
  })
})

describe('a simulated mongod that does not start, as the wizard understands it', () => {
  it('port taken: 20568, exit 48, MONGOD-002', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', () => resolve()))
    onTestFinished(() => void taken.close())
    const address = taken.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    const run = await start({ dbpath: await makeSnapshot(), port: address.port })
    expect(run).toMatchObject({ end: 48, diagnosis: 'MONGOD-002' })
    expect(run.log.find(line => line.id === 20568)?.attributes).toEqual({
      error: { code: 9001, codeName: 'SocketException', errmsg: 'Address already in use' },
    })
    expect(run.ids.slice(-2)).toEqual([20565, 23138])
  })

  it('dbpath in use: 20557, exit 100, MONGOD-003', async () => {
    const dbpath = await makeSnapshot()
    const flags = await flagsFor()
    const second: Promise<Start>[] = []
    const first = await start({
      dbpath,
      flags,
      onLine: (line, stop) => {
        if (line.id !== 23016) return
        second.push(start({ dbpath, flags }))
        void second[0]?.finally(stop)
      },
    })
    expect(first.end).toBe(0)
    expect(await second[0]).toMatchObject({ end: 100, diagnosis: 'MONGOD-003' })
    expect(textOf((await second[0])!)).toContain('DBPathInUse: Unable to lock the lock file')
  })

  it('no such dbpath: 20557, exit 100', async () => {
    const run = await start({ dbpath: '/does/not/exist' })
    expect(run.end).toBe(100)
    expect(textOf(run)).toContain('NonExistentPath: Data directory /does/not/exist not found')
  })

  it('lock file that cannot be opened: exit 100', async () => {
    const dbpath = join(await makeSnapshot(), 'mongod.log')
    const run = await start({ dbpath })
    expect(run.end).toBe(100)
    expect(textOf(run)).toContain('Unable to create/open the lock file')
    expect(textOf(run)).toContain('(Not a directory)')
  })

  it.each([
    ['directoryPerDB', { directoryPerDB: true }, []],
    ['directoryPerDB', {}, ['--directoryperdb']],
    ['directoryForIndexes', { directoryForIndexes: true }, []],
  ])('another %s than in storage.bson: 20557, exit 100, MONGOD-010', async (option, layout, flags) => {
    const run = await start({ dbpath: await makeSnapshot(layout), flags: [...(await flagsFor()), ...flags] })
    expect(run).toMatchObject({ end: 100, diagnosis: 'MONGOD-010' })
    expect(textOf(run)).toContain(
      `InvalidOptions: Requested option conflicts with current storage engine option for ${option}`,
    )
  })

  it('wrong key: no valid keystore, exit 14, MONGOD-005', async () => {
    const dbpath = await makeSnapshot()
    const run = await start({ dbpath, flags: await flagsFor(Buffer.alloc(32, 9)) })
    expect(run).toMatchObject({ end: 14, diagnosis: 'MONGOD-005' })
    expect(textOf(run)).toContain(
      'Unable to retrieve key .system, error: there are existing data files, but no valid keystore could be located.',
    )
    expect(run.ids.slice(-2)).toEqual([23091, 23092])
    expect(await readFile(join(dbpath, 'mongod.lock'), 'utf8')).toBe(`${process.pid}\n`)
  })

  it('no keystore: exit 14, MONGOD-005', async () => {
    const dbpath = await makeSnapshot()
    await rm(join(dbpath, 'key.store'), { recursive: true })
    expect(await start({ dbpath, flags: await flagsFor() })).toMatchObject({
      end: 14,
      diagnosis: 'MONGOD-005',
    })
  })

  it('another key id given: exit 14, MONGOD-007', async () => {
    const flags = [...(await flagsFor()), '--kmipKeyIdentifier', 'key-2']
    const run = await start({ dbpath: await makeSnapshot(), flags })
    expect(run).toMatchObject({ end: 14, diagnosis: 'MONGOD-007' })
    expect(textOf(run)).toContain(
      'KMIP key id key-2 was provided, but the system is already configured with key id key-1',
    )
  })

  it('a key that the KMIP server does not have: exit 14, and the log says so', async () => {
    const run = await start({ dbpath: await makeSnapshot(), flags: await flagsFor(masterKey, 'key-2') })
    expect(run.end).toBe(14)
    expect(textOf(run)).toMatch(/Unable to retrieve key \.system, error: KMIP server 127\.0\.0\.1:\d+: /)
  })

  it('no KMIP server, or one of another authority: exit 14', async () => {
    const [flags, other] = [await flagsFor(), await flagsFor()]
    const unreachable = flags.with(flags.indexOf('--kmipPort') + 1, String(await freePort()))
    const mistrusted = flags.with(
      flags.indexOf('--kmipServerCAFile') + 1,
      other[other.indexOf('--kmipServerCAFile') + 1]!,
    )
    for (const wrong of [unreachable, mistrusted]) {
      const run = await start({ dbpath: await makeSnapshot(), flags: wrong })
      expect(run.end).toBe(14)
      expect(textOf(run)).toMatch(/Unable to retrieve key \.system, error: KMIP server/)
    }
  })

  it('certificate file missing: exit 14, and it is named', async () => {
    const flags = (await flagsFor()).with(-1, '/nowhere/kmipClient.pem')
    const run = await start({ dbpath: await makeSnapshot(), flags })
    expect(run.end).toBe(14)
    expect(textOf(run)).toContain('/nowhere/kmipClient.pem')
  })

  it.each([
    ['6.0.19', '8.0.4', "value '6.0'; expected '7.0' or '7.3' or '8.0'"],
    ['8.0.4', '7.0.14', "value '8.0'; expected '6.0' or '6.3' or '7.0'"],
  ])('data of %s, mongod %s: 20573, exit 62, MONGOD-004', async (written, version, reason) => {
    const dbpath = await makeSnapshot({ version: written })
    const run = await start({ dbpath, flags: await flagsFor(), scenario: { version } })
    expect(run).toMatchObject({ end: 62, diagnosis: 'MONGOD-004' })
    expect(run.ids).toContain(20573)
    expect(textOf(run)).toContain(reason)
  })

  it('data of 4.0, mongod 7.0: 4671205, exit 14, MONGOD-004', async () => {
    const run = await start({ dbpath: await makeSnapshot({ version: '4.0.28' }), flags: await flagsFor() })
    expect(run).toMatchObject({ end: 14, diagnosis: 'MONGOD-004' })
    expect(run.ids).toContain(4671205)
  })

  it.each<SnapshotDamage>([
    { kind: 'catalog' },
    { kind: 'record', namespace: 'admin.system.version', record: 0 },
  ])('damaged $kind that it needs to start: WT_PANIC and SIGABRT, MONGOD-014', async damage => {
    const dbpath = await makeSnapshot({ damage })
    const run = await start({ dbpath, flags: await flagsFor() })
    expect(run).toMatchObject({ end: 'SIGABRT', diagnosis: 'MONGOD-014' })
    expect(textOf(run)).toContain('WT_PANIC')
    expect(run.ids).not.toContain(23138)
  })

  it('started without --enableEncryption: exit 14', async () => {
    const run = await start({ dbpath: await makeSnapshot() })
    expect(run.end).toBe(14)
    expect(textOf(run)).toContain('This may be due to the database files being encrypted')
  })

  it('pid file that cannot be written: exit 1', async () => {
    const run = await start({ dbpath: await makeSnapshot(), flags: ['--pidfilepath', '/does/not/exist/pid'] })
    expect(run.end).toBe(1)
    expect(textOf(run)).toContain('Cannot write pid file to /does/not/exist/pid: No such file or directory')
  })

  it('empty dbpath: it has a new key made, 24199, MONGOD-006', async () => {
    const { flags, events } = await keyServer({}, labPolicy)
    const run = await start({ dbpath: await temporaryFolder(), flags })
    expect(run).toMatchObject({ end: 100, diagnosis: 'MONGOD-006' })
    expect(run.ids).toContain(24199)
    expect(events.map(event => ('operation' in event ? event.operation : event.type))).toEqual([
      'Create',
      'Activate',
    ])
  })

  it('empty dbpath, and a KMIP server that makes no keys: exit 14', async () => {
    const { flags, events } = await keyServer({})
    const run = await start({ dbpath: await temporaryFolder(), flags })
    expect(run.end).toBe(14)
    expect(events[0]).toMatchObject({ type: 'new-key-asked', operation: 'Create' })
  })

  it('anything but a practice snapshot: exit 100, and nothing in it is changed', async () => {
    const dbpath = await temporaryFolder()
    await writeFile(join(dbpath, '_mdb_catalog.wt'), 'real data')
    const run = await start({ dbpath, flags: await flagsFor() })
    expect(run.end).toBe(100)
    expect(textOf(run)).toContain('opens practice snapshots only')
    expect(await readFile(join(dbpath, '_mdb_catalog.wt'), 'utf8')).toBe('real data')
  })
})
