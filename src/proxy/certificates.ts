import {
  createHash,
  generateKeyPair,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto'
import { promisify } from 'node:util'
import { derWriter, type Der, type DerWriter } from './der.ts'

/** A certificate and its private key, in PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

/** The certificates of one run of the key proxy. Who made them, the authority, has no key any more. */
export interface RunCertificates {
  readonly authority: string
  readonly server: Identity
  readonly client: Identity
}

const hour = 3_600_000
/** A clock that is set back a little while the proxy runs must not make its certificates invalid. */
const validBefore = 24 * hour
/** mongod asks for its key when it starts; a proxy that has run for longer than this is started anew. */
const validAfter = 90 * 24 * hour

/**
 * Makes an authority, and with it a certificate for the server (127.0.0.1, ::1, localhost: mongod compares the address
 * that it dials) and one for its client. The authority's private key exists only inside this call.
 *
 * The keys are EC P-256. Three of them take 0.1 ms to make (at most 1 ms in 40 runs), three of RSA-2048 50 ms (up to
 * 110 ms), measured on two idle cores where bare Node starts in 25 ms: the search for primes would be most of the
 * proxy's start, and a different wait each time. OpenSSL (mongod on Linux, Python), Go, Java and Node accept P-256.
 * node-forge signs with RSA only, so its DER writer puts the certificate together and node:crypto signs it.
 */
export async function issueCertificates(now = new Date()): Promise<RunCertificates> {
  const [der, authorityKeys, serverKeys, clientKeys] = await Promise.all([
    derWriter(),
    makeKeys(),
    makeKeys(),
    makeKeys(),
  ])
  const run = randomBytes(4).toString('hex')
  const authority = { name: `snapthaw authority ${run}`, keys: authorityKeys }
  const issue = (
    name: string,
    keys: KeyPairKeyObjectResult,
    extensions: (der: DerWriter) => readonly Der[],
  ) => issueCertificate(der, { name, publicKey: keys.publicKey, authority, extensions: extensions(der), now })
  return {
    authority: issue(authority.name, authorityKeys, authorityExtensions),
    server: {
      certificate: issue('localhost', serverKeys, serverExtensions),
      key: pemOf(serverKeys.privateKey),
    },
    client: { certificate: issue('mongod', clientKeys, clientExtensions), key: pemOf(clientKeys.privateKey) },
  }
}

function makeKeys(): Promise<KeyPairKeyObjectResult> {
  return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
}

/** PKCS #8, which all of OpenSSL, Go, Java and Python read. */
function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

interface CertificateRequest {
  readonly name: string
  readonly publicKey: KeyObject
  readonly authority: { readonly name: string; readonly keys: KeyPairKeyObjectResult }
  readonly extensions: readonly Der[]
  readonly now: Date
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const version3 = Buffer.of(2)

/** RFC 5280, 4.1, in PEM. */
function issueCertificate(der: DerWriter, request: CertificateRequest): string {
  const { name, publicKey, authority, extensions, now } = request
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' })
  const authorityKey = authority.keys.publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = der.sequence(der.oid(ecdsaWithSha256))
  const tbsCertificate = der.sequence(
    der.explicit(0, der.integer(version3)),
    der.integer(serialNumber()),
    algorithm,
    commonName(der, authority.name),
    der.sequence(
      der.time(new Date(now.getTime() - validBefore)),
      der.time(new Date(now.getTime() + validAfter)),
    ),
    commonName(der, name),
    der.encoded(subjectKey),
    der.explicit(
      3,
      der.sequence(
        ...extensions,
        extension(der, 'subjectKeyIdentifier', der.octetString(keyIdentifier(subjectKey))),
        extension(der, 'authorityKeyIdentifier', der.sequence(der.implicit(0, keyIdentifier(authorityKey)))),
      ),
    ),
  )
  const signature = sign('sha256', der.bytes(tbsCertificate), authority.keys.privateKey)
  return new X509Certificate(
    der.bytes(der.sequence(tbsCertificate, algorithm, der.bitString(signature))),
  ).toString()
}

/** Random, positive, and never with a leading zero byte. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

function commonName(der: DerWriter, name: string): Der {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8String(name))))
}

/** RFC 5280, 4.2.1.2, method 1, over the whole SubjectPublicKeyInfo instead: it need only be the same every time. */
function keyIdentifier(spki: Buffer): Buffer {
  return createHash('sha1').update(spki).digest()
}

/** RFC 5280, 4.2.1: the extension's id, and whether who does not know it must refuse the certificate. */
const extensionKinds = {
  subjectKeyIdentifier: ['2.5.29.14', 'not critical'],
  keyUsage: ['2.5.29.15', 'critical'],
  subjectAltName: ['2.5.29.17', 'not critical'],
  basicConstraints: ['2.5.29.19', 'critical'],
  authorityKeyIdentifier: ['2.5.29.35', 'not critical'],
  extKeyUsage: ['2.5.29.37', 'not critical'],
} as const

function extension(der: DerWriter, kind: keyof typeof extensionKinds, value: Der): Der {
  const [id, criticality] = extensionKinds[kind]
  const critical = criticality === 'critical' ? [der.boolean(true)] : []
  return der.sequence(der.oid(id), ...critical, der.octetString(value))
}

/** Bits of KeyUsage, the first of the byte first: digitalSignature is 0, keyCertSign 5, cRLSign 6. */
const digitalSignature = { bits: Buffer.of(0b1000_0000), unused: 7 }
const keyCertSignAndCrlSign = { bits: Buffer.of(0b0000_0110), unused: 1 }
const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'

/** Tags of GeneralName. */
const dNSName = 2
const iPAddress = 7

function authorityExtensions(der: DerWriter): readonly Der[] {
  const noFurtherAuthorities = der.integer(Buffer.of(0))
  return [
    extension(der, 'basicConstraints', der.sequence(der.boolean(true), noFurtherAuthorities)),
    extension(der, 'keyUsage', der.bitString(keyCertSignAndCrlSign.bits, keyCertSignAndCrlSign.unused)),
  ]
}

function serverExtensions(der: DerWriter): readonly Der[] {
  const names = der.sequence(
    der.implicit(iPAddress, Buffer.of(127, 0, 0, 1)),
    der.implicit(iPAddress, Buffer.concat([Buffer.alloc(15), Buffer.of(1)])),
    der.implicit(dNSName, Buffer.from('localhost')),
  )
  return [...leafExtensions(der, serverAuth), extension(der, 'subjectAltName', names)]
}

function clientExtensions(der: DerWriter): readonly Der[] {
  return leafExtensions(der, clientAuth)
}

function leafExtensions(der: DerWriter, purpose: string): readonly Der[] {
  return [
    // CA is FALSE by default, and DER leaves out what is the default.
    extension(der, 'basicConstraints', der.sequence()),
    extension(der, 'keyUsage', der.bitString(digitalSignature.bits, digitalSignature.unused)),
    extension(der, 'extKeyUsage', der.sequence(der.oid(purpose))),
  ]
}
