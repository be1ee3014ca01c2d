import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Secret } from '../../src/lib/secret.ts'
import { formatOrders } from '../../src/proxy/orders.ts'

/** A key service that answers every question at once, with the same master key. */
export interface InstantCloud {
  /** What a key proxy is told so that it serves keys of these ids, from certificates in that folder. */
  orders(certificates: string, ids: readonly string[]): string
  close(): void
}

export async function startInstantCloud(): Promise<InstantCloud> {
  const plaintext = Buffer.alloc(32, 7).toString('base64')
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(
        JSON.stringify({ KeyId: 'arn:aws:kms:us-east-1:111122223333:key/bench', Plaintext: plaintext }),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const kmsEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    orders: (certificates, ids) =>
      formatOrders({
        port: 0,
        certificates,
        keys: ids.map(id => ({
          ids: [id],
          wrappedKey: Buffer.from('wrapped'),
          credentials: {
            provider: 'aws',
            accessKeyId: new Secret('AKIAIOSFODNN7EXAMPLE'),
            secretAccessKey: new Secret('nobody’s'),
            region: 'us-east-1',
            kmsEndpoint,
          },
        })),
      }).reveal(),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
