import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { onTestFinished } from 'vitest'
import { freePort } from '../../src/lib/ports.ts'
import { Secret } from '../../src/lib/secret.ts'
import { buildInfoOf } from '../../src/practice/build-info.ts'
import { openKeystore } from '../../src/practice/encrypted-store/keystore.ts'
import { openStore } from '../../src/practice/encrypted-store/open-store.ts'
import { parseCommandLine } from '../../src/practice/simulated-mongod/command-line.ts'
import { serveConnection } from '../../src/practice/simulated-mongod/connection.ts'
import { createCursors } from '../../src/practice/simulated-mongod/cursors.ts'
import { claimPort } from '../../src/practice/simulated-mongod/listener.ts'
import { openLog } from '../../src/practice/simulated-mongod/log.ts'
import { mongodOptions } from '../../src/practice/simulated-mongod/options.ts'
import { makeSnapshot, masterKey } from './make-snapshot.ts'
import type { SnapshotOptions } from '../../src/practice/snapshot-generator.ts'

/** The serving half of a simulated mongod, in this process and without KMIP, until the test is over: its port. */
export async function serveSnapshot(snapshot: Partial<SnapshotOptions> = {}): Promise<number> {
  const dbpath = await makeSnapshot(snapshot)
  const port = await freePort()
  const argv = ['--dbpath', dbpath, '--port', String(port), '--logpath', join(dbpath, '..', 'test.log')]
  const asked = parseCommandLine(argv, { version: '7.0.14', edition: 'enterprise' })
  if (asked.asks !== 'run') throw new TypeError(`asks for ${asked.asks}`)
  const options = mongodOptions(asked.given, '7.0.14')
  const log = openLog(options.log)
  const listener = await claimPort(port)
  const server = {
    argv,
    options,
    buildInfo: buildInfoOf('7.0.14', 'enterprise'),
    featureCompatibilityVersion: '7.0',
    kmipKeyId: 'key-1',
    store: await openStore(dbpath, await openKeystore(dbpath, 'key-1', new Secret(masterKey))),
    cursors: createCursors(),
    log,
    startedAt: new Date(),
    connections: { current: 0, available: 1000, totalCreated: 0 },
    shutDown: () => void listener.close(),
  }
  listener.accept(socket => serveConnection(socket, server.connections.totalCreated + 1, server))
  onTestFinished(async () => {
    await listener.close()
    log.close()
  })
  return port
}

/** The official driver, connected until the test is over. */
export async function driverFor(port: number): Promise<MongoClient> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 5000,
  })
  onTestFinished(() => client.close())
  return client.connect()
}

/** A bare connection, closed when the test is over. */
export async function rawConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}
