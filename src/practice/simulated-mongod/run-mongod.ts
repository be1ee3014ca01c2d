import { buildInfoOf, type BuildInfo } from '../build-info.ts'
import { announce } from './announce.ts'
import type { ServerState } from './commands/command.ts'
import { serveConnection } from './connection.ts'
import { createCursors } from './cursors.ts'
import { lockDbpath } from './dbpath-lock.ts'
import { createMasterKey, openKeyManager, type KeyManager } from './key-manager.ts'
import { claimPort, mostConnections, type Listener } from './listener.ts'
import type { MongodLog } from './log.ts'
import type { MongodOptions } from './options.ts'
import { writePidFile } from './pid-file.ts'
import type { Scenario } from './scenario.ts'
import { initFailure, isAbrupt, startEntry, StartFailure, type MongodEnd } from './start-failure.ts'
import { checkStorageOptions } from './storage-options.ts'
import { contentOf, openStorageEngine, type StorageEngine } from './storage-engine.ts'

export interface Run {
  readonly argv: readonly string[]
  readonly options: MongodOptions
  readonly scenario: Scenario
  readonly log: MongodLog
  /** Aborted to shut the server down. */
  readonly stopping: AbortController
}

const context = 'initandlisten'

/** One life of a mongod, from `MongoDB starting` to `Shutting down`, in mongod's own order. Says how it ends. */
export async function runMongod(run: Run): Promise<MongodEnd> {
  const { log, options, stopping } = run
  const end = await startAndServe(run).catch((error: unknown) => {
    if (error instanceof StartFailure) {
      for (const entry of error.entries) log.write(entry)
      return error.end
    }
    // Stopped while it waited for the KMIP server.
    if (stopping.signal.aborted && error === stopping.signal.reason) return 0
    throw error
  })
  // A fatal assertion ends the process where it stands.
  if (!isAbrupt(end)) {
    log.info('CONTROL', 20565, context, 'Now exiting', { dbPath: options.dbpath })
    log.info('CONTROL', 23138, context, 'Shutting down', { exitCode: end })
  }
  return end
}

async function startAndServe(run: Run): Promise<MongodEnd> {
  const { log, options, scenario } = run
  const buildInfo = buildInfoOf(scenario.version, scenario.edition)
  announce(log, options, buildInfo)
  await writePidFile(options.pidFile)
  const listener = await claimPort(options.port)
  try {
    await withDbpath(options.dbpath, log, async () => {
      const data = await openData(run, buildInfo)
      await serve(run, buildInfo, data, listener)
      closeData(run, data)
    })
    return 0
  } finally {
    await listener.close()
  }
}

/** Holds mongod.lock meanwhile. It stays behind with the pid in it after a crash, and empty after anything else. */
async function withDbpath(dbpath: string, log: MongodLog, use: () => Promise<void>): Promise<void> {
  const lock = await lockDbpath(dbpath)
  if (lock.wasUnclean) {
    const lockFile = `${dbpath}/mongod.lock`
    log.write(
      startEntry('W', 'STORAGE', 22271, 'Detected unclean shutdown - Lock file is not empty', { lockFile }),
    )
  }
  let left: 'clean' | 'unclean' = 'clean'
  try {
    await use()
  } catch (error) {
    if (error instanceof StartFailure && isAbrupt(error.end)) left = 'unclean'
    throw error
  } finally {
    await lock.release(left)
  }
}

interface OpenData extends StorageEngine {
  readonly keyManager: KeyManager | undefined
}

async function openData(run: Run, { version }: BuildInfo): Promise<OpenData> {
  const { log, options, stopping } = run
  const startedAt = Date.now()
  await requirePracticeSnapshot(run)
  await checkStorageOptions(options)
  const keyManager = options.kmip && (await openKeyManager(options.dbpath, options.kmip, stopping.signal))
  if (keyManager !== undefined) {
    const attributes = { kmipKeyIdentifier: keyManager.kmipKeyId }
    log.info('STORAGE', 24038, context, 'Encryption key manager initialized', attributes)
  }
  log.info('STORAGE', 22315, context, 'Opening WiredTiger', { config: 'create,…' })
  const engine = await openStorageEngine(options.dbpath, version, keyManager?.keys)
  log.info('STORAGE', 4795906, context, 'WiredTiger opened', { durationMillis: Date.now() - startedAt })
  return { keyManager, ...engine }
}

/**
 * Throws `StartFailure` (exit code 100) unless the dbpath holds a practice snapshot: this program opens nothing else. In
 * an empty dbpath it goes as far as a mongod that asks for a new master key, which is how one notices a wrong dbpath.
 */
async function requirePracticeSnapshot({ log, options, stopping }: Run): Promise<void> {
  const content = await contentOf(options.dbpath)
  if (content === 'practice snapshot') return
  if (content === 'nothing' && options.kmip !== undefined) {
    const keyId = await createMasterKey(options.kmip, stopping.signal)
    log.info('STORAGE', 24199, context, 'Created KMIP key', { keyId })
  }
  throw initFailure(
    `IllegalOperation: The simulated mongod opens practice snapshots only, and ${options.dbpath} holds ${content}`,
  )
}

/** Serves clients until the server is to stop. */
async function serve(run: Run, buildInfo: BuildInfo, data: OpenData, listener: Listener): Promise<void> {
  const { log, options, argv, stopping } = run
  const server: ServerState = {
    argv,
    options,
    buildInfo,
    featureCompatibilityVersion: data.featureCompatibilityVersion,
    kmipKeyId: data.keyManager?.kmipKeyId ?? '',
    store: data.store,
    cursors: createCursors(),
    log,
    startedAt: new Date(),
    connections: { current: 0, available: mostConnections, totalCreated: 0 },
    shutDown: () => stopping.abort(),
  }
  listener.accept(socket => serveConnection(socket, server.connections.totalCreated + 1, server))
  log.info('NETWORK', 23015, 'listener', 'Listening on', { address: '127.0.0.1' })
  log.info('NETWORK', 23016, 'listener', 'Waiting for connections', { port: options.port, ssl: 'off' })

  await aborted(stopping.signal)
  log.info('NETWORK', 20562, context, 'Shutdown: going to close listening sockets')
  await listener.close()
}

function closeData({ log }: Run, { keyManager }: OpenData): void {
  log.info('STORAGE', 4795902, context, 'Closing WiredTiger', { closeConfig: '' })
  for (const key of keyManager?.keys.values() ?? []) key.wipe()
  log.info('STORAGE', 4795901, context, 'WiredTiger closed')
  log.info('STORAGE', 22279, context, 'shutdown: removing fs lock...')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
