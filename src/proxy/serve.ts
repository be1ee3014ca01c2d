import { ObjectStore, activeAesKey } from '../kmip/objects.ts'
import { restorePolicy } from '../kmip/policy.ts'
import { startKmipServer, type KmipServer } from '../kmip/server.ts'
import type { CloudCredentials } from '../kms/key-service.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import { isPortFree } from '../lib/ports.ts'
import type { Secret } from '../lib/secret.ts'
import { writeCertificateFiles } from './certificate-files.ts'
import { issueCertificates, type RunCertificates } from './certificates.ts'
import { failedEvent, type Emit } from './events.ts'
import { proxyEventsOf, toldOnce } from './kmip-events.ts'
import type { ProxyOrders } from './orders.ts'
import { unwrapKeys } from './unwrap.ts'

export interface ServeOptions {
  readonly emit: Emit
  /** Ends the proxy, whether it serves already or not. */
  readonly signal: AbortSignal
}

/**
 * A key proxy, from its orders to its end. The cloud unwraps the keys while the certificates are made; then the socket
 * opens, so that a client that can connect can be served. Everything is told through `emit`, a failure too before it is
 * thrown: PROXY-001, PROXY-002 or PROXY-009. The credentials of the orders are wiped when the cloud has answered, the keys
 * at the end.
 */
export async function serveProxy(orders: ProxyOrders, { emit, signal }: ServeOptions): Promise<void> {
  try {
    await serve(orders, { emit, signal })
  } catch (error) {
    // What fails because it was told to end has not failed.
    if (!signal.aborted) {
      if (error instanceof Failure) emit(failedEvent(error))
      throw error
    }
  }
  emit({ type: 'stopped' })
}

async function serve(orders: ProxyOrders, { emit, signal }: ServeOptions): Promise<void> {
  const keyIds = orders.keys.flatMap(key => key.ids)
  const store = new ObjectStore()
  emit({ type: 'starting', keyIds })
  // Before the cloud is asked: what can be known at once should not take a while to be said.
  if (!(await isPortFree(orders.port))) throw portTaken(orders.port)
  try {
    const [keys, certificates] = await Promise.all([
      unwrapKeys(orders.keys, { dbpath: orders.certificates, emit, signal }).finally(() =>
        wipeCredentials(orders),
      ),
      issueCertificates(),
    ])
    for (const { ids, masterKey } of keys) activeAesKey(store, { uniqueIdentifier: ids, key: masterKey })
    signal.throwIfAborted()
    const server = await listen(orders.port, certificates, { store, keyIds, emit })
    try {
      // Only now: a proxy that cannot listen must leave the files of the one that does.
      const files = await writeCertificateFiles(orders.certificates, certificates)
      emit({ type: 'serving', port: server.port, keyIds, ...files })
      await aborted(signal)
    } finally {
      await server.close()
    }
  } finally {
    store.wipe()
  }
}

interface Served {
  readonly store: ObjectStore
  readonly keyIds: readonly string[]
  readonly emit: Emit
}

async function listen(
  port: number,
  run: RunCertificates,
  { store, keyIds, emit }: Served,
): Promise<KmipServer> {
  const tell = toldOnce(emit)
  try {
    return await startKmipServer({
      host: '127.0.0.1',
      port,
      tls: { key: run.server.key, cert: run.server.certificate, ca: run.authority },
      store,
      policy: restorePolicy,
      onEvent: event => proxyEventsOf(event, keyIds).forEach(tell),
    })
  } catch (error) {
    throw systemErrorCode(error) === undefined ? error : portTaken(port, error)
  }
}

function portTaken(port: number, cause?: unknown): Failure {
  return new Failure({
    code: 'PROXY-001',
    message: `Port ${port} of 127.0.0.1 is taken by another program, or may not be used`,
    remedy: 'Choose another port, or let one be found: --kmip-port 0',
    cause,
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function wipeCredentials({ keys }: ProxyOrders): void {
  for (const { credentials } of keys) secretsOf(credentials).forEach(secret => secret?.wipe())
}

function secretsOf(credentials: CloudCredentials): readonly (Secret | undefined)[] {
  switch (credentials.provider) {
    case 'aws':
      return [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]
    case 'azure':
      return credentials.identity.kind === 'client-secret' ? [credentials.identity.secret] : []
    case 'gcp':
      return credentials.identity.kind === 'service-account' ? [credentials.identity.key] : []
  }
}
