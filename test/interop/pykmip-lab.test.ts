import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProxyEvent } from '../../src/proxy/events.ts'
import { startLab } from './running-proxy.ts'
import { runPykmip, versions, type Attributes, type Refusal } from './pykmip.ts'
import { suiteFolder } from './suite-folder.ts'

/** What pykmip_lab.py prints. */
interface Session {
  readonly versions: readonly string[]
  readonly operations: readonly string[]
  readonly createdLength: number
  readonly registered: { readonly value: string; readonly length: number; readonly algorithm: string }
  readonly secretData: { readonly value: string; readonly type: string }
  readonly attributes: Attributes
  readonly attributeNames: readonly string[]
  readonly modified: Attributes
  readonly modifiedReadOnly: Refusal
  readonly deleted: Attributes
  readonly deletedReadOnly: Refusal
  readonly names: Attributes
  readonly checked: boolean
  readonly checkedMask: readonly string[]
  readonly encryptPreActive: Refusal
  readonly activated: readonly (Refusal | null)[]
  readonly activatedTwice: Refusal
  readonly state: Attributes
  readonly located: Readonly<Record<string, readonly string[]>>
  readonly locatedAtMost: number
  readonly locatedOnline: number
  readonly locatedFrom: number
  readonly ciphertexts: Readonly<Record<string, string>>
  readonly decrypted: Readonly<Record<string, boolean>>
  readonly randomIv: number
  readonly decryptWithoutIv: Refusal
  readonly wrapped: { readonly value: string; readonly by: string }
  readonly batch: readonly string[]
  readonly batchItemIds: readonly string[]
  readonly rekey: Refusal
  readonly keyPair: Refusal
  readonly destroyedActive: Refusal
  readonly revoked: Refusal | null
  readonly revokedState: Attributes
  readonly destroyed: Refusal | null
  readonly getDestroyed: Refusal
  readonly destroyedState: Attributes
}

const refusedFor = (reason: string) => ({
  status: 'OPERATION_FAILED',
  reason,
  message: expect.stringMatching(/./) as string,
})

/** The key that the script registers, and what it encrypts. */
const key = Buffer.from([...Array(16).keys()])
const iv = key
const text = Buffer.from('sixteen bytes, and then another sixteen and a few')

describe.each(versions)('the lab, used by PyKMIP with KMIP %s', version => {
  let said: Session
  let told: readonly ProxyEvent[]
  beforeAll(async () => {
    // Each version finds the lab empty: what is located is what the script has put there.
    const certificates = await suiteFolder()
    const lab = await startLab(certificates.path)
    said = (await runPykmip('pykmip_lab.py', lab, { version })) as Session
    told = await lab.stop()
    await certificates.remove()
  })

  it('says first that keys live in memory only', () => {
    expect(told[0]).toEqual({ type: 'note', message: expect.stringContaining('in memory only') as string })
    expect(told.some(({ type }) => type === 'finding')).toBe(false)
  })

  it('says which versions and operations it has', () => {
    expect(said.versions).toEqual(['1.4', '1.3', '1.2', '1.1', '1.0'])
    expect(said.operations).toEqual(
      expect.arrayContaining([
        'CREATE',
        'REGISTER',
        'CHECK',
        'MODIFY_ATTRIBUTE',
        'DELETE_ATTRIBUTE',
        'REVOKE',
        'DESTROY',
      ]),
    )
  })

  it('makes a key, and keeps what it is given', () => {
    expect(said.createdLength).toBe(32)
    expect(said.registered).toEqual({ value: key.toString('hex'), length: 128, algorithm: 'AES' })
    expect(said.secretData).toEqual({ value: 'a password', type: 'PASSWORD' })
  })

  it('tells the attributes of a key, and none that is younger than the version', () => {
    expect(said.attributes).toMatchObject({
      Name: ['given', 'given too'].map(name => ({
        name_value: name,
        name_type: 'UNINTERPRETED_TEXT_STRING',
      })),
      'Cryptographic Usage Mask': [12],
      State: ['PRE_ACTIVE'],
      'Application Specific Information': [
        { application_namespace: 'snapthaw.test', application_data: 'one' },
      ],
      Digest: [{ digest_value: createHash('sha256').update(key).digest('hex') }],
    })
    expect(said.attributeNames).toEqual(Object.keys(said.attributes).sort())
    expect('Fresh' in said.attributes).toBe(version !== '1.0')
    expect('Sensitive' in said.attributes).toBe(version === '1.4')
  })

  it('changes the attributes that a client may change, and no others', () => {
    expect(said.modified).toMatchObject({ Name: [{ name_value: 'renamed' }] })
    expect(said.modifiedReadOnly).toEqual(refusedFor('PERMISSION_DENIED'))
    expect(said.deleted).toMatchObject({ Name: [{ name_value: 'renamed' }] })
    expect(said.deletedReadOnly).toEqual(refusedFor('PERMISSION_DENIED'))
    expect(said.names).toMatchObject({ Name: [{ name_value: 'given' }] })
  })

  it('checks a use that is allowed, and answers to one that is not with a usage mask', () => {
    expect(said.checked).toBe(true)
    expect(said.checkedMask).not.toEqual([])
  })

  it('does not encrypt before a key is activated, which it is once', () => {
    expect(said.encryptPreActive).toEqual(refusedFor('PERMISSION_DENIED'))
    expect(said.activated).toEqual([null, null])
    expect(said.activatedTwice).toEqual(refusedFor('PERMISSION_DENIED'))
    expect(said.state).toEqual({ State: ['ACTIVE'] })
  })

  it.each([
    ['name', ['registered']],
    ['algorithm and length', ['registered']],
    ['usage mask', ['created']],
    ['state', ['secret']],
    ['object type', ['secret']],
    ['unique identifier', ['created']],
    ['application specific information', ['registered']],
    ['a range of dates', ['created', 'registered', 'secret']],
    ['dates of the past', []],
    ['no such name', []],
  ])('locates objects by %s', (by, expected) => {
    expect(said.located[by]).toEqual(expected)
  })

  it('locates as many as are asked for, from where they are asked for', () => {
    expect(said.locatedAtMost).toBe(2)
    expect(said.locatedOnline).toBe(3)
    expect(said.locatedFrom).toBe(2)
  })

  it.each([
    ['CBC', 'aes-128-cbc', text],
    ['CBC without padding', 'aes-128-cbc', text.subarray(0, 32)],
    ['ECB', 'aes-128-ecb', text],
    ['CTR', 'aes-128-ctr', text],
  ])('encrypts with %s as OpenSSL does, and decrypts again', (mode, algorithm, plaintext) => {
    const cipher = createCipheriv(algorithm, key, mode === 'ECB' ? null : iv)
    cipher.setAutoPadding(mode !== 'CBC without padding')
    expect(said.ciphertexts[mode]).toBe(
      Buffer.concat([cipher.update(plaintext), cipher.final()]).toString('hex'),
    )
    expect(said.decrypted[mode]).toBe(true)
  })

  it('makes an initialisation vector when asked to, and decrypts with no other', () => {
    expect(said.randomIv).toBe(16)
    expect(said.decrypted["with the server's IV"]).toBe(true)
    expect(said.decryptWithoutIv).toEqual(refusedFor('INVALID_MESSAGE'))
  })

  it('hands out a key wrapped by another', () => {
    // RFC 3394, with its own initial value.
    const unwrap = createDecipheriv(
      'id-aes256-wrap',
      Buffer.from(said.wrapped.by, 'hex'),
      Buffer.alloc(8, 0xa6),
    )
    expect(Buffer.concat([unwrap.update(Buffer.from(said.wrapped.value, 'hex')), unwrap.final()])).toEqual(
      key,
    )
  })

  it('takes what the first item of a batch has found as the object of the second', () => {
    expect(said.batch).toEqual(['SUCCESS', 'SUCCESS'])
    expect(said.batchItemIds).toEqual(['1', '2'])
  })

  it.each(['rekey', 'keyPair'] as const)('says that it does not offer an operation: %s', operation => {
    expect(said[operation]).toEqual(refusedFor('OPERATION_NOT_SUPPORTED'))
  })

  it('destroys a key only after it is revoked, and remembers what it was', () => {
    expect(said.destroyedActive).toEqual(refusedFor('PERMISSION_DENIED'))
    expect(said.revoked).toBeNull()
    expect(said.revokedState).toEqual({ State: ['COMPROMISED'], 'Compromise Occurrence Date': [1] })
    expect(said.destroyed).toBeNull()
    expect(said.getDestroyed).toEqual(refusedFor('ITEM_NOT_FOUND'))
    expect(said.destroyedState).toEqual({ State: ['DESTROYED_COMPROMISED'] })
  })
})
