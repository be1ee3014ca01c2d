import { buildInfoOf } from './build-info.ts'
import type { Layout } from './encrypted-store/catalog.ts'
import { formatLogEntry, type LogEntry } from './logv2.ts'

export interface SnapshotLogOptions {
  readonly version: string
  readonly layout: Layout
  readonly kmipKeyId: string
  readonly pid: number
  readonly startedAt: Date
}

const dbPath = '/srv/mongodb/practice-shard-00-00'
const host = 'practice-shard-00-00.example.net'
const port = 27017

/** The log that the cluster's mongod left in the snapshot: which server it was (23403), and with which options (21951). */
export function snapshotLog(options: SnapshotLogOptions): string {
  const entries = snapshotLogEntries(options)
  return entries
    .map((entry, n) => `${formatLogEntry(entry, new Date(options.startedAt.getTime() + n * 7))}\n`)
    .join('')
}

function snapshotLogEntries({ version, layout, kmipKeyId, pid }: SnapshotLogOptions): LogEntry[] {
  const start = (component: string, id: number, message: string, attributes: LogEntry['attributes'] = {}) =>
    ({ severity: 'I', component, id, context: 'initandlisten', message, attributes }) as const
  return [
    start('CONTROL', 4615611, 'MongoDB starting', { pid, port, dbPath, architecture: '64-bit', host }),
    start('CONTROL', 23403, 'Build Info', { buildInfo: buildInfoOf(version, 'enterprise') }),
    start('CONTROL', 51765, 'Operating System', { os: { name: 'Practice', version: '1' } }),
    start('CONTROL', 21951, 'Options set by command line', { options: serverOptions(layout) }),
    start('STORAGE', 24038, 'Encryption key manager initialized', { kmipKeyIdentifier: kmipKeyId }),
    start('STORAGE', 22315, 'Opening WiredTiger', { config: 'create,…' }),
    start('NETWORK', 23016, 'Waiting for connections', { port, ssl: 'on' }),
  ]
}

function serverOptions(layout: Layout): Record<string, unknown> {
  return {
    net: { bindIp: '0.0.0.0', port },
    processManagement: { fork: true },
    replication: { replSetName: 'atlas-practice-shard-0' },
    security: { enableEncryption: true, kmip: { port: 5696, serverName: 'localhost' } },
    storage: {
      dbPath,
      engine: 'wiredTiger',
      ...(layout.directoryPerDB ? { directoryPerDB: true } : {}),
      ...(layout.directoryForIndexes ? { wiredTiger: { engineConfig: { directoryForIndexes: true } } } : {}),
    },
    systemLog: { destination: 'file', logAppend: true, path: `${dbPath}/mongod.log` },
  }
}
