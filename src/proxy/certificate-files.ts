import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeAtomically } from '../lib/atomic-file.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import { shellQuote } from '../lib/shell-quote.ts'
import type { RunCertificates } from './certificates.ts'

/** Where mongod finds what it needs to reach the proxy. */
export interface CertificateFiles {
  readonly caFile: string
  readonly clientCertificateFile: string
}

/** The names that kmipProxyStandalone gives them. */
export function certificateFilesIn(folder: string): CertificateFiles {
  return {
    caFile: join(resolve(folder), 'kmipCA.pem'),
    clientCertificateFile: join(resolve(folder), 'kmipClient.pem'),
  }
}

const ownerOnly = 0o600

/**
 * Writes kmipCA.pem and kmipClient.pem (certificate and key in one), each whole or not at all, in place of those of an
 * earlier run. Throws `Failure` PROXY-009.
 */
export async function writeCertificateFiles(folder: string, run: RunCertificates): Promise<CertificateFiles> {
  const files = certificateFilesIn(folder)
  await write(files.caFile, run.authority)
  await write(files.clientCertificateFile, run.client.certificate + run.client.key)
  return files
}

async function write(path: string, pem: string): Promise<void> {
  try {
    // A link would be written through, to wherever an archive made it lead.
    if (!(await isLink(path))) {
      await writeAtomically(path, pem, ownerOnly)
      return
    }
  } catch (error) {
    const reason = systemErrorCode(error)
    throw reason === undefined ? error : notWritable(path, reason, error)
  }
  throw notWritable(path, 'it is a link')
}

async function isLink(path: string): Promise<boolean> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  return stats?.isSymbolicLink() ?? false
}

function notWritable(path: string, reason: string, cause?: unknown): Failure {
  return new Failure({
    code: 'PROXY-009',
    message: `${path} cannot be written: ${reason}`,
    remedy: `The proxy and mongod both write to this folder. See whose it is and whether it is full: ls -ld ${shellQuote(path)}*; df -h ${shellQuote(join(path, '..'))}`,
    cause,
  })
}
