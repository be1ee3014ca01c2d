import tls from 'node:tls'

let trusted = false

/**
 * Has this process trust the authorities of the system's own store besides those of Node.js and NODE_EXTRA_CA_CERTS:
 * where an operator's network inspects TLS, that is where its authority is. Once is enough. Node.js older than 22.19
 * and 24.5 cannot; there NODE_EXTRA_CA_CERTS remains.
 */
export function trustSystemAuthorities(): void {
  if (trusted || typeof tls.setDefaultCACertificates !== 'function') return
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  trusted = true
}
