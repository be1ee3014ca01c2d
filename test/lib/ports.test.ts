import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, isPortFree, wantedOrFreePort } from '../../src/lib/ports.ts'

it('hands out a port that can be listened on', async () => {
  expect(await isPortFree(await freePort())).toBe(true)
})

it('names a taken port taken, and gives another one in its place', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  expect(await isPortFree(port)).toBe(false)
  const other = await wantedOrFreePort(port)
  expect(other).not.toBe(port)
  expect(await isPortFree(other)).toBe(true)
})
