import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identify } from '../../src/lib/process-identity.ts'
import { adoptProxy } from '../../src/proxy/adopt.ts'
import { writeCertificateFiles } from '../../src/proxy/certificate-files.ts'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import type { KeyProxy } from '../../src/proxy/key-proxy.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { kmsStandIn } from './kms-stand-in.ts'
import { masterKey, order, serving } from './serving.ts'

const { signal } = new AbortController()

/** A proxy that serves in this process, as it would have been written down. */
async function recordedProxy() {
  const { endpoint } = await kmsStandIn(() => ({ plaintext: masterKey }))
  const folder = await temporaryFolder()
  const running = serving({
    port: 0,
    certificates: folder,
    keys: [order(endpoint, { ids: ['key-1', 'key-2'] })],
  })
  const { port, keyIds, caFile, clientCertificateFile } = await running.told('serving')
  const identity = (await identify(process.pid))!
  const proxy: KeyProxy = {
    engine: 'embedded',
    identity,
    host: '127.0.0.1',
    port,
    keyIds,
    caFile,
    clientCertificateFile,
  }
  return { proxy, folder, ...running }
}

test('adopts a proxy that still serves, without asking for the keys', async () => {
  const { proxy, events } = await recordedProxy()
  expect(await adoptProxy(proxy, signal)).toEqual(proxy)
  expect(new Set(events.flatMap(event => (event.type === 'served' ? [event.operation] : [])))).toEqual(
    new Set(['GetAttributes']),
  )
})

test('adopts none that does not listen any more', async () => {
  const { proxy, stop, done } = await recordedProxy()
  stop()
  await done
  expect(await adoptProxy(proxy, signal)).toBeUndefined()
})

test('adopts none whose pid is another process’s by now', async () => {
  const { proxy } = await recordedProxy()
  const recycled = { ...proxy, identity: { ...proxy.identity, startedAt: 'another time' } }
  expect(await adoptProxy(recycled, signal)).toBeUndefined()
})

test('adopts none that does not serve all the keys', async () => {
  const { proxy } = await recordedProxy()
  expect(await adoptProxy({ ...proxy, keyIds: ['key-1', 'key-3'] }, signal)).toBeUndefined()
})

test('adopts none behind whose port another proxy listens', async () => {
  const { proxy } = await recordedProxy()
  const { proxy: other } = await recordedProxy()
  expect(await adoptProxy({ ...proxy, port: other.port }, signal)).toBeUndefined()
})

test('adopts none whose certificate files are another run’s by now, or broken, or gone', async () => {
  const { proxy, folder } = await recordedProxy()
  await writeCertificateFiles(folder, await issueCertificates())
  expect(await adoptProxy(proxy, signal)).toBeUndefined()
  await writeFile(proxy.clientCertificateFile, '')
  expect(await adoptProxy(proxy, signal)).toBeUndefined()
  expect(await adoptProxy({ ...proxy, caFile: join(folder, 'absent') }, signal)).toBeUndefined()
})

test('throws the reason when it is told to stop', async () => {
  const { proxy } = await recordedProxy()
  const reason = new Error('enough')
  await expect(adoptProxy(proxy, AbortSignal.abort(reason))).rejects.toBe(reason)
})
