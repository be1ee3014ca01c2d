import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** An http proxy on 127.0.0.1 that leads to stand-ins and nowhere else. */
export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, for HTTPS_PROXY. */
  readonly address: string
  close(): Promise<void>
}

/**
 * Answers CONNECT alone. `route` says which port of 127.0.0.1 stands in for a host and port; whatever has none is
 * refused with 403, so that nobody is led to the real host by mistake.
 */
export async function startConnectProxy(
  route: (hostname: string, port: number, request: IncomingMessage) => number | undefined,
): Promise<ConnectProxy> {
  const open = new Set<Duplex>()
  const track = (socket: Duplex) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy())
  }

  const tunnel = (client: Duplex, head: Buffer, port: number) => {
    const server: Socket = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    track(server)
    client.once('close', () => server.destroy())
    server.once('close', () => client.destroy())
  }

  const proxy = createServer((_, response) => response.writeHead(405).end())
  proxy.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    track(client)
    const [hostname = '', port = '443'] = (request.url ?? '').split(':')
    const standIn = route(hostname, Number(port), request)
    if (standIn === undefined) client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    else tunnel(client, head, standIn)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')

  return {
    address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      const closed = once(proxy, 'close')
      proxy.close()
      proxy.closeAllConnections()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
