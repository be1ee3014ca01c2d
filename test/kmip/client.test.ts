import type { AddressInfo, Server } from 'node:net'
import { createServer as createPlainServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KmipClient, KmipClientOptions } from '../../src/kmip/client.ts'
import { connectKmip } from '../../src/kmip/client.ts'
import { labPolicy } from '../../src/kmip/policy.ts'
import { servedKey } from './in-process.ts'
import type { RunningServer } from './running-server.ts'
import { authority, runServer, stranger } from './running-server.ts'

const tls = { ca: authority.ca, ...authority.client }

async function connectTo(port: number, options: Partial<KmipClientOptions> = {}): Promise<KmipClient> {
  const client = await connectKmip({ host: '127.0.0.1', port, tls, ...options })
  onTestFinished(() => client.close())
  return client
}

/** A TLS server that does with its connections what the test says. */
async function misbehaving(behave: (socket: TLSSocket) => void): Promise<number> {
  return listen(
    createServer({ ...authority.server, ca: authority.ca, requestCert: true }, socket => {
      socket.on('error', () => undefined)
      onTestFinished(() => {
        socket.destroy()
      })
      behave(socket)
    }),
  )
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe('a client', () => {
  const lab = (): Promise<RunningServer> => runServer({ policy: labPolicy })

  it.each(['1.0', '1.1', '1.2', '1.3', '1.4'] as const)('lives a key’s life in version %s', async version => {
    const client = await connectTo((await lab()).port, { version })
    const id = await client.create([
      { name: 'Cryptographic Algorithm', value: 'AES' },
      { name: 'Cryptographic Length', value: 256 },
      { name: 'Name', value: { nameValue: 'mine', nameType: 'UninterpretedTextString' } },
    ])
    await client.activate(id)
    expect(await client.getAttributes(id, ['State'])).toEqual([{ name: 'State', value: 'Active' }])
    const found = await client.locate([
      { name: 'Name', value: { nameValue: 'mine', nameType: 'UninterpretedTextString' } },
    ])
    expect(found.uniqueIdentifiers).toEqual([id])
    const cryptographicParameters = {
      blockCipherMode: 'CBC',
      paddingMethod: 'PKCS5',
      randomIV: true,
    } as const
    const data = Buffer.from('hello')
    const { data: encrypted, ivCounterNonce } = await client.encrypt(id, { data, cryptographicParameters })
    const decrypted = await client.decrypt(id, { data: encrypted, ivCounterNonce, cryptographicParameters })
    expect(decrypted.data).toEqual(data)
    expect(await client.addAttribute(id, { name: 'Object Group', value: 'g' })).toEqual({
      name: 'Object Group',
      value: 'g',
    })
    await client.modifyAttribute(id, { name: 'Object Group', value: 'h' })
    expect(await client.deleteAttribute(id, 'Object Group')).toMatchObject({ value: 'h' })
    expect(await client.getAttributeList(id)).not.toContain('Object Group')
    expect(await client.check(id, { cryptographicUsageMask: 4 })).toEqual({ uniqueIdentifier: id })
    await client.revoke(id, { revocationReasonCode: 'Superseded' })
    await client.destroy(id)
    await expect(client.get(id)).rejects.toMatchObject({ resultReason: 'ItemNotFound', operation: 'Get' })
  })

  it('fetches a key as a secret, and registers one', async () => {
    const client = await connectTo((await lab()).port)
    const fetched = await client.get('mykey')
    expect(fetched).toMatchObject({
      algorithm: 'AES',
      length: 256,
      keyFormatType: 'Raw',
      objectType: 'SymmetricKey',
    })
    expect(fetched.key.revealBytes()).toEqual(servedKey)
    expect(JSON.stringify(fetched)).toContain('[secret]')
    const id = await client.register({
      objectType: 'SecretData',
      secretData: {
        secretDataType: 'Password',
        keyBlock: { keyFormatType: 'Raw', keyValue: { keyMaterial: Buffer.from('pass'), attributes: [] } },
      },
    })
    expect((await client.get(id)).key.reveal()).toBe('pass')
  })

  it('asks the server what it can', async () => {
    const client = await connectTo((await lab()).port)
    expect((await client.query(['QueryOperations'])).operations).toContain('Get')
    expect(await client.discoverVersions([{ major: 1, minor: 1 }])).toEqual([{ major: 1, minor: 1 }])
    expect(await client.discoverVersions()).toHaveLength(5)
  })

  it('sends a batch, and gives an answer for each item that was carried out', async () => {
    const client = await connectTo((await lab()).port, { version: '1.4' })
    const items = [
      { operation: 'Locate', request: { attributes: [] } },
      { operation: 'Get', request: { uniqueIdentifier: 'none' } },
      { operation: 'GetAttributes', request: { attributeNames: ['State'] } },
    ] as const
    const stopped = await client.exchange({ items })
    expect(stopped).toMatchObject([
      { operation: 'Locate', response: { uniqueIdentifiers: ['mykey'] } },
      { operation: 'Get', error: { resultReason: 'ItemNotFound', operation: 'Get' } },
    ])
    const all = await client.exchange({ items, onError: 'Continue', clientCorrelationValue: 'mine' })
    expect(all[2]).toMatchObject({ response: { uniqueIdentifier: 'mykey' } })
  })

  it('is told when a batch is refused as a whole', async () => {
    const client = await connectTo((await lab()).port)
    await expect(client.exchange({ items: [] })).rejects.toMatchObject({ resultReason: 'InvalidMessage' })
  })

  it('may ask without waiting', async () => {
    const client = await connectTo((await lab()).port)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0
          ? client.get('mykey').then(({ uniqueIdentifier }) => uniqueIdentifier)
          : client.get('none').catch((error: unknown) => error),
      ),
    )
    expect(answers.filter(answer => answer === 'mykey')).toHaveLength(50)
    expect(answers[1]).toMatchObject({ resultReason: 'ItemNotFound' })
  })
})

describe('a client that gets no answer', () => {
  it('says that nobody listens', async () => {
    const port = await listen(createPlainServer())
    const refused = connectTo(port === 1 ? 2 : 1)
    await expect(refused).rejects.toMatchObject({ name: 'KmipConnectionError', failure: 'unreachable' })
  })

  it('says that the server is not the one whose authority it has', async () => {
    const server = await runServer()
    const wrong = connectTo(server.port, { tls: { ...tls, ca: stranger.ca } })
    await expect(wrong).rejects.toMatchObject({ failure: 'unreachable' })
  })

  it('says that the server has another name than it was called by', async () => {
    const elsewhere = authority.sign({
      commonName: 'x',
      altNames: [{ type: 2, value: 'elsewhere.example.com' }],
    })
    const port = await listen(createServer({ ...elsewhere, ca: authority.ca }))
    await expect(connectTo(port)).rejects.toMatchObject({
      failure: 'unreachable',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string,
    })
  })

  it('says that the server takes too long to shake hands, and to answer', async () => {
    const port = await listen(createPlainServer())
    await expect(connectTo(port, { timeout: 100 })).rejects.toMatchObject({ failure: 'timeout' })
    const client = await connectTo(await misbehaving(socket => socket.resume()), { timeout: 100 })
    await expect(client.get('mykey')).rejects.toMatchObject({ failure: 'timeout' })
    await expect(client.get('mykey')).rejects.toMatchObject({ failure: 'timeout' })
  })

  it('says that the connection was closed, to all that wait', async () => {
    const client = await connectTo(await misbehaving(socket => socket.once('data', () => socket.destroy())))
    const [first, second] = await Promise.allSettled([client.get('a'), client.get('b')])
    expect(first).toMatchObject({ reason: { failure: 'closed' } })
    expect(second).toMatchObject({ reason: { failure: 'closed' } })
  })

  it.each([
    ['what is no KMIP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['what is no response message', Buffer.from('42007b0100000000', 'hex')],
    ['more than 64 KiB', Buffer.from('42007b01ffffff00', 'hex')],
  ])('says that the server has answered %s', async (_, answer) => {
    const client = await connectTo(
      await misbehaving(socket => socket.once('data', () => socket.write(answer))),
    )
    await expect(client.get('mykey')).rejects.toMatchObject({ failure: 'malformed' })
  })

  it('is stopped by its signal, with the reason of that', async () => {
    const port = await misbehaving(socket => socket.resume())
    const reason = new Error('enough')
    const controller = new AbortController()
    const client = await connectTo(port, { signal: controller.signal })
    const waiting = client.get('mykey')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(connectTo(port, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('has closed the connection itself', async () => {
    const client = await connectTo((await runServer()).port)
    await client.close()
    await client.close()
    await expect(client.get('mykey')).rejects.toMatchObject({ failure: 'closed' })
  })
})
