import { readFile } from 'node:fs/promises'
import { KmipConnectionError } from '../kmip/client-connection.ts'
import { connectKmip } from '../kmip/client.ts'
import { KmipError } from '../kmip/result.ts'
import { systemErrorCode } from '../lib/failure.ts'
import { isAlive } from '../lib/process-identity.ts'
import type { KeyProxy } from './key-proxy.ts'

/**
 * A proxy that was written down, if it still is what it was: exactly that process runs, whoever listens on its port has
 * the certificate of the authority in `caFile` and accepts the client's, and it serves every one of the key ids. Else
 * undefined. Asks for the keys' states, never for the keys.
 */
export async function adoptProxy(recorded: KeyProxy, signal: AbortSignal): Promise<KeyProxy | undefined> {
  if (!(await isAlive(recorded.identity))) return undefined
  try {
    return (await servesAll(recorded, signal)) ? recorded : undefined
  } catch (error) {
    signal.throwIfAborted()
    const isForeseen = error instanceof KmipConnectionError || error instanceof KmipError
    // The certificate files may be gone, or another proxy's by now.
    if (isForeseen || systemErrorCode(error) !== undefined) return undefined
    throw error
  }
}

async function servesAll({ host, port, keyIds, ...files }: KeyProxy, signal: AbortSignal): Promise<boolean> {
  const [ca, client] = await Promise.all([readFile(files.caFile), readFile(files.clientCertificateFile)])
  const connection = await connectKmip({ host, port, tls: { ca, cert: client, key: client }, signal })
  try {
    const states = await Promise.all(keyIds.map(keyId => connection.getAttributes(keyId, ['State'])))
    return states.every(([state]) => state?.value === 'Active')
  } finally {
    await connection.close()
  }
}
