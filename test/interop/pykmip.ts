import type { RunningProxy } from './running-proxy.ts'
import { runScript } from './python.ts'

/** The versions of KMIP that PyKMIP and snapthaw both speak. */
export const versions = ['1.0', '1.1', '1.2', '1.3', '1.4'] as const
export type Version = (typeof versions)[number]

/** How Python calls the versions of TLS: only 1.2, and the newest that both know. */
export type PythonTls = 'PROTOCOL_TLSv1_2' | 'PROTOCOL_TLS'

/** An operation that the server has refused, as PyKMIP shows it. */
export interface Refusal {
  readonly status: 'OPERATION_FAILED'
  readonly reason: string
  readonly message: string
}

/** The values of attributes by their names. */
export type Attributes = Readonly<Record<string, readonly unknown[]>>

export interface PykmipClient {
  readonly version: Version
  readonly tls?: PythonTls
}

/** Runs a script that uses PyKMIP's client, against this server. */
export function runPykmip(
  script: string,
  { port, client, ca }: RunningProxy,
  how: PykmipClient,
  ...args: readonly string[]
) {
  const { version, tls = 'PROTOCOL_TLSv1_2' } = how
  return runScript(script, ['127.0.0.1', String(port), client, ca, version, tls, ...args])
}
