import { readFile } from 'node:fs/promises'
import { connectKmip, type KmipClient } from '../../kmip/client.ts'
import { CryptographicUsageMask } from '../../kmip/ttlv/masks.ts'
import type { Secret } from '../../lib/secret.ts'
import {
  keystoreIds,
  NoValidKeystore,
  openKeystore,
  systemKey,
  type DatabaseKeys,
} from '../encrypted-store/keystore.ts'
import type { KmipOptions } from './options.ts'
import { fatalAssertion, startEntry, type StartFailure } from './start-failure.ts'

/** The keystore of the dbpath, opened with the master key that its KMIP key id names. */
export interface KeyManager {
  readonly kmipKeyId: string
  readonly keys: DatabaseKeys
}

/**
 * Asks the KMIP server for the master key and opens the keystore with it. Throws `StartFailure` (exit code 14) when
 * there is no keystore, the server does not give the key, or the key does not open the keystore.
 */
export async function openKeyManager(
  dbpath: string,
  kmip: KmipOptions,
  signal: AbortSignal,
): Promise<KeyManager> {
  const [kmipKeyId] = await keystoreIds(dbpath)
  if (kmipKeyId === undefined) throw noValidKeystore()
  if (kmip.keyIdentifier !== undefined && kmip.keyIdentifier !== kmipKeyId) {
    throw keyFailure(
      `KMIP key id ${kmip.keyIdentifier} was provided, but the system is already configured with key id ${kmipKeyId}`,
    )
  }
  const masterKey = await askKeyServer(kmip, signal, client => fetchMasterKey(client, kmipKeyId, kmip))
  try {
    return { kmipKeyId, keys: await openKeystore(dbpath, kmipKeyId, masterKey) }
  } catch (error) {
    if (error instanceof NoValidKeystore) throw noValidKeystore(error)
    throw error
  } finally {
    masterKey.wipe()
  }
}

async function fetchMasterKey(
  client: KmipClient,
  id: string,
  { activateKeys }: KmipOptions,
): Promise<Secret> {
  const { key } = await client.get(id)
  if (activateKeys) await client.getAttributes(id, ['State'])
  return key
}

/**
 * What a mongod does in an empty dbpath: it has the KMIP server make a new master key, and gives its id back. Throws
 * `StartFailure` (exit code 14) when the server does not.
 */
export function createMasterKey(kmip: KmipOptions, signal: AbortSignal): Promise<string> {
  return askKeyServer(kmip, signal, async client => {
    const id = await client.create([
      { name: 'Cryptographic Algorithm', value: 'AES' },
      { name: 'Cryptographic Length', value: 256 },
      {
        name: 'Cryptographic Usage Mask',
        value: CryptographicUsageMask.Encrypt | CryptographicUsageMask.Decrypt,
      },
    ])
    if (kmip.activateKeys) await client.activate(id)
    return id
  })
}

/** One conversation with the KMIP server. Throws `StartFailure`, or the signal's reason. */
async function askKeyServer<T>(
  kmip: KmipOptions,
  signal: AbortSignal,
  ask: (client: KmipClient) => Promise<T>,
): Promise<T> {
  const ca = await readPem(kmip.serverCAFile)
  const clientPem = await readPem(kmip.clientCertificateFile)
  try {
    const client = await connectKmip({
      host: kmip.serverName,
      port: kmip.port,
      // mongod wants the client's certificate and its key in one file.
      tls: { ca, cert: clientPem, key: clientPem },
      timeout: kmip.connectTimeout,
      signal,
    })
    try {
      return await ask(client)
    } finally {
      await client.close()
    }
  } catch (cause) {
    signal.throwIfAborted()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw retrievalFailure(`KMIP server ${kmip.serverName}:${kmip.port}: ${reason}`, cause)
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw keyFailure(`Cannot read certificate file ${path}`, cause)
  }
}

function noValidKeystore(cause?: unknown): StartFailure {
  return retrievalFailure('there are existing data files, but no valid keystore could be located.', cause)
}

function retrievalFailure(error: string, cause?: unknown): StartFailure {
  return keyFailure(`Unable to retrieve key ${systemKey}, error: ${error}`, cause)
}

/** The words are those that mongod was seen to use; its ids for them are not public, so 9900011 is this project's own. */
function keyFailure(message: string, cause?: unknown): StartFailure {
  return fatalAssertion([startEntry('E', 'STORAGE', 9900011, message)], 28561, cause)
}
