import { releaseOf } from '../../server-release.ts'
import { maxMessageSize } from '../wire/message-splitter.ts'
import type { Command, Request, ServerState } from './command.ts'

/** Commands by which a client finds out whom it talks to. */
export const handshakeCommands: Readonly<Record<string, Command>> = {
  hello: (request, server) => ({ isWritablePrimary: true, ...hello(request, server) }),
  // The older names of the same command, and the older name of its field.
  isMaster: (request, server) => ({ ismaster: true, ...hello(request, server) }),
  ismaster: (request, server) => ({ ismaster: true, ...hello(request, server) }),
  ping: () => ({}),
  buildInfo: (_, server) => buildInfo(server),
  buildinfo: (_, server) => buildInfo(server),
  connectionStatus: ({ body }) => ({
    authInfo: {
      authenticatedUsers: [],
      authenticatedUserRoles: [],
      ...(body.showPrivileges === true ? { authenticatedUserPrivileges: [] } : {}),
    },
  }),
  whatsmyuri: ({ connection }) => ({ you: connection.remote }),
  endSessions: () => ({}),
}

function hello(
  { body, connection }: Request,
  { buildInfo: { version }, log }: ServerState,
): Record<string, unknown> {
  if (body.client !== undefined) {
    log.info('NETWORK', 51800, `conn${connection.id}`, 'client metadata', {
      remote: connection.remote,
      client: `conn${connection.id}`,
      doc: body.client,
    })
  }
  // Without topologyVersion a driver asks again from time to time instead of waiting on an exhaust stream.
  return {
    ...(body.helloOk === true ? { helloOk: true } : {}),
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: maxMessageSize,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: releaseOf(version).maxWireVersion,
    readOnly: false,
  }
}

function buildInfo({ buildInfo: build }: ServerState): Record<string, unknown> {
  return {
    ...build,
    versionArray: [...build.version.split('.').map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16 * 1024 * 1024,
    storageEngines: ['wiredTiger'],
  }
}
