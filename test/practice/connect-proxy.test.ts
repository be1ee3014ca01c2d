import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { startConnectProxy } from '../../src/practice/connect-proxy.ts'

/** A server that says hello, and a proxy that leads to it for one name. */
async function proxied() {
  const server = createServer(socket => socket.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startConnectProxy(host => (host === 'stood-in.example' ? port : undefined))
  onTestFinished(() => {
    server.close()
  })
  return { ...proxy, port: Number(new URL(proxy.address).port) }
}

/** All that comes back for these bytes. */
async function said(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

it('leads to the stand-in of a host', async () => {
  const proxy = await proxied()
  const answer = await said(proxy.port, 'CONNECT stood-in.example:443 HTTP/1.1\r\n\r\n')
  expect(answer).toBe('HTTP/1.1 200 Connection established\r\n\r\nhello')
  await proxy.close()
})

it('leads nowhere else, so that the real host is not asked by mistake', async () => {
  const proxy = await proxied()
  const answer = await said(proxy.port, 'CONNECT example.com:443 HTTP/1.1\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  await proxy.close()
})

it('forwards no request that is none to connect', async () => {
  const proxy = await proxied()
  const answer = await said(
    proxy.port,
    'GET http://stood-in.example/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 405 /)
  await proxy.close()
})

it('cuts off who is connected when it closes', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const proxy = await startConnectProxy(() => (silent.address() as AddressInfo).port)
  const socket = connect(Number(new URL(proxy.address).port), '127.0.0.1')
  socket.write('CONNECT stood-in.example:443 HTTP/1.1\r\n\r\n')
  await once(socket, 'data')
  const closed = once(socket, 'close')
  await proxy.close()
  await closed
  silent.close()
  expect(socket.destroyed).toBe(true)
})
