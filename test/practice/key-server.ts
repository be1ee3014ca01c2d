import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { KmipEvent } from '../../src/kmip/event.ts'
import { activeAesKey, ObjectStore } from '../../src/kmip/objects.ts'
import { restorePolicy, type Policy } from '../../src/kmip/policy.ts'
import { startKmipServer } from '../../src/kmip/server.ts'
import { Secret } from '../../src/lib/secret.ts'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import { temporaryFolder } from '../temp-folder.ts'

export interface KeyServer {
  /** The flags by which a mongod finds it. */
  readonly flags: readonly string[]
  readonly events: readonly KmipEvent[]
}

/** A KMIP server that serves these keys until the test is over. */
export async function keyServer(
  keys: Readonly<Record<string, Buffer>>,
  policy: Policy = restorePolicy,
): Promise<KeyServer> {
  const { authority, server, client } = await issueCertificates()
  const store = new ObjectStore()
  for (const [uniqueIdentifier, key] of Object.entries(keys)) {
    activeAesKey(store, { uniqueIdentifier, key: new Secret(key) })
  }
  const events: KmipEvent[] = []
  const kmip = await startKmipServer({
    host: '127.0.0.1',
    port: 0,
    tls: { key: server.key, cert: server.certificate, ca: authority },
    store,
    policy,
    onEvent: event => events.push(event),
  })
  onTestFinished(() => kmip.close())

  const folder = await temporaryFolder()
  const [caFile, clientFile] = [join(folder, 'kmipCA.pem'), join(folder, 'kmipClient.pem')]
  await writeFile(caFile, authority)
  await writeFile(clientFile, client.certificate + client.key)
  const where = ['--kmipServerName', '127.0.0.1', '--kmipPort', String(kmip.port)]
  const certificates = ['--kmipServerCAFile', caFile, '--kmipClientCertificateFile', clientFile]
  return { flags: ['--enableEncryption', ...where, ...certificates], events }
}
