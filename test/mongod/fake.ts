import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../src/lib/ports.ts'
import { identify, signalProcess, waitForExit, type ProcessIdentity } from '../../src/lib/process-identity.ts'
import { uriOf } from '../../src/mongod/client.ts'
import type { RunningMongod } from '../../src/mongod/mongod.ts'
import type { StartEvent } from '../../src/mongod/readiness.ts'
import { sizeOf } from '../../src/mongod/run-log.ts'
import { startMongod, type StartRequest } from '../../src/mongod/start.ts'
import type { Behaviour } from './fake-mongod.ts'

/** A folder with a dbpath, a session, and a program that behaves like a mongod as far as a test wants it. */
export interface FakeMongod {
  readonly folder: string
  readonly dbpath: string
  readonly events: StartEvent[]
  /** Everything that was started. */
  readonly identities: ProcessIdentity[]
  request(behaviour: Behaviour, more?: Partial<StartRequest>): StartRequest
  start(behaviour: Behaviour): Promise<RunningMongod>
  /** Runs it without waiting for more than its log: as if who started it had died meanwhile. */
  leave(behaviour: Behaviour): Promise<RunningMongod>
  /** Ends what still runs and removes the folder. */
  remove(): Promise<void>
}

export async function fakeMongod(): Promise<FakeMongod> {
  const folder = await mkdtemp(join(tmpdir(), 'snapthaw-mongod-'))
  const dbpath = join(folder, 'db')
  await mkdir(dbpath)
  const program = join(folder, 'mongod')
  await writeFile(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'fake-mongod.ts')}' "$@"\n`,
  )
  await chmod(program, 0o755)
  const port = await freePort()
  const logPath = join(folder, 'mongod.log')
  const identities: ProcessIdentity[] = []
  const events: StartEvent[] = []
  const request = (behaviour: Behaviour, more: Partial<StartRequest> = {}): StartRequest => ({
    binary: { path: program, version: '7.0.14', edition: 'enterprise', simulated: false },
    argv: ['--dbpath', dbpath, '--port', String(port), '--logpath', logPath, '--logappend'],
    dbpath,
    port,
    logPath,
    outputPath: join(folder, 'mongod.out'),
    environment: { BEHAVIOUR: JSON.stringify(behaviour) },
    onStarted: identity => {
      identities.push(identity)
      return Promise.resolve()
    },
    onEvent: event => events.push(event),
    signal: new AbortController().signal,
    ...more,
  })
  return {
    folder,
    dbpath,
    events,
    identities,
    request,
    start: async behaviour => {
      const started = await startMongod(request(behaviour))
      if (started.outcome !== 'ready')
        throw new TypeError(`The fake mongod did not start: ${started.because.message}`)
      return started.mongod
    },
    leave: async behaviour => {
      const { binary, argv, environment, ...place } = request(behaviour)
      const before = await sizeOf(logPath)
      const child = spawn(binary.path, argv, { env: environment, stdio: 'ignore' })
      const identity = await identify(child.pid!)
      identities.push(identity!)
      await until(async () => (await sizeOf(logPath)) > before)
      return {
        identity: identity!,
        port: place.port,
        dbpath,
        logPath,
        uri: uriOf(port),
        version: binary.version,
      }
    },
    remove: async () => {
      for (const identity of identities) {
        await signalProcess(identity, 'SIGKILL')
        await waitForExit(identity, 5_000)
      }
      await rm(folder, { recursive: true })
    },
  }
}

/** Waits until a condition holds, looking every few milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}
