import { createPrivateKey, createPublicKey } from 'node:crypto'
import tls from 'node:tls'
import forge from 'node-forge'
import { Failure } from '../lib/failure.ts'

/** Milliseconds. */
const day = 86_400_000

/**
 * A server certificate (PEM) for these names and 127.0.0.1, signed with its own key: it is its own authority and nobody
 * else's. `privateKey` is RSA, PKCS #8 in PEM.
 */
export function selfSigned(privateKey: string, names: readonly string[]): string {
  const certificate = forge.pki.createCertificate()
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.toString())
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(Date.now() - day)
  certificate.validity.notAfter = new Date(Date.now() + 3650 * day)
  const subject = [{ name: 'commonName', value: 'snapthaw practice' }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [...names.map(value => ({ type: 2, value })), { type: 7, ip: '127.0.0.1' }],
    },
  ])
  const signingKey = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'pem' })
  certificate.sign(forge.pki.privateKeyFromPem(signingKey.toString()), forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}

/**
 * Has this process trust a certificate (PEM) until the returned function is called: NODE_EXTRA_CA_CERTS, which does it
 * for the processes that are started, is read at a process's start only. Throws USAGE-004 where Node.js cannot.
 */
export function trustHere(certificate: string): () => void {
  if (typeof tls.setDefaultCACertificates !== 'function') {
    throw new Failure({
      code: 'USAGE-004',
      message: `Node.js ${process.version} cannot be told to trust the practice’s own certificate`,
      remedy: 'Practise this scenario with Node.js 24.5 or later (in the repository: npm start -- practice)',
    })
  }
  const trusted = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...trusted, certificate])
  return () => {
    const isOther = (each: string) => !trusted.includes(each) && !sameText(each, certificate)
    const since = tls.getCACertificates('default').filter(isOther)
    tls.setDefaultCACertificates([...trusted, ...since])
  }
}

function sameText(one: string, other: string): boolean {
  const plain = (pem: string) => pem.replaceAll('\r', '').trim()
  return plain(one) === plain(other)
}
