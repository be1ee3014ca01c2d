import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { practiceLabel } from '../../src/practice/encrypted-store/sealed-file.ts'
import { eventsOf, filesBelow, newOperator, type Line } from './program.ts'
import { newCase } from './snapshot.ts'

async function metadataFile(dbpath: string): Promise<string> {
  const folder = join(dbpath, 'cloudProviderCredentials')
  return join(
    folder,
    (await readdir(folder)).find(name => name.endsWith('.metadata'))!,
  )
}

const last = (stdout: string): Line => eventsOf(stdout).at(-1)!

it('finds the dbpath two folders further down', async () => {
  const { operator, sandbox, run, restore } = await newCase('first-restore')
  const { exitCode, stdout } = await run(
    restore.with(1, operator.home).concat('--then', 'stop', '--dbpath', sandbox.dbpath),
  )
  expect(exitCode).toBe(0)
  expect(last(stdout)).toMatchObject({ type: 'ready', dbpath: sandbox.dbpath })
})

it('passes what stands after -- to mongod, and refuses what would undo the restore', async () => {
  const { run, restore } = await newCase('first-restore')
  const passed = await run([...restore, '--then', 'stop', '--', '--setParameter', 'logLevel=1'])
  expect(passed.exitCode).toBe(0)
  expect(
    eventsOf(passed.stdout).find(
      ({ type, argv }) => type === 'command' && (argv as string[]).includes('logLevel=1'),
    ),
  ).toBeDefined()
  const refused = await run([...restore, '--fresh', '--', '--bind_ip', '0.0.0.0'])
  expect(refused.exitCode).toBe(2)
  expect(last(refused.stdout)).toMatchObject({ type: 'failed', code: 'USAGE-003', exitCode: 2 })
})

it.each([
  ['rotated-keys', 'CRED-003'],
  ['role-based', 'CRED-001'],
  ['no-session-token', 'CRED-002'],
  ['no-permission', 'CRED-006'],
])(
  'ends with exit code 4 and says what is wrong with the credentials of %s, and changes nothing',
  async (scenario, code) => {
    const { sandbox, run, restore } = await newCase(scenario)
    const before = await filesBelow(sandbox.dbpath)
    const { exitCode, stdout } = await run(restore)
    expect(exitCode).toBe(4)
    expect(last(stdout)).toMatchObject({
      type: 'failed',
      code,
      exitCode: 4,
      remedy: expect.stringMatching(/--credentials|--assume-role/) as string,
    })
    expect(await filesBelow(sandbox.dbpath)).toEqual(before)
  },
)

it('takes credentials as one JSON document on standard input, as aws sts prints them', async () => {
  const { sandbox, run, restore } = await newCase('no-session-token')
  const profile = await readFile(sandbox.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
  const valueOf = (name: string) => new RegExp(`${name}\\s*=\\s*(\\S+)`).exec(profile)![1]
  const document = {
    Credentials: {
      AccessKeyId: valueOf('aws_access_key_id'),
      SecretAccessKey: valueOf('aws_secret_access_key'),
      SessionToken: valueOf('aws_session_token'),
    },
  }
  const { exitCode, stdout } = await run([...restore, '--credentials', 'stdin', '--then', 'stop'], {
    input: JSON.stringify(document),
  })
  expect({ exitCode, last: last(stdout).type }).toEqual({ exitCode: 0, last: 'ready' })
})

it('names the region as what is wrong where the key is in another one', async () => {
  const { run, restore } = await newCase('first-restore')
  const { exitCode, stdout } = await run([...restore, '--region', 'eu-west-1'])
  expect(exitCode).toBe(4)
  expect(last(stdout)).toMatchObject({ code: 'CRED-008' })
})

it('says that no blob was found, or that the one it was given does not unwrap', async () => {
  const { sandbox, run, restore } = await newCase('first-restore')
  const metadata = await metadataFile(sandbox.dbpath)
  const blob = metadata.replace(/metadata$/, 'key')
  const other = join(sandbox.root, 'other')
  await writeFile(other, 'not a blob of KMS')
  const keyId = /([^/]+)\.aws\.metadata$/.exec(metadata)![1]!
  await rm(blob)
  const none = await run(restore)
  expect(last(none.stdout)).toMatchObject({ code: 'CRED-012', exitCode: 4 })
  const wrong = await run([...restore, '--wrapped-key', `${keyId}=${other}`])
  expect(last(wrong.stdout)).toMatchObject({ code: 'CRED-012', exitCode: 4 })
})

it('writes mended credentials to the metadata file on request, and undoes it byte for byte', async () => {
  const { sandbox, run, restore } = await newCase('rotated-keys')
  const file = await metadataFile(sandbox.dbpath)
  const before = await readFile(file)
  const { exitCode } = await run([
    ...restore,
    '--credentials',
    'profile',
    '--profile',
    'atlas-encryption',
    '--mend',
    'file',
    '--then',
    'stop',
  ])
  expect(exitCode).toBe(0)
  const changed = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
  expect(Object.keys(changed)).toEqual(Object.keys(JSON.parse(before.toString()) as object))
  const check = await run(['credentials', sandbox.dbpath, '--check', '--json'])
  expect(check.exitCode).toBe(0)
  const undone = await run(['credentials', sandbox.dbpath, '--undo'])
  expect(undone).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('as it was') as string })
  expect(await readFile(file)).toEqual(before)
  expect((await run(['credentials', sandbox.dbpath, '--check', '--json'])).exitCode).toBe(4)
})

it('does not undo over somebody else’s change', async () => {
  const { sandbox, run } = await newCase('rotated-keys')
  const file = await metadataFile(sandbox.dbpath)
  const mended = await run([
    'credentials',
    sandbox.dbpath,
    '--no-input',
    '--credentials',
    'profile',
    '--profile',
    'atlas-encryption',
    '--mend',
  ])
  expect(mended.exitCode).toBe(0)
  await writeFile(file, '{"accessKeyId":"somebody else"}')
  const undone = await run(['credentials', sandbox.dbpath, '--undo'])
  expect(undone).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('CRED-015') as string })
  expect(await readFile(file, 'utf8')).toBe('{"accessKeyId":"somebody else"}')
})

it('names a port that is taken, and leaves no process behind', async () => {
  const { operator, run, restore } = await newCase('first-restore')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const kmip = await run([...restore, '--kmip-port', String(port)])
  expect(last(kmip.stdout)).toMatchObject({
    code: 'PROXY-001',
    exitCode: 5,
    message: expect.stringContaining(String(port)) as string,
  })
  const mongod = await run([...restore, '--mongod-port', String(port)])
  expect(last(mongod.stdout)).toMatchObject({ code: 'MONGOD-002', exitCode: 6 })
  expect((await operator.run(['stop'])).stdout).toContain('Nothing is running')
})

it('says which mongod is missing or unfit', async () => {
  const { run, restore } = await newCase('first-restore')
  const absent = await run(restore.with(restore.indexOf('--mongod') + 1, '/does/not/exist'))
  expect(last(absent.stdout)).toMatchObject({ code: 'MONGOD-021', exitCode: 6 })
  const none = await run(restore.toSpliced(restore.indexOf('--mongod'), 2), {
    env: { PATH: '/usr/bin:/bin' },
  })
  expect(last(none.stdout)).toMatchObject({ code: 'MONGOD-020', exitCode: 6 })
})

it('ends with exit code 7 and names the collection that cannot be read, and stops what it started', async () => {
  const { operator, sandbox, run, restore } = await newCase('first-restore')
  const files = (await readdir(sandbox.dbpath)).filter(name => /^collection-.*\.wt$/.test(name))
  const sizes = await Promise.all(
    files.map(async name => ({ name, size: (await stat(join(sandbox.dbpath, name))).size })),
  )
  const largest = join(sandbox.dbpath, sizes.sort((a, b) => b.size - a.size)[0]!.name)
  const content = await readFile(largest)
  // Behind the label, the number of records and the length of the first: its ciphertext.
  content[practiceLabel.length + 40]! ^= 0xff
  await writeFile(largest, content)
  const { exitCode, stdout } = await run(restore)
  expect(exitCode).toBe(7)
  expect(last(stdout)).toMatchObject({
    type: 'failed',
    code: 'CHECK-001',
    exitCode: 7,
    message: expect.stringMatching(/\w+\.\w+/) as string,
  })
  expect((await operator.run(['stop'])).stdout).toContain('Nothing is running')
})

it('refuses a second restore of a dbpath that a mongod serves', async () => {
  const { sandbox, run, restore, operator } = await newCase('first-restore')
  expect((await run(restore)).exitCode).toBe(0)
  const other = { XDG_STATE_HOME: join(operator.home, 'other-state') }
  const second = await run(restore, { env: other })
  expect(last(second.stdout)).toMatchObject({ code: 'SNAP-008', exitCode: 3 })
  expect(sandbox.dbpath).toBeTruthy()
})

it('starts over with --fresh, and stops what ran before', async () => {
  const { run, restore } = await newCase('first-restore')
  const first = last((await run(restore)).stdout)
  const second = last((await run([...restore, '--fresh', '--then', 'stop'])).stdout)
  expect(second.type).toBe('ready')
  expect(second.pid).not.toBe(first.pid)
})

it('tells a folder without a dbpath, an archive, a missing path and an unencrypted dbpath apart', async () => {
  const { sandbox, run, operator } = await newCase('first-restore')
  const restore = (path: string) => run(['restore', path, '--no-input', '--json'])
  const empty = join(operator.home, 'empty')
  await mkdir(empty)
  const archive = join(operator.home, 'snapshot.tar.gz')
  await writeFile(archive, '')
  const plain = join(operator.home, 'plain')
  await cp(sandbox.dbpath, plain, { recursive: true })
  await rm(join(plain, 'key.store'), { recursive: true })
  await rm(join(plain, 'cloudProviderCredentials'), { recursive: true })
  for (const [path, code] of [
    [join(operator.home, 'missing'), 'SNAP-001'],
    [empty, 'SNAP-002'],
    [archive, 'SNAP-004'],
    [plain, 'SNAP-006'],
  ] as const) {
    const { exitCode, stdout } = await restore(path)
    expect({ exitCode, code: last(stdout).code }).toEqual({ exitCode: 3, code })
  }
})

it.each([
  ['empty', ''],
  ['no JSON', '{"accessKeyId": '],
  ['binary', '\u0000\u0001\u0002'],
  ['a list', '[]'],
  ['without fields', '{}'],
])(
  'has a code for a metadata file that is %s, and still takes credentials from elsewhere',
  async (_what, content) => {
    const { sandbox, run, restore } = await newCase('rotated-keys')
    await writeFile(await metadataFile(sandbox.dbpath), content)
    const alone = await run(restore)
    expect(alone.exitCode).toBeGreaterThan(2)
    expect(alone.exitCode).toBeLessThan(5)
    expect(last(alone.stdout).code).toMatch(/^(SNAP-01[23]|CRED-013)$/)
    const { exitCode } = await run([
      ...restore,
      '--credentials',
      'profile',
      '--profile',
      'atlas-encryption',
      '--region',
      'us-east-1',
      '--then',
      'stop',
    ])
    expect(exitCode).toBe(0)
  },
)

it('is a usage error without a terminal, and names the flags', async () => {
  const operator = await newOperator()
  const { exitCode, stderr } = await operator.run(['restore', '/nowhere'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/USAGE-001.*\n.*--no-input.*--mongod.*--credentials|--credentials/s)
})

it.each([
  [['restore', '--kmip-port', 'http'], '--kmip-port'],
  [['restore', '--no-such-flag'], '--no-such-flag'],
  [['restore', '/x', '--credentials', 'guess'], 'metadata, profile'],
  [['restore', '/x', '--kms-endpoint', 'http://192.0.2.1/'], 'https'],
  [['restore', '/x', '--explain', '--terse'], 'cannot be used'],
  [['stop', 'ffff'], 'ffff'],
  [['explain', 'CRED-0033'], 'CRED-003'],
])('is a usage error in one sentence: %j', async (args, named) => {
  const operator = await newOperator()
  const { exitCode, stderr } = await operator.run(args)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(named)
  expect(stderr).not.toMatch(/\n\s+at /)
})

it('asks for a path where none is given and nobody can answer', async () => {
  const operator = await newOperator()
  const { exitCode, stdout } = await operator.run(['--no-input', '--json'])
  expect(exitCode).toBe(2)
  expect(last(stdout)).toMatchObject({ code: 'USAGE-001', exitCode: 2 })
})

it('says that the keystore is gone, and does not let mongod make a new key', async () => {
  const { sandbox, run, restore } = await newCase('first-restore')
  const [keyId] = await readdir(join(sandbox.dbpath, 'key.store'))
  await rm(join(sandbox.dbpath, 'key.store', keyId!), { recursive: true })
  const { stdout } = await run(restore)
  expect(last(stdout)).toMatchObject({ type: 'failed', code: 'MONGOD-005', exitCode: 6 })
})

it('tells what the key proxy sees while mongod starts: that it was asked for a new key', async () => {
  const { sandbox, run, restore } = await newCase('first-restore')
  const mongod = join(sandbox.root, 'asking-mongod')
  const asks = `[ "$1" = --version ] || "${process.execPath}" "${join(import.meta.dirname, 'ask-for-new-key.ts')}" "$@"`
  await writeFile(mongod, `#!/bin/sh\n${asks}\nexec "${sandbox.mongod}" "$@"\n`, { mode: 0o755 })
  const { stdout } = await run([...restore.with(restore.indexOf('--mongod') + 1, mongod), '--then', 'stop'])
  const events = eventsOf(stdout)
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'finding', code: 'PROXY-004', severity: 'error' }),
  )
})
