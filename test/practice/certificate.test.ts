import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { selfSigned, trustHere } from '../../src/practice/certificate.ts'
import { newPrivateKey } from '../../src/practice/fake-keys.ts'

const key = await newPrivateKey()
const cert = selfSigned(key, ['login.example.com', '*.vault.example.com'])

/** Whether a TLS client of this process believes a server with the certificate, called by this name. */
async function isBelieved(servername: string): Promise<boolean> {
  const server = createServer({ key, cert }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const socket = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername })
  const believed = await new Promise<boolean>(resolve => {
    socket.once('secureConnect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return believed
}

it('is for the names that it was made for and for 127.0.0.1, and signs for nobody else', () => {
  const certificate = new X509Certificate(cert)
  expect(certificate.checkHost('login.example.com')).toBeDefined()
  expect(certificate.checkHost('atlas.vault.example.com')).toBeDefined()
  expect(certificate.checkHost('example.com')).toBeUndefined()
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(certificate.ca).toBe(false)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
})

it('is believed by this process while it is told to, and not before nor after', async () => {
  expect(await isBelieved('login.example.com')).toBe(false)
  const distrust = trustHere(cert)
  expect(await isBelieved('login.example.com')).toBe(true)
  expect(await isBelieved('other.example.com')).toBe(false)
  distrust()
  expect(await isBelieved('login.example.com')).toBe(false)
})

it('leaves the trust of others alone when it is no longer believed', async () => {
  const otherKey = await newPrivateKey()
  const distrust = trustHere(cert)
  const distrustOther = trustHere(selfSigned(otherKey, ['other.example.com']))
  const both = tls.getCACertificates('default').length
  distrust()
  expect(tls.getCACertificates('default')).toHaveLength(both - 1)
  distrustOther()
})
