import { beforeAll, describe, expect, it } from 'vitest'
import { startLab } from './running-proxy.ts'
import { runScript } from './python.ts'
import { suiteFolder } from './suite-folder.ts'

/** What libmongocrypt_kmip.py says of one way to keep a master key. */
interface Way {
  readonly exchangesForKey: number
  readonly exchangesForDecrypting: number
  readonly isEncrypted: boolean
  readonly decrypted: string
  readonly masterKey: Readonly<Record<string, unknown>>
}

let said: {
  readonly held: Way
  readonly delegated: Way
  readonly unknownKey: string
  readonly unknownKeyDelegated: string
}

beforeAll(async () => {
  const certificates = await suiteFolder()
  const lab = await startLab(certificates.path)
  said = (await runScript('libmongocrypt_kmip.py', [
    '127.0.0.1',
    String(lab.port),
    lab.client,
    lab.ca,
  ])) as typeof said
  await lab.stop()
  await certificates.remove()
})

describe.each([
  // Register and Activate, then Get; Create and Activate, then Encrypt.
  ['held', { provider: 'kmip', keyId: expect.stringMatching(/./) as string }],
  ['delegated', { provider: 'kmip', keyId: expect.stringMatching(/./) as string, delegated: true }],
] as const)('libmongocrypt with a master key that is %s', (way, masterKey) => {
  it('makes a data key with three exchanges', () => {
    expect(said[way]).toMatchObject({ exchangesForKey: 3, masterKey })
  })

  it('encrypts a field, and another process decrypts it with one exchange', () => {
    expect(said[way]).toMatchObject({ isEncrypted: true, exchangesForDecrypting: 1, decrypted: 'a field' })
  })
})

it.each(['unknownKey', 'unknownKeyDelegated'] as const)(
  'shows the reason and the message of a refusal: %s',
  question => {
    expect(said[question]).toMatch(/Result Reason \(1\): Item Not Found\. Result Message: ./)
  },
)
