import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createProxy } from 'node:http'
import { createServer, type Server } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import forge from 'node-forge'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAws } from '../../src/kms/aws.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { callerIdentity, keysFor, listening, someone, type Answer } from './aws-server.ts'

const host = 'sts.us-east-1.amazonaws.com'
const authority = issueCertificate('Example Inspection CA')
const signal = new AbortController().signal

/** Hosts and ports that the proxy was asked to connect to. */
const tunnels: string[] = []
let proxyAuthorization: string | undefined
let answer: Answer
let cloud: Server
let proxy: ReturnType<typeof createProxy>
let proxyUrl: string
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapthaw-proxy-'))
  await writeFile(join(folder, 'authority.pem'), authority.certificate)
  const { certificate, key } = issueCertificate(host, authority)
  cloud = createServer({ cert: certificate, key }, (request, response) => {
    request.resume()
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  })
  const cloudPort = await listening(cloud)
  proxy = createProxy()
  proxy.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    proxyAuthorization = request.headers['proxy-authorization']
    const server = connect(cloudPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.pipe(client).pipe(server)
    })
    for (const socket of [client, server]) socket.on('error', () => socket.destroy())
  })
  proxyUrl = `http://user:pass@127.0.0.1:${await listening(proxy)}`
})
afterAll(async () => {
  cloud.closeAllConnections()
  cloud.close()
  proxy.closeAllConnections()
  proxy.close()
  await rm(folder, { recursive: true, maxRetries: 5 })
})
beforeEach(() => {
  tunnels.length = 0
  answer = callerIdentity()
})

test('HTTPS_PROXY is the way to AWS, and NODE_EXTRA_CA_CERTS an authority to trust', async () => {
  const said = await whoAmI({ HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') })
  expect(said).toBe(someone)
  expect(tunnels).toEqual([`${host}:443`])
  expect(proxyAuthorization).toBe(`Basic ${Buffer.from('user:pass').toString('base64')}`)
})

test('a certificate of an authority that nobody trusts is refused, and its issuer named', async () => {
  const said = await whoAmI({ HTTPS_PROXY: proxyUrl })
  expect(said).toBe(
    'certificate-untrusted: The certificate of sts.us-east-1.amazonaws.com, issued by “Example Inspection CA”, is not trusted by this machine',
  )
})

test('hosts in NO_PROXY are asked directly', async () => {
  const environment = { HTTPS_PROXY: proxyUrl, NO_PROXY: '.invalid' }
  const service = openAws(keysFor({ url: 'https://sts.invalid' }), { environment })
  await expect(service.check(signal)).rejects.toMatchObject({ reason: 'unknown-host' })
  expect(tunnels).toEqual([])
  service.close()
})

test('a proxy that refuses to connect is told', async () => {
  const refusing = createProxy().on('connect', (_, client) => {
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
  })
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${await listening(refusing)}` }
  const service = openAws(keysFor({ url: 'https://sts.invalid' }), { environment })
  await expect(service.check(signal)).rejects.toMatchObject({ reason: 'proxy-refused' })
  service.close()
  refusing.closeAllConnections()
  refusing.close()
})

async function whoAmI(environment: Environment): Promise<string> {
  const script = join(import.meta.dirname, 'fixtures', 'who-am-i.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...environment, HOME: folder },
  })
  return stdout
}

interface Issued {
  readonly name: string
  readonly certificate: string
  readonly key: string
}

function issueCertificate(name: string, issuer?: Issued): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = issuer === undefined ? '01' : '02'
  certificate.validity.notBefore = new Date(Date.now() - 60_000)
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000)
  certificate.setSubject([{ shortName: 'CN', value: name }])
  certificate.setIssuer([{ shortName: 'CN', value: issuer?.name ?? name }])
  certificate.setExtensions(
    issuer === undefined
      ? [{ name: 'basicConstraints', cA: true }]
      : [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  )
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? privateKey), forge.md.sha256.create())
  return { name, certificate: forge.pki.certificateToPem(certificate), key: privateKey }
}
