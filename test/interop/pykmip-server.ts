import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import { startEmulator } from './emulator.ts'
import { scriptArguments } from './python.ts'

/** PyKMIP's own server, with the certificates that a run of the key proxy would have. */
export interface PykmipServer {
  readonly host: string
  readonly port: number
  /** What its clients need, as PEM. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
  stop(): Promise<void>
}

/** Starts it; in the folder it keeps its objects and its log. */
export async function startPykmipServer(folder: string): Promise<PykmipServer> {
  const { server, client, authority } = await issueCertificates()
  const files = {
    certificate: join(folder, 'server.pem'),
    key: join(folder, 'server.key'),
    authority: join(folder, 'ca.pem'),
  }
  await writeFile(files.certificate, server.certificate)
  await writeFile(files.key, server.key, { mode: 0o600 })
  await writeFile(files.authority, authority)
  const emulator = await startEmulator('python', port => {
    const args = [String(port), files.certificate, files.key, files.authority, folder]
    // On SIGTERM it would go on until its accept times out, after ten seconds.
    return { args: scriptArguments('pykmip_server.py', args), stopSignal: 'SIGINT' }
  })
  const tls = { ca: authority, cert: client.certificate, key: client.key }
  return { host: '127.0.0.1', port: emulator.port, tls, stop: () => emulator.stop() }
}
