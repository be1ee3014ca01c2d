import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planMend } from '../../src/credentials/mend.ts'
import { Secret } from '../../src/lib/secret.ts'
import type { AwsState } from '../../src/practice/aws/state.ts'
import type { Sandbox } from '../../src/practice/sandbox.ts'
import { credentialStep, lastAsked, sandboxOf } from './credential-step.ts'

const account = '111122223333'
const restoreRole = `arn:aws:iam::${account}:role/snapshot-restore`
const alice = `arn:aws:iam::${account}:user/alice`

/** The values that an operator would know: those of the handout. */
const handoutOf = ({ answers }: Sandbox, id: string) => answers[id] ?? ''

const changed = (change: (state: AwsState) => AwsState) => (raw: Record<string, unknown>) =>
  change(raw as AwsState)

/** Alice may assume `door`, and that may assume the role that decrypts: neither asks for MFA. */
const throughADoor = changed(state => {
  const door = `arn:aws:iam::${account}:role/door`
  const [restore, ...others] = state.roles
  const trusting = (principal: string) => ({ principals: [principal], mfa: 'not asked for' as const })
  return {
    ...state,
    users: state.users.map(user => ({ ...user, allows: [{ action: 'sts:AssumeRole', resource: door }] })),
    roles: [
      { ...restore!, trust: trusting(door) },
      {
        ...restore!,
        arn: door,
        trust: trusting(alice),
        allows: [{ action: 'sts:AssumeRole', resource: restoreRole }],
      },
      ...others,
    ],
  }
})

describe('assuming a role', () => {
  test('shows who asks and who has to trust whom, and takes a second answer after a refusal', async () => {
    const sandbox = await sandboxOf('role-based')
    const code = new Secret(handoutOf(sandbox, 'mfa-code'))
    const outcome = await credentialStep(sandbox, {
      answers: [
        'profile',
        'operator',
        `arn:aws:iam::${account}:role/atlas-encryption`,
        'drill',
        'none',
        'profile',
        'operator',
        restoreRole,
        handoutOf(sandbox, 'external-id'),
        handoutOf(sandbox, 'mfa-serial'),
        code,
      ],
    })
    expect(outcome.failure).toBeUndefined()
    expect(lastAsked(outcome, 'assume-role')).toMatchObject({ details: [`You are ${alice}`] })
    expect(lastAsked(outcome, 'external-id')).toMatchObject({
      details: expect.arrayContaining([expect.stringContaining(restoreRole)]) as string[],
      byHand: expect.stringContaining(`"AWS": "${alice}"`) as string,
    })
    expect(lastAsked(outcome, 'credentials')).toMatchObject({
      failure: { code: 'CRED-014', message: expect.stringContaining(alice) as string },
      details: ['Tried before: the metadata file (CRED-001)'],
      byHand: expect.stringContaining('"sts:ExternalId": "drill"') as string,
    })
    expect(outcome.notes).toContain(
      'Tried: the metadata file (CRED-001), profile operator (CRED-014); role snapshot-restore through profile operator opens the key',
    )
    expect(outcome.summary).toMatch(/assumed-role\/snapshot-restore\/snapthaw-.* · expires in 1 h$/)
  })

  test('says that keys are stale before it asks for a role', async () => {
    const outcome = await credentialStep(await sandboxOf('role-based'), {
      answers: ['environment'],
      environment: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'canary-secret' },
    })
    expect(outcome.ids).toEqual(['credentials', 'credentials'])
    expect(lastAsked(outcome, 'credentials')).toMatchObject({ failure: { code: 'CRED-003' } })
  })

  test('goes through several, with a session name and a duration of one’s own, and can do it again by itself', async () => {
    const outcome = await credentialStep(await sandboxOf('role-based', throughADoor), {
      unattended: true,
      answers: ['none', 'none'],
      flags: {
        credentials: 'profile',
        profile: 'operator',
        'assume-role': `arn:aws:iam::${account}:role/door,${restoreRole}`,
        'role-session-name': 'drill-7',
        'duration-seconds': '900',
      },
    })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.summary).toContain('role snapshot-restore through role door through profile operator')
    expect(outcome.summary).toContain('assumed-role/snapshot-restore/drill-7')
    expect(outcome.summary).toContain('expires in 15 min')
    const { access } = outcome
    const obtained = access?.kind === 'opened' ? access.keys[0]?.obtained : undefined
    const again = await obtained?.renew?.()
    expect(again?.origin).toBe(obtained?.origin)
    const keyOf = (each: typeof obtained) =>
      each?.credentials.provider === 'aws' ? each.credentials.accessKeyId.reveal() : ''
    expect(keyOf(again)).toMatch(/^ASIA/)
    expect(keyOf(again)).not.toBe(keyOf(obtained))
  })

  test('cannot be done again by itself with a code that works once', async () => {
    const sandbox = await sandboxOf('role-based')
    const { access } = await credentialStep(sandbox, {
      unattended: true,
      flags: {
        credentials: 'profile',
        profile: 'operator',
        'assume-role': restoreRole,
        'external-id': handoutOf(sandbox, 'external-id'),
        'mfa-serial': handoutOf(sandbox, 'mfa-serial'),
        'mfa-code': handoutOf(sandbox, 'mfa-code'),
      },
    })
    expect(access).toMatchObject({ kind: 'opened', keys: [{ obtained: { renew: undefined } }] })
  })

  test.each([
    [{ 'assume-role': '65f1c0ffee5eed0123456789' }, 'CRED-014', 'roleId of Atlas'],
    [{ 'assume-role': `${restoreRole},arn:aws:iam::1:user/x` }, 'CRED-014', 'looks like'],
    [{ 'assume-role': restoreRole, 'duration-seconds': '60' }, 'USAGE-002', '900 to 43200'],
    [{ 'assume-role': restoreRole, 'role-session-name': 'a b' }, 'USAGE-002', 'session name'],
  ])('refuses %o', async (flags, code, message) => {
    const { failure } = await credentialStep(await sandboxOf('role-based'), {
      unattended: true,
      answers: ['none', 'none'],
      flags: { credentials: 'profile', profile: 'operator', ...flags },
    })
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) as string })
  })
})

describe('a failure', () => {
  test('leads to the metadata file again, and to the region, where the key may be elsewhere', async () => {
    const outcome = await credentialStep(await sandboxOf('wrong-region'), {
      answers: ['metadata', 'us-east-1', 'memory'],
    })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.ids).toEqual(['credentials', 'region', 'mend'])
    expect(outcome.asked[0]).toMatchObject({ default: 'metadata', failure: { code: 'CRED-008' } })
    expect(outcome.asked[1]).toMatchObject({ default: 'eu-west-1' })
  })

  test('shows the policy that would mend it where it is asked about, and tells it where nobody is asked', async () => {
    const sandbox = await sandboxOf('no-permission')
    const asked = await credentialStep(sandbox, { answers: ['profile', 'operator', 'none', 'memory'] })
    expect(asked.asked[0]).toMatchObject({
      failure: { code: 'CRED-006' },
      byHand: expect.stringContaining('"Action": "kms:Decrypt"') as string,
    })
    expect(asked.told.filter(({ type }) => type === 'finding')).not.toContainEqual(
      expect.objectContaining({ code: 'CRED-006' }),
    )
    const unattended = await credentialStep(sandbox, { unattended: true })
    expect(unattended.failure).toMatchObject({ code: 'CRED-006' })
    expect(unattended.notes).toContain('"Action": "kms:Decrypt"')
  })

  test('of a role that a profile leads to is one of the credentials, its code asked for', async () => {
    const sandbox = await sandboxOf('role-based')
    const config = await readFile(sandbox.environment.AWS_CONFIG_FILE!, 'utf8')
    await writeFile(
      sandbox.environment.AWS_CONFIG_FILE!,
      `${config}\n[profile drill]\nrole_arn = ${restoreRole}\nsource_profile = operator\nmfa_serial = ${handoutOf(sandbox, 'mfa-serial')}\n`,
    )
    const { asked } = await credentialStep(sandbox, {
      answers: ['profile', 'drill', new Secret('000000')],
    })
    expect(asked.at(-1)).toMatchObject({
      id: 'credentials',
      failure: { code: 'CRED-014' },
      details: ['Tried before: the metadata file (CRED-001)'],
    })
    expect(asked.find(({ id }) => id === 'mfa-code')?.details).toEqual([
      `For the device ${handoutOf(sandbox, 'mfa-serial')}`,
    ])
  })
})

describe('the environment as a source', () => {
  test('says what it passed over, and what answered', async () => {
    const sandbox = await sandboxOf('rotated-keys')
    const profile = await readFile(sandbox.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
    const valueOf = (name: string) => new RegExp(`${name}\\s*=\\s*(\\S+)`).exec(profile)![1]!
    const outcome = await credentialStep(sandbox, {
      answers: ['environment', 'none', 'memory'],
      environment: {
        AWS_ACCESS_KEY_ID: valueOf('aws_access_key_id'),
        AWS_SECRET_ACCESS_KEY: valueOf('aws_secret_access_key'),
      },
    })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.notes).toContain('the metadata file (CRED-003); AWS_ACCESS_KEY_ID opens the key')
  })

  test('says what was looked for where there is nothing', async () => {
    const { failure } = await credentialStep(await sandboxOf('rotated-keys'), {
      unattended: true,
      flags: { credentials: 'environment' },
    })
    expect(failure).toMatchObject({
      code: 'CRED-013',
      message: expect.stringMatching(/AWS_ACCESS_KEY_ID.*container.*instance/) as string,
    })
  })
})

describe('several keys', () => {
  const folderOf = ({ dbpath }: Sandbox) => join(dbpath, 'cloudProviderCredentials')

  /** A second key like the first, which mongod needs as well where `key.store` names it. */
  async function secondKey(sandbox: Sandbox, inKeystore: 'named' | 'not named'): Promise<string> {
    const folder = folderOf(sandbox)
    const names = await readdir(folder)
    const keyId = /^(.+)\.aws\.metadata$/.exec(names.find(name => name.endsWith('.metadata'))!)![1]!
    for (const name of names) await cp(join(folder, name), join(folder, name.replace(keyId, `${keyId}-2`)))
    if (inKeystore === 'named') await mkdir(join(sandbox.dbpath, 'key.store', `${keyId}-2`))
    return keyId
  }

  test('are all opened where mongod needs them, with what opened the first', async () => {
    const sandbox = await sandboxOf('rotated-keys')
    const keyId = await secondKey(sandbox, 'named')
    const outcome = await credentialStep(sandbox, {
      answers: ['profile', 'atlas-encryption', 'none', 'memory', 'memory'],
    })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.ids).toEqual(['credentials', 'profile', 'assume-role', 'mend', 'mend'])
    const { access } = outcome
    const opened = access?.kind === 'opened' ? access.keys.map(key => key.keyId) : []
    expect(opened.sort()).toEqual([keyId, `${keyId}-2`])
  })

  test('are all mended where a flag says so', async () => {
    const sandbox = await sandboxOf('rotated-keys')
    await secondKey(sandbox, 'named')
    const { failure } = await credentialStep(sandbox, {
      unattended: true,
      answers: ['none', true, true],
      flags: { credentials: 'profile', profile: 'atlas-encryption', mend: 'file' },
    })
    expect(failure).toBeUndefined()
    const files = (await readdir(folderOf(sandbox))).filter(name => name.endsWith('.metadata'))
    const keys = await Promise.all(
      files.map(async name => {
        const text = await readFile(join(folderOf(sandbox), name), 'utf8')
        return (JSON.parse(text) as { accessKeyId: string }).accessKeyId
      }),
    )
    expect(keys[0]).toBe(keys[1])
    const again = await credentialStep(sandbox, { unattended: true })
    expect(again.access).toMatchObject({ kind: 'opened' })
  })

  test('take a file for each, and no file for a key that is not needed', async () => {
    const sandbox = await sandboxOf('first-restore')
    const keyId = await secondKey(sandbox, 'named')
    const blob = join(folderOf(sandbox), `${keyId}.aws.key`)
    const given = [`${keyId}=${blob}`, `${keyId}-2=${blob}`].join('\n')
    const both = await credentialStep(sandbox, { unattended: true, flags: { 'wrapped-key': given } })
    expect(both.notes.match(new RegExp(`The wrapped master key is in ${blob}`, 'g'))).toHaveLength(2)
    const stray = await credentialStep(sandbox, {
      unattended: true,
      flags: { 'wrapped-key': `other=${blob}` },
    })
    expect(stray.failure).toMatchObject({
      code: 'USAGE-002',
      message: expect.stringContaining('other') as string,
    })
    const one = await credentialStep(sandbox, { unattended: true, flags: { 'kms-key': 'arn:aws:kms:x' } })
    expect(one.failure).toMatchObject({ code: 'USAGE-002' })
  })

  test('of several clouds are told apart by a question, or by a flag', async () => {
    const sandbox = await sandboxOf('first-restore')
    const keyId = await secondKey(sandbox, 'not named')
    const folder = folderOf(sandbox)
    await cp(join(folder, `${keyId}.aws.metadata`), join(folder, `${keyId}.gcp.metadata`))
    const asked = await credentialStep(sandbox, { answers: ['aws'] })
    expect(asked.ids).toEqual(['provider'])
    expect(asked.access).toMatchObject({ kind: 'opened', keys: [{ keyId }] })
    const flagged = await credentialStep(sandbox, { unattended: true, flags: { provider: 'aws' } })
    expect(flagged.access).toMatchObject({ kind: 'opened' })
    const none = await credentialStep(sandbox, { unattended: true, flags: { provider: 'azure' } })
    expect(none.failure).toMatchObject({ code: 'SNAP-011' })
  })
})

describe('a wrapped key that is not found', () => {
  async function withoutBlob() {
    const sandbox = await sandboxOf('first-restore')
    const folder = join(sandbox.dbpath, 'cloudProviderCredentials')
    const blob = (await readdir(folder)).find(name => name.endsWith('.key'))!
    await writeFile(join(folder, blob), '')
    return sandbox
  }

  test('is left to the official proxy, where the operator wants that', async () => {
    const outcome = await credentialStep(await withoutBlob(), { answers: ['official'] })
    expect(outcome.ids).toEqual(['engine'])
    expect(outcome.asked[0]).toMatchObject({ failure: { code: 'CRED-012' }, default: 'official' })
    expect(outcome.access).toMatchObject({ kind: 'entrusted', keys: [{ proof: undefined }] })
    expect(outcome.summary).toContain('left to the official proxy')
  })

  test('is looked for with other credentials, where they want that', async () => {
    const outcome = await credentialStep(await withoutBlob(), {
      answers: ['embedded', 'metadata', 'official'],
    })
    expect(outcome.ids).toEqual(['engine', 'credentials', 'engine'])
    expect(outcome.access).toMatchObject({ kind: 'entrusted' })
  })

  test('is no matter where the credentials are to stay in the file: the proxy reads them there', async () => {
    const { access } = await credentialStep(await sandboxOf('rotated-keys'), {
      unattended: true,
      answers: ['none', true],
      flags: { credentials: 'profile', profile: 'atlas-encryption', engine: 'official', mend: 'file' },
    })
    const key = access?.kind === 'entrusted' ? access.keys[0] : undefined
    expect(planMend(key!.metadata!, key!.obtained.credentials).changes).toEqual([])
  })

  test('is left to it at once with --engine official, and never without a word', async () => {
    const official = await credentialStep(await withoutBlob(), {
      unattended: true,
      flags: { engine: 'official' },
    })
    expect(official.access).toMatchObject({ kind: 'entrusted' })
    for (const flags of [{}, { engine: 'embedded' }]) {
      const { failure } = await credentialStep(await withoutBlob(), { unattended: true, flags })
      expect(failure).toMatchObject({ code: 'CRED-012' })
    }
  })
})
