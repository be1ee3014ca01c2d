import type { ProcessIdentity } from '../lib/process-identity.ts'

/** A key proxy that runs: what mongod needs to reach it. */
export interface KeyProxy {
  readonly engine: 'embedded' | 'official'
  readonly identity: ProcessIdentity
  readonly host: '127.0.0.1'
  readonly port: number
  /** The KMIP ids that it answers for. */
  readonly keyIds: readonly string[]
  /** `<dbpath>/kmipCA.pem`: the authority that signed the proxy's certificate. */
  readonly caFile: string
  /** `<dbpath>/kmipClient.pem`: certificate and key of the client, mode 0600. */
  readonly clientCertificateFile: string
  /** The port of mongod that it was told, where it wants to be told one. */
  readonly mongodPort?: number | undefined
}
