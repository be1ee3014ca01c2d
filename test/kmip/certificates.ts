import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'

/** A certificate with its key, as PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

/** An authority for tests, and what it signs. Every certificate has the same RSA key: making one takes its time. */
export interface Authority {
  readonly ca: string
  readonly server: Certified
  readonly client: Certified
  sign(wishes: {
    readonly commonName: string
    readonly expired?: true
    readonly altNames?: readonly AltName[]
  }): Certified
}

type AltName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string }

const localhost: readonly AltName[] = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
]
const day = 86_400_000

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const forgePrivateKey = forge.pki.privateKeyFromPem(privateKey)
const forgePublicKey = forge.pki.publicKeyFromPem(publicKey)
let serial = 0

export function createAuthority(commonName: string): Authority {
  const root = issue({ commonName, issuer: commonName, extensions: [{ name: 'basicConstraints', cA: true }] })
  const sign: Authority['sign'] = ({ commonName: subject, expired, altNames = localhost }) =>
    issue({
      commonName: subject,
      issuer: commonName,
      expired,
      extensions: [
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    })
  return {
    ca: root.cert,
    server: sign({ commonName: 'server' }),
    client: sign({ commonName: 'client' }),
    sign,
  }
}

function issue({
  commonName,
  issuer,
  expired,
  extensions,
}: {
  readonly commonName: string
  readonly issuer: string
  readonly expired?: true | undefined
  readonly extensions: readonly object[]
}): Certified {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forgePublicKey
  serial += 1
  certificate.serialNumber = `0${serial}`
  certificate.validity.notBefore = new Date(Date.now() - 2 * day)
  certificate.validity.notAfter = new Date(Date.now() + (expired ? -day : day))
  certificate.setSubject([{ name: 'commonName', value: commonName }])
  certificate.setIssuer([{ name: 'commonName', value: issuer }])
  certificate.setExtensions([...extensions])
  certificate.sign(forgePrivateKey, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key: privateKey }
}
