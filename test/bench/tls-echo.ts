// A server of node:tls that answers every so many bytes with so many bytes. On standard input its certificates and both
// numbers as JSON; on standard output its port.
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createServer } from 'node:tls'

interface Orders {
  readonly certificate: string
  readonly key: string
  readonly authority: string
  readonly takes: number
  readonly answers: number
}

const { certificate, key, authority, takes, answers } = (await json(process.stdin)) as Orders
/** As a KMIP message it is a response of that length, which is all that the client here looks at. */
const answer = Buffer.alloc(answers)
answer.writeUInt32BE(answers - 8, 4)

const server = createServer({
  cert: certificate,
  key,
  ca: authority,
  requestCert: true,
  rejectUnauthorized: true,
})
server.on('secureConnection', socket => {
  let taken = 0
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    for (taken += chunk.length; taken >= takes; taken -= takes) socket.write(answer)
  })
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => process.exit())
