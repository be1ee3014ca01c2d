import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectKmip } from '../../src/kmip/client.ts'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import { startPykmipServer } from '../interop/pykmip-server.ts'
import type { InstantCloud } from './cloud.ts'
import { getOf, roundTrip, type Peer } from './round-trip.ts'
import { cli, startServing, type Serving } from './programs.ts'

/** A server that is measured, in a process of its own. */
export interface RunningPeer extends Peer {
  readonly pid: number
  stop(): Promise<void>
}

const keyId = 'key-1'

/** The built program's key proxy, with one key. */
export async function startOurs(cloud: InstantCloud, folder: string): Promise<RunningPeer> {
  const serving = await startKeyProxy(cloud, folder, [keyId])
  const event = JSON.parse(serving.line) as { port: number; caFile: string; clientCertificateFile: string }
  const client = await readFile(event.clientCertificateFile, 'utf8')
  const tls = { ca: await readFile(event.caFile, 'utf8'), cert: client, key: client }
  return { port: event.port, tls, request: getOf(keyId), pid: serving.pid, stop: () => serving.stop() }
}

export function startKeyProxy(cloud: InstantCloud, folder: string, ids: readonly string[]): Promise<Serving> {
  return startServing({
    args: [cli, 'proxy', '--stdin'],
    input: cloud.orders(folder, ids),
    ready: line => line.includes('"type":"serving"'),
  })
}

/** A server of node:tls that reads as many bytes and answers as many as `like` does, and looks at none of them. */
export async function startEcho(like: Peer): Promise<RunningPeer> {
  const { server, client, authority } = await issueCertificates()
  const { length } = await roundTrip(like)
  const serving = await startServing({
    args: [join(import.meta.dirname, 'tls-echo.ts')],
    input: JSON.stringify({ ...server, authority, takes: like.request.length, answers: length }),
    ready: () => true,
  })
  const tls = { ca: authority, cert: client.certificate, key: client.key }
  return {
    port: Number(serving.line),
    tls,
    request: like.request,
    pid: serving.pid,
    stop: () => serving.stop(),
  }
}

/** PyKMIP's server with one key. It logs warnings only: by default it logs every request, and is slower. */
export async function startPykmip(folder: string): Promise<Omit<RunningPeer, 'pid'>> {
  const server = await startPykmipServer(folder)
  const client = await connectKmip(server)
  const id = await client.create([
    { name: 'Cryptographic Algorithm', value: 'AES' },
    { name: 'Cryptographic Length', value: 256 },
    { name: 'Cryptographic Usage Mask', value: 0 },
  ])
  await client.close()
  return { port: server.port, tls: server.tls, request: getOf(id), stop: () => server.stop() }
}
