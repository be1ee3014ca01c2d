import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { openGcp } from '../../src/kms/gcp.ts'
import type { GcpCredentials, KeyService } from '../../src/kms/key-service.ts'
import { Secret } from '../../src/lib/secret.ts'
import { startEmulator } from './emulator.ts'

// What drongo enforces: the key's name, and that a ciphertext is of that key. It asks nobody who they are.

const keyRing = 'projects/snapthaw-test/locations/global/keyRings/atlas'
const key = `${keyRing}/cryptoKeys/encryption-at-rest`
const otherKey = `${keyRing}/cryptoKeys/another`
const masterKey = randomBytes(32)
let url: string
let blob: Buffer

beforeAll(async () => {
  const drongo = await startEmulator('drongo', port => ({
    args: ['server', '--host', '127.0.0.1', '--port', String(port)],
  }))
  url = drongo.url
  await post('projects/snapthaw-test/locations/global/keyRings?keyRingId=atlas')
  for (const id of ['encryption-at-rest', 'another']) {
    await post(`${keyRing}/cryptoKeys?cryptoKeyId=${id}`, { purpose: 'ENCRYPT_DECRYPT' })
  }
  const { ciphertext } = await post(`${key}:encrypt`, { plaintext: masterKey.toString('base64') })
  blob = Buffer.from(String(ciphertext), 'base64')
  return () => drongo.stop()
})

/** As Cloud KMS's REST form has it: https://cloud.google.com/kms/docs/reference/rest */
async function post(path: string, body: object = {}): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok)
    throw new Error(`drongo answers ${path} with ${response.status}: ${await response.text()}`)
  return (await response.json()) as Readonly<Record<string, unknown>>
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const account = {
  type: 'service_account',
  project_id: 'snapthaw-test',
  private_key_id: '0'.repeat(40),
  private_key: privateKey,
  client_email: 'atlas@snapthaw-test.iam.gserviceaccount.com',
}

/** Google's client, aimed at drongo with a service account, until the test is over. */
function asking(keyResource: string): KeyService {
  const identity = { kind: 'service-account', key: new Secret(JSON.stringify(account)) } as const
  const credentials: GcpCredentials = { provider: 'gcp', identity, keyResource, kmsEndpoint: url }
  const service = openGcp(credentials)
  onTestFinished(() => service.close())
  return service
}

const never = () => new AbortController().signal

it.each([key, `${key}/cryptoKeyVersions/1`])('has drongo unwrap a master key with %s', async name => {
  const service = asking(name)
  expect(await service.check(never())).toMatchObject({ principal: account.client_email })
  expect((await service.unwrap({ blob }, never())).revealBytes()).toEqual(masterKey)
})

it('tells a key that is not there', async () => {
  const unwrapping = asking(`${keyRing}/cryptoKeys/missing`).unwrap({ blob }, never())
  await expect(unwrapping).rejects.toMatchObject({
    name: 'KmsFailure',
    class: 'configuration',
    reason: 'key-not-found',
  })
})

// Both are code 3. Google tells them apart by their texts, and drongo's are its own: they are shown as they are.
it.each([
  [
    'a ciphertext of another key',
    () => asking(otherKey).unwrap({ blob }, never()),
    'ciphertext is not for this key',
  ],
  ['garbage', () => asking(key).unwrap({ blob: randomBytes(180) }, never()), 'malformed ciphertext'],
])('shows what drongo says of %s', async (_what, unwrap, text) => {
  const message = expect.stringContaining(text) as string
  await expect(unwrap()).rejects.toMatchObject({ name: 'KmsFailure', reason: 'unrecognised', message })
})

it('gives up at once when it is told to', async () => {
  const abort = new AbortController()
  const unwrapping = asking(key).unwrap({ blob }, abort.signal)
  abort.abort()
  await expect(unwrapping).rejects.toThrow()
})
