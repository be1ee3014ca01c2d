import { readFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import { connectKmip, type KmipClient } from '../../src/kmip/client.ts'
import type { CertificateFiles } from '../../src/proxy/certificate-files.ts'

type Reachable = CertificateFiles & { readonly port: number }

/** A KMIP client with the files that mongod is given. */
export async function asMongod({ port, caFile, clientCertificateFile }: Reachable): Promise<KmipClient> {
  const [ca, client] = await Promise.all([readFile(caFile), readFile(clientCertificateFile)])
  return connectKmip({ host: '127.0.0.1', port, tls: { ca, cert: client, key: client } })
}

/** The key that mongod would get, and the connection closed. */
export async function fetchKey(proxy: Reachable, keyId: string): Promise<Buffer> {
  const mongod = await asMongod(proxy)
  const { key } = await mongod.get(keyId)
  await mongod.close()
  return key.revealBytes()
}

/** Resolves to how the server ends a connection of a client without a certificate. */
export async function connectWithoutCertificate({ port, caFile }: Reachable): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca: await readFile(caFile) })
  return new Promise((resolve, reject) => {
    socket.once('error', (error: Error) => resolve(error.message))
    socket.once('end', () => resolve('end'))
    socket.once('data', () => reject(new Error('A client without a certificate got an answer')))
  })
}
