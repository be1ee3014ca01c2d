/** Reasons why a cloud was not reached, the same for all three. Their class is `transient`. */
export type NetworkReason =
  | 'cancelled'
  | 'timeout'
  | 'connection-refused'
  | 'connection-lost'
  | 'unknown-host'
  | 'unreachable'
  | 'certificate-untrusted'
  | 'certificate-name'
  | 'certificate-expired'
  | 'not-tls'
  | 'proxy-address'

interface Row {
  readonly reason: NetworkReason
  /** An error's `name` or `code`. */
  readonly marks: RegExp
}

/** Codes of Node.js (system errors, OpenSSL's verification errors) and names that the SDKs give. The first match counts. */
const rows: readonly Row[] = [
  { reason: 'cancelled', marks: /^(AbortError|ABORT_ERR)$/ },
  // Before the codes: the AWS SDK calls a timeout of its own TimeoutError, and a reset too, with ECONNRESET in `code`.
  { reason: 'connection-lost', marks: /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/ },
  { reason: 'connection-refused', marks: /^ECONNREFUSED$/ },
  { reason: 'timeout', marks: /^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT)$/ },
  { reason: 'unknown-host', marks: /^(ENOTFOUND|EAI_AGAIN)$/ },
  { reason: 'unreachable', marks: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/ },
  { reason: 'certificate-name', marks: /^ERR_TLS_CERT_ALTNAME_INVALID$/ },
  { reason: 'certificate-expired', marks: /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/ },
  {
    reason: 'certificate-untrusted',
    marks:
      /^(UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|CERT_UNTRUSTED)$/,
  },
  { reason: 'not-tls', marks: /^(EPROTO|ERR_SSL_\w+)$/ },
  { reason: 'proxy-address', marks: /^ProxyAddressError$/ },
]

/** Why the cloud was not reached, or undefined where it was. Looks into `cause` too, where SDKs put the system's error. */
export function networkReason(error: unknown): NetworkReason | undefined {
  const marks = marksOf(error)
  return rows.find(row => marks.some(mark => row.marks.test(mark)))?.reason
}

function marksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  return [error.name, ...code, ...marksOf(error.cause)]
}
