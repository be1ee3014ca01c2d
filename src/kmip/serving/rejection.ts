import type { TLSSocket } from 'node:tls'
import { systemErrorCode } from '../../lib/failure.ts'
import type { RejectionCause } from '../event.ts'

interface Rejection {
  readonly cause: RejectionCause
  readonly why: string
}

/** Codes of OpenSSL and Node.js for handshakes that fail, and what they mean to a reader. */
const known: Readonly<Record<string, Rejection>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: {
    cause: 'certificate',
    why: 'The client has sent no certificate',
  },
  ERR_SSL_HTTP_REQUEST: { cause: 'handshake', why: 'The client speaks HTTP without TLS' },
  ERR_SSL_WRONG_VERSION_NUMBER: { cause: 'handshake', why: 'The client does not speak TLS' },
  ERR_SSL_UNSUPPORTED_PROTOCOL: { cause: 'handshake', why: 'The client does not speak TLS 1.2 or 1.3' },
  ERR_TLS_HANDSHAKE_TIMEOUT: { cause: 'timeout', why: 'The TLS handshake has taken too long' },
  ECONNRESET: { cause: 'handshake', why: 'The client has closed the connection during the TLS handshake' },
}

/** Why a TLS handshake has failed. */
export function rejectionOf(error: Error, socket: TLSSocket): Rejection {
  // Set before the socket is destroyed over it; the error itself then only says that the connection is gone.
  const certificateError = socket.authorizationError as unknown
  if (typeof certificateError === 'string') {
    return { cause: 'certificate', why: `The certificate of the client is not accepted: ${certificateError}` }
  }
  const code = systemErrorCode(error) ?? 'unknown'
  return known[code] ?? { cause: 'handshake', why: `The TLS handshake has failed: ${code}` }
}
