import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileValues } from '../../src/credentials/file-values.ts'
import { planMend } from '../../src/credentials/mend.ts'
import { mendDiff } from '../../src/credentials/mend-diff.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createDbpath, ordinary, type Dbpath } from './dbpath.ts'

let dbpath: Dbpath
beforeEach(async () => void (dbpath = await createDbpath()))
afterEach(() => dbpath.remove())

function keys(more: Partial<AwsCredentials> = {}): AwsCredentials {
  return {
    provider: 'aws',
    accessKeyId: new Secret('AKIANEWNEWNEWNEWNEW7Q'),
    secretAccessKey: new Secret('new "secret"'),
    region: 'us-east-1',
    ...more,
  }
}

async function mended(content: string, credentials = keys()): Promise<string> {
  return planMend(await dbpath.metadata(content), credentials).after.reveal()
}

describe('a mended file', () => {
  test('has the new values where the old ones were, and is the same elsewhere', async () => {
    expect(await mended(ordinary)).toBe(
      ordinary
        .replace('AKIAIOSFODNN7EXAMPLE', 'AKIANEWNEWNEWNEWNEW7Q')
        .replace('canary-secret', 'new \\"secret\\"'),
    )
  })

  test('has an empty roleId, as the procedure wants it', async () => {
    const byRole =
      '{"roleId":"5f1e2d3c4b5a69788796a5b4","accessKeyId":"","secretAccessKey":null,"region":"us-east-1"}'
    expect(await mended(byRole)).toBe(
      '{"roleId":"","accessKeyId":"AKIANEWNEWNEWNEWNEW7Q","secretAccessKey":"new \\"secret\\"","region":"us-east-1"}',
    )
  })

  test('keeps the file’s own spelling of fields and of the region, where that does not change', async () => {
    const atlas = '{"accessKeyID": "a", "SecretAccessKey": "b", "region": "US_EAST_1"}'
    expect(await mended(atlas)).toBe(
      '{"accessKeyID": "AKIANEWNEWNEWNEWNEW7Q", "SecretAccessKey": "new \\"secret\\"", "region": "US_EAST_1"}',
    )
    expect(await mended(atlas, keys({ region: 'eu-west-1' }))).toContain('"region": "eu-west-1"')
  })

  test('gets the fields that it lacks at its end, in its own layout', async () => {
    expect(await mended('{\n\t"roleId": "x",\n\t"region": "us-east-1"\n}')).toBe(
      '{\n\t"roleId": "",\n\t"region": "us-east-1",\n\t"accessKeyId": "AKIANEWNEWNEWNEWNEW7Q",\n\t"secretAccessKey": "new \\"secret\\""\n}',
    )
    expect(await mended('{"region":"us-east-1","roleId":""}')).toBe(
      '{"region":"us-east-1","roleId":"","accessKeyId": "AKIANEWNEWNEWNEWNEW7Q","secretAccessKey": "new \\"secret\\""}',
    )
    expect(JSON.parse(await mended('{ }'))).toEqual({
      accessKeyId: 'AKIANEWNEWNEWNEWNEW7Q',
      secretAccessKey: 'new "secret"',
      region: 'us-east-1',
    })
  })

  test('is unchanged where it says the same already', async () => {
    const same = keys({
      accessKeyId: new Secret('AKIAIOSFODNN7EXAMPLE'),
      secretAccessKey: new Secret('canary-secret'),
    })
    const mend = planMend(await dbpath.metadata(ordinary), same)
    expect(mend.changes).toEqual([])
    expect(mend.after.reveal()).toBe(ordinary)
  })

  test('of a service account holds its key as a string', async () => {
    const key = '{"type":"service_account"}'
    const metadata = await dbpath.metadata(
      '{"serviceAccountKey": "old", "keyVersionResourceID": "projects/p"}',
      'gcp',
    )
    const credentials = {
      provider: 'gcp',
      identity: { kind: 'service-account', key: new Secret(key) },
      keyResource: 'projects/p',
    } as const
    expect(planMend(metadata, credentials).after.reveal()).toBe(
      `{"serviceAccountKey": ${JSON.stringify(key)}, "keyVersionResourceID": "projects/p"}`,
    )
  })

  test('differs in the values that change and in nothing else, whatever the file is like', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ before, members, after }) => {
        const changed = members.map(([name, value]): Member => [name, newValues[name.toLowerCase()] ?? value])
        expect(await mended(before + members.map(written).join(',') + after)).toBe(
          before + changed.map(written).join(',') + after,
        )
      }),
      { numRuns: 300 },
    )
  })
})

/** A field's name and its value's JSON. */
type Member = readonly [name: string, value: string]

const newValues: Readonly<Record<string, string>> = {
  accesskeyid: '"AKIANEWNEWNEWNEWNEW7Q"',
  secretaccesskey: JSON.stringify('new "secret"'),
  region: '"us-east-1"',
}

function written([name, value]: Member): string {
  return `\n ${JSON.stringify(name)}\t: ${value} \r\n`
}

const anyValue = fc.oneof(
  fc.string().map(text => JSON.stringify(text)),
  fc.json({ maxDepth: 2 }),
)
const anyFile = fc
  .record({
    before: fc.constantFrom('{', '\ufeff{', ' {\r\n'),
    wanted: fc.tuple(
      fc.constantFrom('accessKeyId', 'AccessKeyID'),
      fc.constantFrom('secretAccessKey', 'SECRETACCESSKEY'),
      fc.constant('region'),
    ),
    others: fc.array(fc.string({ maxLength: 8 }), { maxLength: 5 }),
    values: fc.array(anyValue, { minLength: 8, maxLength: 8 }),
    after: fc.constantFrom('}', '}\n', '}\r\n\r\n', '\n}  '),
  })
  .chain(({ before, wanted, others, values, after }) =>
    fc.shuffledSubarray([...wanted, ...others], { minLength: 3 + others.length }).map(names => ({
      before,
      members: names.map((name, index): Member => [name, values[index]!]),
      after,
    })),
  )

describe('the change as it is shown', () => {
  test('has both sides of what changes, the rest as it stays, and no secret', async () => {
    const metadata = await dbpath.metadata(
      ordinary.replace('"roleId": ""', '"roleId": "5f1e2d3c4b5a69788796a5b4"'),
    )
    const diff = mendDiff(
      planMend(metadata, keys({ region: 'eu-west-1', secretAccessKey: new Secret('canary-new') })),
    )
    expect(diff).toEqual([
      metadata.key.metadataPath,
      '- "accessKeyId": "AKIA…LE"',
      '+ "accessKeyId": "AKIA…7Q"',
      '- "secretAccessKey": "[secret]"',
      '+ "secretAccessKey": "[secret]"',
      '- "roleId": "5f1e2d3c4b5a69788796a5b4"',
      '+ "roleId": ""',
      '- "region": "us-east-1"',
      '+ "region": "eu-west-1"',
    ])
  })

  test('has the fields that are added', async () => {
    const diff = mendDiff(planMend(await dbpath.metadata('{"region": "us-east-1"}'), keys()))
    expect(diff.slice(1)).toEqual([
      '  "region": "us-east-1"',
      '+ "accessKeyId": "AKIA…7Q"',
      '+ "secretAccessKey": "[secret]"',
    ])
  })
})

describe('what no file can hold', () => {
  const temporary = keys({ sessionToken: new Secret('canary-token') })

  test('is a key with a session token, and it is said why', () => {
    expect(fileValues(temporary)).toEqual({
      kind: 'cannot',
      why: 'They work only with their session token, and the file has no field for one',
    })
  })

  test('is a sign-in of this machine', () => {
    const keyIdentifier = 'https://v.vault.azure.net/keys/k/1'
    expect(fileValues({ provider: 'azure', identity: { kind: 'ambient' }, keyIdentifier }).kind).toBe(
      'cannot',
    )
    expect(
      fileValues({ provider: 'gcp', identity: { kind: 'ambient' }, keyResource: 'projects/p' }).kind,
    ).toBe('cannot')
  })

  test('is not written all the same', async () => {
    const metadata = await dbpath.metadata(ordinary)
    expect(() => planMend(metadata, temporary)).toThrow(
      expect.objectContaining({ code: 'CRED-002' }) as Error,
    )
  })
})
