import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialsFromMetadata } from '../../src/credentials/from-metadata.ts'
import { readMetadata } from '../../src/credentials/metadata.ts'
import { shownMetadata } from '../../src/credentials/metadata-view.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import { createDbpath, ordinary, type Dbpath } from './dbpath.ts'

let dbpath: Dbpath
beforeEach(async () => void (dbpath = await createDbpath()))
afterEach(() => dbpath.remove())

const text = (value: { reveal(): string } | undefined) => value?.reveal()

describe('a metadata file', () => {
  test('is read as the seed shows it, and kept byte for byte', async () => {
    const { values, raw, fields } = await dbpath.metadata(ordinary)
    expect([...values].map(([name, value]) => [name, value.reveal()])).toEqual([
      ['accessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
      ['secretAccessKey', 'canary-secret'],
      ['region', 'us-east-1'],
    ])
    expect(raw.reveal()).toBe(ordinary)
    expect(fields.map(({ name }) => name)).toEqual(['accessKeyId', 'secretAccessKey', 'roleId', 'region'])
  })

  test('may spell its fields in any case, and have fields that nobody knows', async () => {
    const { values, fields } = await dbpath.metadata(
      '{"AccessKeyID": "AKIA", "groupId": "g", "customerMasterKeyID": "arn:x"}',
    )
    expect(text(values.get('accessKeyId'))).toBe('AKIA')
    expect(text(values.get('customerMasterKeyId'))).toBe('arn:x')
    expect(fields.map(({ known }) => known)).toEqual(['accessKeyId', undefined, 'customerMasterKeyId'])
  })

  test('says nothing with a null, an empty text or a number', async () => {
    const { values } = await dbpath.metadata('{"accessKeyId": null, "secretAccessKey": "  ", "region": 7}')
    expect(values.size).toBe(0)
  })

  test('means the last of two fields with the same name', async () => {
    const { values } = await dbpath.metadata('{"region": "us-east-1", "Region": "eu-west-1"}')
    expect(text(values.get('region'))).toBe('eu-west-1')
  })

  test('may begin with a byte order mark', async () => {
    const { values } = await dbpath.metadata(`\ufeff${ordinary}`)
    expect(text(values.get('region'))).toBe('us-east-1')
  })

  test('of Google Cloud may hold the service account’s key as a string or as an object', async () => {
    const key = '{"type": "service_account"}'
    const asText = await dbpath.metadata(JSON.stringify({ serviceAccountKey: key }), 'gcp')
    const asObject = await dbpath.metadata(`{"serviceAccountKey": ${key}}`, 'gcp')
    expect(text(asText.values.get('serviceAccountKey'))).toBe(key)
    expect(text(asObject.values.get('serviceAccountKey'))).toBe(key)
  })
})

describe('what cannot be read is a problem', () => {
  const problem = async () => {
    const reading = await readMetadata(dbpath.key())
    if (reading.kind === 'metadata') throw new Error('It was read')
    return reading.problem
  }
  const name = 'The metadata file k1.aws.metadata'

  test('missing', async () => {
    expect(await problem()).toMatchObject({
      kind: 'missing',
      finding: { code: 'SNAP-012', message: `${name} is missing` },
    })
  })

  test.each([
    ['empty', '', 'is empty'],
    ['empty', ' \r\n\t', 'is empty'],
    ['binary', Buffer.from([0x01, 0x02, 0xff, 0xfe, 0x80]), 'is no UTF-8 text'],
    ['binary', Buffer.from(ordinary, 'utf16le'), 'is no UTF-8 text'],
    ['huge', `{"a": "${'x'.repeat(300_000)}"}`, 'is larger than 256 KiB'],
    ['not-an-object', '["accessKeyId"]', 'is JSON, but no object'],
    ['not-json', '{\n  "accessKeyId": “canary-key”\n}', 'is not JSON: line 2, column 18, expected a value'],
    [
      'not-json',
      ordinary.replace('-secret",', '-secret"'),
      'is not JSON: line 4, column 3, expected a comma or }',
    ],
  ])('%s', async (kind, content, message) => {
    await dbpath.write('k1.aws.metadata', content)
    const { finding, ...told } = await problem()
    expect(told.kind).toBe(kind)
    expect(finding.code).toBe('SNAP-013')
    expect(finding.message).toContain(`${name} ${message}`)
    expect(finding.message).not.toContain('canary')
  })

  test('a folder', async () => {
    await mkdir(dbpath.key().metadataPath)
    expect(await problem()).toMatchObject({ kind: 'not-a-file', finding: { code: 'SNAP-013' } })
  })

  test('a named pipe, without waiting for a writer', async () => {
    execFileSync('mkfifo', [dbpath.key().metadataPath])
    expect(await problem()).toMatchObject({ kind: 'not-a-file' })
  })

  test('a link that leads out of the dbpath', async () => {
    const outside = await createDbpath()
    await symlink(await outside.write('secret', ordinary), dbpath.key().metadataPath)
    expect(await problem()).toMatchObject({ kind: 'leads-out', finding: { code: 'SNAP-013' } })
    await outside.remove()
  })

  test('a link that leads in a circle', async () => {
    await symlink('k1.aws.metadata', dbpath.key().metadataPath)
    expect(await problem()).toMatchObject({ kind: 'not-a-file' })
  })

  test('a file that the system does not give', async () => {
    const reading = await readMetadata(dbpath.key('k'.repeat(300)))
    expect(reading).toMatchObject({ problem: { kind: 'unreadable', finding: { code: 'SNAP-009' } } })
  })

  test('but a link within the dbpath is followed', async () => {
    await writeFile(join(dbpath.path, 'elsewhere'), ordinary)
    await symlink('../elsewhere', dbpath.key().metadataPath)
    expect((await readMetadata(dbpath.key())).kind).toBe('metadata')
  })
})

describe('shown, a metadata file', () => {
  test('keeps its order, masks what identifies and hides what is secret or unknown', async () => {
    const content =
      '{"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "canary-secret", "roleId": "", ' +
      '"region": "us-east-1", "other": {"token": "canary-token"}, "flag": true, "\\u001b[31m": null}'
    expect(shownMetadata(await dbpath.metadata(content))).toEqual([
      '{',
      '  "accessKeyId": "AKIA…LE",',
      '  "secretAccessKey": "[secret]",',
      '  "roleId": "",',
      '  "region": "us-east-1",',
      '  "other": … (a field that snapthaw does not know, 25 characters),',
      '  "flag": true,',
      '  "\\u001b[31m": null',
      '}',
    ])
  })

  test('plays no tricks on a terminal', async () => {
    const [, line] = shownMetadata(await dbpath.metadata('{"region": "us\u202e-east\u009b1"}'))
    expect(line).toBe('  "region": "us?-east?1"')
  })
})

describe('the credentials of a metadata file', () => {
  const reading = async (fields: Readonly<Record<string, string>>, overrides = {}) =>
    credentialsFromMetadata(await dbpath.metadata(JSON.stringify(fields)), overrides)
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'canary-secret', region: 'US_EAST_1' }

  test('are taken from its fields', async () => {
    const read = await reading({ ...keys, roleId: '' }, { kmsEndpoint: 'https://kms.private' })
    if (read.kind !== 'credentials') throw new Error(read.finding.message)
    const credentials = read.credentials as AwsCredentials
    expect(credentials).toMatchObject({
      provider: 'aws',
      region: 'us-east-1',
      kmsEndpoint: 'https://kms.private',
    })
    expect(text(credentials.secretAccessKey)).toBe('canary-secret')
  })

  test('are asked in the region of the flag, where there is one', async () => {
    expect(await reading(keys, { region: 'EU_WEST_1' })).toMatchObject({
      credentials: { region: 'eu-west-1' },
    })
  })

  test.each([
    [
      'CRED-001',
      { ...keys, roleId: '5f1e2d3c4b5a69788796a5b4' },
      'says role-based access (roleId 5f1e2d3c4b5a69788796a5b4): it holds no valid credentials',
    ],
    [
      'CRED-002',
      { ...keys, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
      'Access key ASIA…LE is temporary: it works only together with its session token',
    ],
    ['CRED-008', { ...keys, region: 'EASTUS2' }, 'EASTUS2 is no AWS region'],
    ['CRED-013', { accessKeyId: 'AKIA' }, 'has no secretAccessKey and no region'],
    ['CRED-013', {}, 'has no accessKeyId and no secretAccessKey and no region'],
  ])('are none: %s', async (code, fields, message) => {
    const read = await reading(fields)
    if (read.kind !== 'finding') throw new Error('They were taken')
    expect(read.finding.code).toBe(code)
    expect(read.finding.message).toContain(message)
    expect(JSON.stringify(read)).not.toContain('canary')
  })

  test('of a field for a session token are none: the file has no such field', async () => {
    const read = await reading({ ...keys, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: 'canary-token' })
    expect(read).toMatchObject({ kind: 'finding', finding: { code: 'CRED-002' } })
  })
})
