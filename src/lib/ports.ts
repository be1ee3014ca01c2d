import { createServer, type Server } from 'node:net'
import { systemErrorCode } from './failure.ts'

const loopback = '127.0.0.1'

/** A port of 127.0.0.1 that nobody listens on, as the system hands it out. */
export async function freePort(): Promise<number> {
  const server = await listen(0)
  const address = server.address()
  await close(server)
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has no port')
  return address.port
}

/** Whether a server could listen on this port of 127.0.0.1 now; a port that needs privileges counts as not free. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port))
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EADDRINUSE' || systemErrorCode(error) === 'EACCES') return false
    throw error
  }
}

/** The wanted port when it is free, else one that the system hands out. */
export async function wantedOrFreePort(wanted: number): Promise<number> {
  return (await isPortFree(wanted)) ? wanted : freePort()
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: loopback, port, exclusive: true }, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
