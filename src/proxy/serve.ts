import { ObjectStore, activeAesKey } from '../kmip/objects.ts'
import type { KmipEvent } from '../kmip/event.ts'
import { labPolicy, restorePolicy, type Policy } from '../kmip/policy.ts'
import { startKmipServer, type KmipServer, type KmipServerOptions } from '../kmip/server.ts'
import type { CloudCredentials } from '../kms/key-service.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import { isPortFree } from '../lib/ports.ts'
import type { Secret } from '../lib/secret.ts'
import { writeCertificateFiles } from './certificate-files.ts'
import { issueCertificates } from './certificates.ts'
import { failedEvent, type Emit } from './events.ts'
import { labEventsOf, proxyEventsOf, toldOnce } from './kmip-events.ts'
import type { ProxyOrders } from './orders.ts'
import { unwrapKeys, type UnwrappedKey } from './unwrap.ts'

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
  await tellingOfFailure({ emit, signal }, () => serve(orders, { emit, signal }))
}

async function tellingOfFailure({ emit, signal }: ServeOptions, serving: () => Promise<void>): Promise<void> {
  try {
    await serving()
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
  const tell = toldOnce(emit)
  await serveKeys(
    {
      port: orders.port,
      certificates: orders.certificates,
      policy: restorePolicy,
      keyIds,
      openKeys: () =>
        unwrapKeys(orders.keys, { dbpath: orders.certificates, emit, signal }).finally(() =>
          wipeCredentials(orders),
        ),
      onKmipEvent: event => proxyEventsOf(event, keyIds).forEach(tell),
    },
    { emit, signal },
  )
}

/** An empty KMIP server with the `lab` policy, for trying clients and conformance suites. */
export interface LabOrders {
  /** Of 127.0.0.1; 0: a free one. */
  readonly port: number
  /** The folder for kmipCA.pem and kmipClient.pem. */
  readonly certificates: string
}

/** Everything that KMIP allows, in memory only. Throws PROXY-001 or PROXY-009, told before. */
export async function serveLab(
  { port, certificates }: LabOrders,
  { emit, signal }: ServeOptions,
): Promise<void> {
  await tellingOfFailure({ emit, signal }, async () => {
    emit({
      type: 'note',
      message: 'Policy lab: keys live in memory only, and are gone when this process ends',
    })
    await serveKeys(
      {
        port,
        certificates,
        policy: labPolicy,
        keyIds: [],
        openKeys: () => Promise.resolve([]),
        onKmipEvent: event => labEventsOf(event).forEach(emit),
      },
      { emit, signal },
    )
  })
}

interface Service {
  readonly port: number
  readonly certificates: string
  readonly policy: Policy
  readonly keyIds: readonly string[]
  readonly openKeys: () => Promise<readonly UnwrappedKey[]>
  readonly onKmipEvent: (event: KmipEvent) => void
}

async function serveKeys(service: Service, { emit, signal }: ServeOptions): Promise<void> {
  const { port, policy, keyIds, onKmipEvent } = service
  const store = new ObjectStore()
  emit({ type: 'starting', keyIds })
  // Before the cloud is asked: what can be known at once should not take a while to be said.
  if (!(await isPortFree(port))) throw portTaken(port)
  try {
    const [keys, run] = await Promise.all([service.openKeys(), issueCertificates()])
    for (const { ids, masterKey } of keys) activeAesKey(store, { uniqueIdentifier: ids, key: masterKey })
    signal.throwIfAborted()
    const tls = { key: run.server.key, cert: run.server.certificate, ca: run.authority }
    const server = await listen({ host: '127.0.0.1', port, tls, store, policy, onEvent: onKmipEvent })
    try {
      // Only now: a proxy that cannot listen must leave the files of the one that does.
      const files = await writeCertificateFiles(service.certificates, run)
      emit({ type: 'serving', port: server.port, keyIds, ...files })
      await aborted(signal)
    } finally {
      await server.close()
    }
  } finally {
    store.wipe()
  }
}

async function listen(options: KmipServerOptions): Promise<KmipServer> {
  try {
    return await startKmipServer(options)
  } catch (error) {
    throw systemErrorCode(error) === undefined ? error : portTaken(options.port, error)
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
