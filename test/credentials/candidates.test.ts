import { randomBytes } from 'node:crypto'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { wrappedKeyCandidates, type Candidate } from '../../src/credentials/candidates.ts'
import { readMetadata } from '../../src/credentials/metadata.ts'
import type { Provider } from '../../src/kms/key-service.ts'
import { createDbpath, ordinary, type Dbpath } from './dbpath.ts'

let dbpath: Dbpath
beforeEach(async () => void (dbpath = await createDbpath()))
afterEach(() => dbpath.remove())

/** Begins as a ciphertext of AWS KMS does. */
const awsBlob = (byte: number) => Buffer.concat([Buffer.from('0102020078', 'hex'), Buffer.alloc(100, byte)])
const otherBlob = (byte: number) => Buffer.concat([Buffer.from([0xff]), Buffer.alloc(60, byte)])

async function search(keyId = 'k1', provider: Provider = 'aws', named?: string): Promise<Candidate[]> {
  const key = dbpath.key(keyId, provider)
  const reading = await readMetadata(key)
  return wrappedKeyCandidates({
    key,
    metadata: reading.kind === 'metadata' ? reading.metadata : undefined,
    named,
  })
}

const places = async (...which: Parameters<typeof search>) =>
  (await search(...which)).map(({ foundIn }) => foundIn)

describe('the five places', () => {
  test('are asked in their order, where nothing looks more likely', async () => {
    const blobs = [1, 2, 3, 4, 5].map(otherBlob)
    const keyId = blobs[4]!.toString('base64url')
    const named = join(dbpath.path, 'named')
    await dbpath.write('../named', blobs[0]!)
    await dbpath.write(`${keyId}.aws.metadata`, JSON.stringify({ wrapped: blobs[1]!.toString('base64') }))
    await dbpath.write(`${keyId}.aws.key`, blobs[2]!)
    await dbpath.write('something', blobs[3]!)
    const found = await search(keyId, 'aws', named)
    expect(found.map(({ foundIn }) => foundIn)).toEqual([
      named,
      `field wrapped of ${keyId}.aws.metadata`,
      `${keyId}.aws.key`,
      'something',
      'the key id itself',
    ])
    expect(found.map(({ blob }) => blob)).toEqual(blobs)
  })

  test('are all searched without metadata', async () => {
    await dbpath.write('k1.aws.key', awsBlob(1))
    expect(await places()).toEqual(['k1.aws.key'])
  })

  test('are none where there is nothing', async () => {
    await dbpath.write('k1.aws.metadata', ordinary)
    expect(await places()).toEqual([])
  })

  test('are not in a named file that cannot be read, or that no key fills', async () => {
    const large = await dbpath.write('large', Buffer.alloc(65 * 1024, 0xff))
    for (const named of ['/nowhere/at/all', dbpath.folder, large]) {
      await expect(search('k1', 'aws', named)).rejects.toMatchObject({
        code: 'CRED-012',
        message: expect.stringContaining(`The file ${named} that --wrapped-key names`) as string,
      })
    }
  })
})

test.each([
  ['aws', awsBlob(1), otherBlob(1)],
  ['azure', Buffer.alloc(256, 0xee), Buffer.alloc(255, 0xee)],
  ['gcp', Buffer.concat([Buffer.from('0a2400', 'hex'), Buffer.alloc(80, 0xee)]), otherBlob(1)],
] as const)(
  'what looks like a wrapped key of %s comes before what does not',
  async (provider, likely, unlikely) => {
    await dbpath.write(`k1.${provider}.key`, unlikely)
    await dbpath.write('zzz', likely)
    expect((await search('k1', provider)).map(({ blob }) => Buffer.from(blob))).toEqual([likely, unlikely])
  },
)

describe('a blob may be written', () => {
  const blob = awsBlob(1)
  test.each([
    ['as it is', blob],
    ['in base64', blob.toString('base64')],
    ['in base64, in lines', blob.toString('base64').replace(/.{64}/g, '$&\n')],
    ['in base64url', blob.toString('base64url')],
    ['in hex', blob.toString('hex')],
    ['in JSON', JSON.stringify({ key: blob.toString('base64') })],
    [
      'in extended JSON',
      JSON.stringify({ masterKey: { $binary: { base64: blob.toString('base64'), subType: '00' } } }),
    ],
    ['as a JSON text', JSON.stringify(blob.toString('base64'))],
  ])('%s', async (_, content) => {
    await dbpath.write('k1.aws.key', content)
    expect((await search()).map(each => Buffer.from(each.blob))).toContainEqual(blob)
  })
})

describe('the search leaves out', () => {
  test('credentials, at whatever depth, and every other text', async () => {
    const secret = randomBytes(40).toString('base64')
    await dbpath.write('k1.aws.metadata', JSON.stringify({ secretAccessKey: secret, accessKeyId: secret }))
    await dbpath.write(
      'backup.json',
      JSON.stringify({ aws: { SecretAccessKey: secret, sessionToken: secret } }),
    )
    await dbpath.write('client.pem', `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`)
    await dbpath.write('k1.gcp.metadata', Buffer.from(JSON.stringify({ secret }), 'utf16le'))
    await dbpath.write('notes', 'The quick brown fox jumps over the lazy dog, and over that again.')
    expect(await places()).toEqual([])
  })

  test('what belongs to another key', async () => {
    await dbpath.write('k1.aws.metadata', ordinary)
    await dbpath.write('k1.b.aws.metadata', JSON.stringify({ wrapped: awsBlob(1).toString('base64') }))
    await dbpath.write('k1.b.aws.key', awsBlob(2))
    await dbpath.write('k1.aws.key', awsBlob(3))
    expect(await places('k1')).toEqual(['k1.aws.key'])
    expect(await places('k1.b')).toEqual(['field wrapped of k1.b.aws.metadata', 'k1.b.aws.key'])
  })

  test('what is too large for a file or for the cloud, or too small for a key', async () => {
    await dbpath.write('k1.aws.key', Buffer.concat([awsBlob(1), Buffer.alloc(6144)]))
    await dbpath.write('k1.gcp.key', Buffer.alloc(65 * 1024, 0xff))
    await dbpath.write('small', Buffer.alloc(32, 0xff))
    expect(await places()).toEqual([])
  })

  test('links, folders and what is there twice', async () => {
    await dbpath.write('../outside', awsBlob(1))
    await symlink('../outside', join(dbpath.folder, 'link'))
    await mkdir(join(dbpath.folder, 'k1.folder'))
    await dbpath.write('k1.aws.key', awsBlob(2))
    await dbpath.write('copy', awsBlob(2))
    await dbpath.write('copy.b64', awsBlob(2).toString('base64'))
    expect(await places()).toEqual(['k1.aws.key'])
  })

  test('all but 64', async () => {
    for (let index = 0; index < 100; index++) await dbpath.write(`file-${index}`, otherBlob(index))
    await dbpath.write('zzz', awsBlob(1))
    const found = await places()
    expect(found).toHaveLength(64)
    expect(found[0]).toBe('zzz')
  })
})
