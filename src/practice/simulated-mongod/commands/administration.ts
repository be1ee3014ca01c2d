import { arch, cpus, hostname, platform, release, totalmem } from 'node:os'
import { CommandFailure } from './command-failure.ts'
import { type Command, type ServerState } from './command.ts'

/** Commands about the server as a process. */
export const administrationCommands: Readonly<Record<string, Command>> = {
  serverStatus: (_, server) => serverStatus(server),

  getCmdLineOpts: (_, { argv, options }) => ({ argv: ['mongod', ...argv], parsed: options.settings }),

  getParameter({ body }, server) {
    const parameters = parametersOf(server)
    const asked = body.getParameter === '*' ? Object.keys(parameters) : Object.keys(body)
    const found = asked.filter(name => name in parameters)
    if (found.length === 0) throw new CommandFailure('InvalidOptions', 'no option found to get')
    return Object.fromEntries(found.map(name => [name, parameters[name]]))
  },

  hostInfo: () => ({
    system: {
      currentTime: new Date(),
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.floor(totalmem() / 1024 / 1024),
      numCores: cpus().length,
      cpuArch: arch(),
    },
    os: { type: platform(), name: platform(), version: release() },
    extra: {},
  }),

  getLog({ body }, { log }) {
    const which = body.getLog
    if (which === '*') return { names: ['global', 'startupWarnings'] }
    if (which !== 'global' && which !== 'startupWarnings') {
      throw new CommandFailure('BadValue', `No log named '${String(which)}'`)
    }
    const lines = log.recent(which)
    return { totalLinesWritten: lines.length, log: lines }
  },

  shutdown({ database, connection, body }, server) {
    if (database !== 'admin') {
      throw new CommandFailure('Unauthorized', 'shutdown may only be run against the admin database.')
    }
    server.log.info('COMMAND', 4695400, `conn${connection.id}`, 'Terminating via shutdown command', {
      force: body.force === true,
    })
    server.shutDown()
    // A real mongod is gone before it could answer.
    return undefined
  },
}

function parametersOf({
  featureCompatibilityVersion,
  options,
}: ServerState): Readonly<Record<string, unknown>> {
  return {
    featureCompatibilityVersion: { version: featureCompatibilityVersion },
    logLevel: 0,
    quiet: false,
    ...(options.settings.setParameter as Readonly<Record<string, unknown>> | undefined),
  }
}

function serverStatus(server: ServerState): Record<string, unknown> {
  const uptimeMillis = Date.now() - server.startedAt.getTime()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    host: hostname(),
    version: server.buildInfo.version,
    process: 'mongod',
    pid: process.pid,
    uptime: Math.floor(uptimeMillis / 1000),
    uptimeMillis,
    localTime: new Date(),
    connections: server.connections,
    encryptionAtRest: {
      encryptionEnabled: true,
      encryptionCipherMode: 'AES256-GCM',
      encryptionKeyId: { kmip: { keyId: [server.kmipKeyId] } },
    },
    mem: { bits: 64, resident: Math.floor(rss / 1024 / 1024), virtual: Math.floor(heapUsed / 1024 / 1024) },
    storageEngine: { name: 'wiredTiger', supportsCommittedReads: true, persistent: true, readOnly: false },
    snapthawSimulated: true,
  }
}
