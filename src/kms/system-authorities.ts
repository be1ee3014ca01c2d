import tls from 'node:tls'

let trusted = false

/**
 * Has this process trust the authorities of the system's own store besides those of Node.js and NODE_EXTRA_CA_CERTS:
 * where an operator's network inspects TLS, that is where its authority is. Once is enough. Node.js older than 22.19
 * and 24.5 cannot; there NODE_EXTRA_CA_CERTS remains. Takes some 30 ms: to be called before TLS is spoken, not sooner.
 */
export function trustSystemAuthorities(): void {
  if (trusted || typeof tls.setDefaultCACertificates !== 'function') return
  trusted = true
  // Most are in both: parsing each once saves half of the time.
  const authorities = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  tls.setDefaultCACertificates([...authorities])
}
