import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { certificateFilesIn, writeCertificateFiles } from '../../src/proxy/certificate-files.ts'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import { temporaryFolder } from '../temp-folder.ts'

const run = await issueCertificates()
const authority = new X509Certificate(run.authority)
const server = new X509Certificate(run.server.certificate)
const client = new X509Certificate(run.client.certificate)

test('the authority signs both certificates and itself, and may sign nothing else', () => {
  for (const certificate of [authority, server, client]) {
    expect(certificate.verify(authority.publicKey)).toBe(true)
    expect(certificate.checkIssued(authority)).toBe(true)
  }
  expect([authority.ca, server.ca, client.ca]).toEqual([true, false, false])
})

test('the server answers for the loopback addresses and localhost, as a server only', () => {
  expect(server.subjectAltName).toBe('IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost')
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(server.checkHost('example.net')).toBeUndefined()
})

test('the client has a common name and is a client only', () => {
  expect(client.subject).toBe('CN=mongod')
  expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
})

test('each key fits its certificate', () => {
  expect(server.checkPrivateKey(createPrivateKey(run.server.key))).toBe(true)
  expect(client.checkPrivateKey(createPrivateKey(run.client.key))).toBe(true)
})

test('another run has another authority, other keys and other serial numbers', async () => {
  const another = await issueCertificates()
  const anotherAuthority = new X509Certificate(another.authority)
  expect(anotherAuthority.subject).not.toBe(authority.subject)
  expect(client.verify(anotherAuthority.publicKey)).toBe(false)
  const serials = [authority, server, client, anotherAuthority].map(certificate => certificate.serialNumber)
  expect(new Set(serials).size).toBe(4)
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
})

test.each([
  ['2024-05-01T10:00:00Z', '2024-04-30T10:00:00.000Z', '2024-07-30T10:00:00.000Z'],
  ['2049-12-20T00:00:00Z', '2049-12-19T00:00:00.000Z', '2050-03-20T00:00:00.000Z'],
])('made at %s they are valid from a day before for ninety days', async (now, from, to) => {
  const { validFromDate, validToDate } = new X509Certificate(
    (await issueCertificates(new Date(now))).client.certificate,
  )
  expect([validFromDate.toISOString(), validToDate.toISOString()]).toEqual([from, to])
})

test('OpenSSL finds nothing to complain about in its strict reading', async () => {
  const folder = await temporaryFolder()
  const { caFile } = await writeCertificateFiles(folder, run)
  await writeFile(join(folder, 'server.pem'), run.server.certificate)
  const verify = (...argv: readonly string[]) =>
    promisify(execFile)('openssl', ['verify', '-x509_strict', '-CAfile', caFile, ...argv])
  await verify('-purpose', 'sslserver', '-verify_ip', '127.0.0.1', join(folder, 'server.pem'))
  await verify('-purpose', 'sslclient', certificateFilesIn(folder).clientCertificateFile)
  await expect(
    verify('-purpose', 'sslserver', certificateFilesIn(folder).clientCertificateFile),
  ).rejects.toThrow()
})

describe('the files for mongod', () => {
  test('are the authority, and the client’s certificate and key in one, for their owner only', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'kmipClient.pem'), 'of an earlier run', { mode: 0o644 })
    const { caFile, clientCertificateFile } = await writeCertificateFiles(folder, run)
    expect([caFile, clientCertificateFile]).toEqual([
      join(folder, 'kmipCA.pem'),
      join(folder, 'kmipClient.pem'),
    ])
    expect(await readFile(caFile, 'utf8')).toBe(run.authority)
    const pem = await readFile(clientCertificateFile, 'utf8')
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))).toBe(true)
    for (const file of [caFile, clientCertificateFile]) expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('never hold the server’s key', async () => {
    const folder = await temporaryFolder()
    const { caFile, clientCertificateFile } = await writeCertificateFiles(folder, run)
    const written = (await readFile(caFile, 'utf8')) + (await readFile(clientCertificateFile, 'utf8'))
    expect(written).not.toContain(run.server.key)
    expect(written.match(/PRIVATE KEY-----$/gm)).toHaveLength(2)
  })

  test.each(['kmipCA.pem', 'kmipClient.pem'])(
    'are not written where a folder is in the way of %s',
    async name => {
      const folder = await temporaryFolder()
      await mkdir(join(folder, name))
      await expect(writeCertificateFiles(folder, run)).rejects.toMatchObject({ code: 'PROXY-009' })
    },
  )

  test('are not written to a folder that is not there', async () => {
    const folder = join(await temporaryFolder(), 'absent')
    await expect(writeCertificateFiles(folder, run)).rejects.toMatchObject({ code: 'PROXY-009', exitCode: 5 })
  })

  test('are not written through a link', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'precious'), 'precious')
    await symlink(join(folder, 'precious'), join(folder, 'kmipClient.pem'))
    await expect(writeCertificateFiles(folder, run)).rejects.toMatchObject({
      code: 'PROXY-009',
      message: expect.stringContaining('it is a link') as string,
    })
    expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('precious')
  })
})
