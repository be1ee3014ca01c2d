import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { responseMessage } from '../../src/kmip/messages.ts'
import { ObjectStore } from '../../src/kmip/objects.ts'
import { restorePolicy } from '../../src/kmip/policy.ts'
import { startKmipServer } from '../../src/kmip/server.ts'
import { decode } from '../../src/kmip/ttlv/decode.ts'
import { servedKey } from './in-process.ts'
import { perconaGet } from './percona.ts'
import type { RunningServer } from './running-server.ts'
import { authority, read, readToEnd, runServer, stranger } from './running-server.ts'

/** Bytes of the response to `perconaGet`. */
const responseLength = 280

/** Whether a good client is served. */
async function serves(server: RunningServer): Promise<boolean> {
  const socket = await server.connect()
  socket.write(perconaGet)
  const response = await read(socket, responseLength)
  socket.end()
  return response.includes(servedKey)
}

function refusal(response: Buffer) {
  const { items } = responseMessage.read(decode(response), 'refuse')
  return items[0]
}

describe('a KMIP server', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('serves by %s', async version => {
    const server = await runServer()
    const socket = await server.connect({ minVersion: version, maxVersion: version })
    expect(socket.getProtocol()).toBe(version)
    socket.write(perconaGet)
    expect(await read(socket, responseLength)).toSatisfy((bytes: Buffer) => bytes.includes(servedKey))
    expect(server.events).toEqual([
      {
        type: 'served',
        operation: 'Get',
        uniqueIdentifier: 'mykey',
        peer: `127.0.0.1:${socket.localPort}`,
        correlation: undefined,
      },
    ])
  })

  it('refuses TLS 1.1', async () => {
    const server = await runServer()
    await expect(
      server.connect({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }),
    ).rejects.toThrow()
    expect(await server.told('rejected')).toMatchObject({ cause: 'handshake' })
  })

  it('says when its port is taken', async () => {
    const server = await runServer()
    const tls = { ...authority.server, ca: authority.ca }
    const second = startKmipServer({
      host: '127.0.0.1',
      port: server.port,
      tls,
      store: new ObjectStore(),
      policy: restorePolicy,
    })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('closes its connections when it is closed, and gives its port back', async () => {
    const server = await runServer()
    const socket = await server.connect()
    const plain = await server.connectPlain()
    const ended = Promise.all([readToEnd(socket), readToEnd(plain)])
    await server.close()
    await ended
    const other = createServer()
    await new Promise<void>(resolve => other.listen(server.port, '127.0.0.1', resolve))
    await new Promise(resolve => other.close(resolve))
  })
})

describe('a client without the right certificate', () => {
  const certificates = {
    none: {},
    'one of another authority': stranger.client,
    'an expired one': authority.sign({ commonName: 'old', expired: true }),
  }
  for (const [name, certificate] of Object.entries(certificates)) {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`(${name}, ${version}) gets not one byte, and is named`, async () => {
        const server = await runServer()
        const options = { cert: undefined, key: undefined, ...certificate, maxVersion: version }
        const bytes = await server.connect(options).then(
          socket => {
            socket.write(perconaGet)
            return readToEnd(socket)
          },
          () => Buffer.alloc(0),
        )
        expect(bytes).toHaveLength(0)
        const rejected = await server.told('rejected')
        expect(rejected).toMatchObject({
          cause: 'certificate',
          peer: expect.stringMatching(/^127\.0\.0\.1:[1-9]/) as string,
        })
        expect(server.events.filter(({ type }) => type !== 'rejected')).toEqual([])
        expect(await serves(server)).toBe(true)
      })
    }
  }

  it('is not helped by the session of an earlier connection', async () => {
    const server = await runServer()
    const attempt = async (session?: Buffer) => {
      let ticket: Buffer | undefined
      const socket = await server
        .connect({ ...stranger.client, ...(session && { session }) })
        .catch(() => undefined)
      socket?.on('session', (issued: Buffer) => (ticket = issued))
      socket?.write(perconaGet)
      const bytes = socket === undefined ? Buffer.alloc(0) : await readToEnd(socket)
      return { ticket, bytes }
    }
    const first = await attempt()
    const second = await attempt(first.ticket)
    expect(first.bytes).toHaveLength(0)
    expect(second.bytes).toHaveLength(0)
    await server.told('rejected', 2)
    expect(server.events.every(({ type }) => type === 'rejected')).toBe(true)
  })

  it('is told from one with it by the authority alone: the name in it does not matter', async () => {
    const server = await runServer()
    const socket = await server.connect(
      authority.sign({ commonName: 'db7.example.com', altNames: [{ type: 2, value: 'db7.example.com' }] }),
    )
    socket.write(perconaGet)
    expect(await read(socket, responseLength)).toHaveLength(responseLength)
  })
})

describe('what is no KMIP', () => {
  it('nor TLS is turned away, and said to be', async () => {
    const server = await runServer()
    const http = await server.connectPlain()
    http.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await readToEnd(http)
    expect(await server.told('rejected')).toMatchObject({
      cause: 'handshake',
      why: expect.stringContaining('HTTP') as string,
    })
    const noise = await server.connectPlain()
    noise.write(perconaGet)
    await readToEnd(noise)
    expect(await server.told('rejected', 2)).toMatchObject({ cause: 'handshake' })
    expect(await serves(server)).toBe(true)
  })

  it('is answered with a refusal within TLS, and closed', async () => {
    const server = await runServer()
    const socket = await server.connect()
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(refusal(await readToEnd(socket))).toMatchObject({ resultReason: 'InvalidMessage' })
    expect(await server.told('rejected')).toMatchObject({ cause: 'protocol' })
  })

  it('but 64 KiB and a byte is answered with a refusal, however much more comes, and closed', async () => {
    const server = await runServer()
    const socket = await server.connect()
    const header = Buffer.from('4200780100000000', 'hex')
    header.writeUInt32BE(65_536 + 1 - 8, 4)
    socket.write(header)
    socket.write(Buffer.alloc(1_000_000))
    expect(refusal(await readToEnd(socket))).toMatchObject({
      resultReason: 'InvalidMessage',
      resultMessage: 'The message is longer than 64 KiB',
    })
    expect(await serves(server)).toBe(true)
  })

  it('but structures nested thousands deep is refused, and the connection goes on', async () => {
    const server = await runServer()
    const socket = await server.connect()
    const bomb = Buffer.alloc(65_536)
    for (let at = 0; at < bomb.length; at += 8) {
      bomb.writeUInt32BE(0x42007801, at)
      bomb.writeUInt32BE(bomb.length - at - 8, at + 4)
    }
    socket.write(bomb)
    const header = await read(socket, 8)
    const rest = header.readUInt32BE(4) + 8 - header.length
    const response = rest > 0 ? Buffer.concat([header, await read(socket, rest)]) : header
    expect(refusal(response)).toMatchObject({ resultMessage: 'Structures are nested too deeply' })
    socket.write(perconaGet)
    expect(await read(socket, responseLength)).toHaveLength(responseLength)
  })
})

describe('requests', () => {
  it('may come byte by byte', async () => {
    const server = await runServer()
    const socket = await server.connect()
    for (const byte of perconaGet) socket.write(Buffer.from([byte]))
    expect(await read(socket, responseLength)).toHaveLength(responseLength)
  })

  it('may come many at once, and are answered all', async () => {
    const server = await runServer()
    const socket = await server.connect()
    socket.write(Buffer.concat(Array.from({ length: 200 }, () => perconaGet)))
    const responses = await read(socket, 200 * responseLength)
    expect(responses).toHaveLength(200 * responseLength)
    expect(server.events).toHaveLength(200)
  })

  it('of a client that has closed its side are answered', async () => {
    const server = await runServer()
    const socket = await server.connect()
    socket.end(Buffer.concat([perconaGet, perconaGet]))
    expect(await readToEnd(socket)).toHaveLength(2 * responseLength)
  })

  it('that end in the middle are told of', async () => {
    const server = await runServer()
    const socket = await server.connect()
    socket.end(perconaGet.subarray(0, 100))
    expect(await readToEnd(socket)).toHaveLength(0)
    expect(await server.told('rejected')).toMatchObject({ cause: 'broken' })
  })

  it('of hundreds of clients at once are answered all', async () => {
    const server = await runServer()
    const openSockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    const before = openSockets()
    const sockets = await Promise.all(Array.from({ length: 100 }, () => server.connect()))
    await Promise.all(
      sockets.map(async socket => {
        socket.write(perconaGet)
        await read(socket, responseLength)
        socket.end()
        await readToEnd(socket)
      }),
    )
    expect(server.events).toHaveLength(100)
    expect(await serves(server)).toBe(true)
    await expect.poll(openSockets).toBe(before)
  })
})

describe('a client that is slow', () => {
  it('with the handshake is dropped', async () => {
    const server = await runServer({ limits: { handshakeTimeout: 100 } })
    const socket = await server.connectPlain()
    await readToEnd(socket)
    expect(await server.told('rejected')).toMatchObject({
      cause: 'timeout',
      why: expect.stringContaining('handshake') as string,
    })
  })

  it('with its first request, or the next, is dropped', async () => {
    const server = await runServer({ limits: { idleTimeout: 300 } })
    const silent = await server.connect()
    await readToEnd(silent)
    const once = await server.connect()
    once.write(perconaGet)
    expect(await readToEnd(once)).toHaveLength(responseLength)
    expect(await server.told('rejected', 2)).toMatchObject({
      cause: 'timeout',
      why: 'No request has come for too long',
    })
  })

  it('with the rest of a request is dropped, though bytes keep coming', async () => {
    const server = await runServer({ limits: { requestTimeout: 150 } })
    const socket = await server.connect()
    let sent = 0
    const drip = setInterval(() => socket.write(perconaGet.subarray(sent, ++sent)), 10)
    socket.once('close', () => clearInterval(drip))
    expect(await readToEnd(socket)).toHaveLength(0)
    expect(sent).toBeLessThan(perconaGet.length)
    expect(await server.told('rejected')).toMatchObject({ cause: 'timeout' })
  })

  it('to take its responses is not read from any more, and dropped', async () => {
    const server = await runServer({ limits: { requestTimeout: 300 } })
    const socket = await server.connect()
    socket.pause()
    const many = Buffer.concat(Array.from({ length: 400 }, () => perconaGet))
    const sent = 200
    for (let burst = 0; burst < sent; burst++) socket.write(many)
    expect(await server.told('rejected')).toMatchObject({
      cause: 'timeout',
      why: expect.stringContaining('response') as string,
    })
    expect(server.events.length).toBeLessThan((400 * sent) / 2)
    expect(await serves(server)).toBe(true)
  })

  it('to take its responses for a while gets them all', async () => {
    const server = await runServer()
    const socket = await server.connect()
    socket.pause()
    const many = 20_000
    socket.write(Buffer.concat(Array.from({ length: many }, () => perconaGet)))
    await server.told('served', 200)
    // As long as nobody reads, the server stops at what fits on the way.
    await expect
      .poll(() => {
        const soFar = server.events.length
        return new Promise(resolve => setTimeout(() => resolve(server.events.length === soFar), 30))
      })
      .toBe(true)
    expect(server.events.length).toBeLessThan(many)
    const responses = read(socket, many * responseLength)
    socket.resume()
    expect(await responses).toHaveLength(many * responseLength)
  })
})

describe('too much', () => {
  it('is a connection over the limit: it is closed at once, and told of', async () => {
    const server = await runServer({ limits: { connections: 2 } })
    const [first] = [await server.connect(), await server.connect()]
    await expect(server.connect()).rejects.toThrow()
    expect(await server.told('rejected')).toMatchObject({
      cause: 'limit',
      peer: expect.stringMatching(/^127\.0\.0\.1:\d/) as string,
    })
    first.end()
    await readToEnd(first)
    await expect.poll(() => serves(server).catch(() => false)).toBe(true)
  })

  it('is not hundreds of handshakes that fail: a good client is served right after', async () => {
    const server = await runServer()
    const attempts = 300
    await Promise.all(
      Array.from({ length: attempts }, async (_, index) => {
        if (index % 3 === 0) {
          const socket = await server.connectPlain()
          socket.write('no TLS\r\n\r\n')
          await readToEnd(socket)
        } else {
          const wrong = index % 3 === 1 ? stranger.client : { cert: undefined, key: undefined }
          const socket = await server.connect(wrong).catch(() => undefined)
          if (socket !== undefined) await readToEnd(socket)
        }
      }),
    )
    const start = performance.now()
    expect(await serves(server)).toBe(true)
    expect(performance.now() - start).toBeLessThan(2_000)
    await server.told('rejected', attempts)
  })

  it('is a renegotiation: the connection does not get it', async () => {
    const server = await runServer()
    const socket = await server.connect({ maxVersion: 'TLSv1.2' })
    const outcome = await new Promise(resolve => {
      socket.once('error', resolve)
      socket.renegotiate({}, resolve)
    })
    expect(outcome).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' })
    expect(await serves(server)).toBe(true)
  })
})
