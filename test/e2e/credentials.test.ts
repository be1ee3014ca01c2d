import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { identify, waitForExit } from '../../src/lib/process-identity.ts'
import { accessTokenFor } from '../azure-token.ts'
import { officialStandIn, shellProgram } from '../official-proxy.ts'
import { cli, eventsOf, filesBelow, stepsOf, type Line, type Outcome } from './program.ts'
import { newCase, type Case } from './snapshot.ts'

const last = (stdout: string): Line => eventsOf(stdout).at(-1)!

const folderOf = ({ sandbox }: Case) => join(sandbox.dbpath, 'cloudProviderCredentials')

async function metadataFile(setting: Case): Promise<string> {
  const name = (await readdir(folderOf(setting))).find(each => each.endsWith('.metadata'))!
  return join(folderOf(setting), name)
}

const metadataOf = async (setting: Case) =>
  JSON.parse(await readFile(await metadataFile(setting), 'utf8')) as Readonly<Record<string, string>>

/** `snapthaw credentials`, which starts neither a key proxy nor mongod. */
const credentials = ({ run, sandbox }: Case, ...args: readonly string[]): Promise<Outcome> =>
  run(['credentials', sandbox.dbpath, '--no-input', '--json', ...endpoints(sandbox), ...args])

/** Where the environment does not lead to the stand-ins. */
const endpoints = ({ endpoints: { kms } }: Case['sandbox']) =>
  kms === undefined ? [] : ['--kms-endpoint', kms]

describe('snapthaw credentials', () => {
  it('checks without changing anything, also while a key proxy and mongod are running', async () => {
    const setting = await newCase('first-restore')
    expect((await setting.run(setting.restore)).exitCode).toBe(0)
    const before = await readFile(await metadataFile(setting))
    const { exitCode, stdout } = await setting.run([
      'credentials',
      setting.sandbox.dbpath,
      '--check',
      '--json',
    ])
    expect({ exitCode, steps: stepsOf(eventsOf(stdout)) }).toEqual({
      exitCode: 0,
      steps: { snapshot: 'done', credentials: 'done' },
    })
    expect(await readFile(await metadataFile(setting))).toEqual(before)
    expect((await setting.operator.run(['status'])).stdout).toContain('key proxy runs')
  })

  it('takes a wrapped key for each of several keys', async () => {
    const setting = await newCase('first-restore')
    const folder = folderOf(setting)
    const keyId = /([^/]+)\.aws\.metadata$/.exec(await metadataFile(setting))![1]!
    await cp(join(folder, `${keyId}.aws.metadata`), join(folder, `${keyId}-2.aws.metadata`))
    await mkdir(join(setting.sandbox.dbpath, 'key.store', `${keyId}-2`))
    const blob = join(setting.operator.home, 'blob')
    await cp(join(folder, `${keyId}.aws.key`), blob)
    await rm(join(folder, `${keyId}.aws.key`))
    const wrapped = (id: string) => ['--wrapped-key', `${id}=${blob}`]
    const one = await credentials(setting, '--check', ...wrapped(keyId))
    expect(last(one.stdout)).toMatchObject({ code: 'CRED-012' })
    const both = await credentials(setting, '--check', ...wrapped(keyId), ...wrapped(`${keyId}-2`))
    expect(both.exitCode).toBe(0)
  })

  it('tells the policy that is missing, to be copied, and the role that does not trust the caller', async () => {
    const denied = await credentials(await newCase('no-permission'), '--check')
    expect(last(denied.stdout)).toMatchObject({ code: 'CRED-006', exitCode: 4 })
    expect(denied.stderr).toContain('"Action": "kms:Decrypt"')
    const refused = await credentials(
      await newCase('role-based'),
      ...['--credentials', 'profile', '--profile', 'operator'],
      ...['--assume-role', 'arn:aws:iam::111122223333:role/atlas-encryption'],
    )
    expect(last(refused.stdout)).toMatchObject({
      code: 'CRED-014',
      message: expect.stringContaining('user/alice') as string,
    })
    expect(refused.stderr).toContain('"AWS": "arn:aws:iam::111122223333:user/alice"')
  })

  it('uses the Azure sign-in of this machine, in the key proxy as well', async () => {
    const setting = await newCase('azure')
    const file = await metadataFile(setting)
    const metadata = await metadataOf(setting)
    await writeFile(file, JSON.stringify({ ...metadata, secret: '', roleId: '65f1c0ffee5eed0123456789' }))
    const token = await accessTokenFor(setting.sandbox, metadata.clientId!)
    const bin = join(setting.operator.home, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'token.json'), JSON.stringify(token))
    await shellProgram(bin, 'az', `cat '${join(bin, 'token.json')}'`)
    const env = { PATH: `${bin}:/usr/bin:/bin`, AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' }
    const { exitCode, stdout, stderr } = await setting.run(
      [...setting.restore, '--credentials', 'environment', '--then', 'stop'],
      { env },
    )
    expect({ exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, said: '' })
  })
})

/** What other users of the machine could see of the processes that a restore has left running. */
async function seenOfRunning(setting: Case): Promise<string> {
  const { stdout } = await setting.operator.run(['status'])
  const pids = [...stdout.matchAll(/process (\d+)/g)].map(([, pid]) => pid!)
  expect(pids).toHaveLength(2)
  const seen = pids.flatMap(pid =>
    ['cmdline', 'environ'].map(name => readFile(join('/proc', pid, name), 'latin1')),
  )
  return (await Promise.all(seen)).join('\n')
}

/** Nothing that leaves the program holds the secret: not its output, not its files, not its processes. */
async function expectNowhere(setting: Case, { stdout, stderr }: Outcome, secret: string): Promise<void> {
  expect(secret.length).toBeGreaterThanOrEqual(6)
  const files = await filesBelow(setting.operator.state)
  const mongodFiles = await filesBelow(setting.sandbox.dbpath)
  const own = [...mongodFiles].filter(([path]) => !path.includes('cloudProviderCredentials'))
  for (const text of [
    stdout,
    stderr,
    await seenOfRunning(setting),
    ...files.values(),
    ...own.map(([, text]) => text),
  ])
    expect(text).not.toContain(secret)
}

describe('no secret leaves the program:', () => {
  it('a client secret of Azure', async () => {
    const setting = await newCase('azure')
    const metadata = await metadataOf(setting)
    await writeFile(await metadataFile(setting), JSON.stringify({ ...metadata, secret: 'stale-secret' }))
    const { clientId, tenantId, secret } = metadata
    const outcome = await setting.run([...setting.restore, '--credentials', 'stdin'], {
      input: JSON.stringify({ clientId, tenantId, clientSecret: secret }),
    })
    expect(outcome.exitCode).toBe(0)
    await expectNowhere(setting, outcome, secret!)
    await expectNowhere(setting, outcome, 'stale-secret')
  })

  it('the key of a service account', async () => {
    const setting = await newCase('gcp')
    const { serviceAccountKey, keyVersionResourceId } = await metadataOf(setting)
    await writeFile(await metadataFile(setting), JSON.stringify({ keyVersionResourceId, roleId: '65f1' }))
    const outcome = await setting.run(
      [...setting.restore, ...endpoints(setting.sandbox), '--credentials', 'stdin'],
      { input: serviceAccountKey! },
    )
    expect({ exitCode: outcome.exitCode, last: last(outcome.stdout) }).toMatchObject({ exitCode: 0 })
    const { private_key: pem } = JSON.parse(serviceAccountKey!) as { private_key: string }
    await expectNowhere(setting, outcome, pem.split('\n')[3]!)
  })

  it('the code of an MFA device', async () => {
    const setting = await newCase('role-based')
    const { answers } = setting.sandbox
    const code = answers['mfa-code']!
    const outcome = await setting.run([
      ...setting.restore,
      ...['--credentials', 'profile', '--profile', 'operator'],
      ...['assume-role', 'external-id', 'mfa-serial', 'mfa-code'].flatMap(id => [`--${id}`, answers[id]!]),
    ])
    expect(outcome.exitCode).toBe(0)
    const sessions = await filesBelow(join(setting.operator.state, 'sessions'))
    const written = [...sessions].filter(([path]) =>
      /(session\.json|events\.ndjson|proxy\.ndjson)$/.test(path),
    )
    expect(written).toHaveLength(3)
    const word = new RegExp(`\\b${code}\\b`)
    for (const text of [outcome.stdout, outcome.stderr, await seenOfRunning(setting), ...written.flat()])
      expect(text).not.toMatch(word)
  })
})

interface Status {
  readonly sessions: readonly { readonly running: readonly { readonly pid: number }[] }[]
}

async function gone(pid: number): Promise<void> {
  const identity = await identify(pid)
  if (identity !== undefined) expect(await waitForExit(identity, 10_000)).toBe(true)
}

describe('--engine official', () => {
  async function officialCase(scenario: string) {
    const setting = await newCase(scenario)
    const program = await officialStandIn(setting.operator.home)
    const file = await metadataFile(setting)
    const command = [...setting.restore, '--engine', 'official', '--official-proxy', program]
    return { setting, program, file, before: await readFile(file, 'utf8'), command }
  }
  const fromProfile = ['--credentials', 'profile', '--profile', 'atlas-encryption']

  it('lends the credentials to the metadata file, and puts it back when the proxy is stopped', async () => {
    const { setting, program, file, before, command } = await officialCase('rotated-keys')
    const { exitCode, stdout } = await setting.run([...command, ...fromProfile])
    expect({ exitCode, last: last(stdout) }).toMatchObject({ exitCode: 0, last: { type: 'ready' } })
    const started = eventsOf(stdout).find(
      ({ type, argv }) => type === 'command' && (argv as string[])[0] === program,
    )
    expect(started!.argv).toEqual(expect.arrayContaining(['-cloudProvider', 'aws', '-mongodPort']))
    const lent = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    expect(lent.accessKeyId).not.toBe((JSON.parse(before) as Record<string, string>).accessKeyId)
    expect((await setting.operator.run(['stop'])).stdout).toContain('stopped mongod and key proxy')
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it('leaves a file alone whose credentials open the key, and tells the proxy the port of mongod', async () => {
    const { setting, file, before, command } = await officialCase('first-restore')
    const { exitCode, stdout } = await setting.run(command)
    expect(exitCode).toBe(0)
    expect(await readFile(file, 'utf8')).toBe(before)
    const [proxy, mongod] = eventsOf(stdout)
      .filter(({ type }) => type === 'command')
      .map(({ argv }) => argv as string[])
    expect(proxy![proxy!.indexOf('-mongodPort') + 1]).toBe(mongod![mongod!.indexOf('--port') + 1])
  })

  it('puts the file back after the wizard was killed, and takes over the proxy where it goes on', async () => {
    const { setting, file, before, command } = await officialCase('rotated-keys')
    const child = spawn(process.execPath, [cli, ...command, ...fromProfile], {
      env: { ...setting.operator.environment, ...setting.sandbox.environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exited = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) {
      const { type, step, status } = JSON.parse(line) as Line
      if (type === 'step' && step === 'mongod' && status === 'started') child.kill('SIGKILL')
    }
    await exited
    expect(await readFile(file, 'utf8')).not.toBe(before)
    const again = await setting.run([...command, ...fromProfile])
    expect(stepsOf(eventsOf(again.stdout))).toMatchObject({ credentials: 'skipped', handover: 'done' })
    await setting.operator.run(['stop'])
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it('puts the file back also where nothing that it was lent to is left', async () => {
    const { setting, file, before, command } = await officialCase('rotated-keys')
    await setting.run([...command, ...fromProfile])
    const { stdout } = await setting.operator.run(['status', '--json'])
    const [session] = (JSON.parse(stdout) as Status).sessions
    for (const { pid } of session!.running) process.kill(pid, 'SIGKILL')
    for (const { pid } of session!.running) await gone(pid)
    expect(await readFile(file, 'utf8')).not.toBe(before)
    expect((await setting.operator.run(['stop'])).stdout).toContain(`${file} is as it was`)
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await setting.operator.run(['stop'])).stdout).toContain('Nothing is running')
  })

  it('puts no secret on a command line unless that is wanted', async () => {
    const { setting, file, before, command } = await officialCase('no-session-token')
    const temporary = ['--credentials', 'profile', '--profile', 'snapshot-restore']
    const refused = await setting.run([...command, ...temporary])
    expect(last(refused.stdout)).toMatchObject({
      code: 'USAGE-001',
      remedy: expect.stringContaining('--secrets-in-argv') as string,
    })
    const { exitCode, stdout } = await setting.run([...command, ...temporary, '--secrets-in-argv'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"-awsSessionToken","[secret]"')
    expect(await readFile(file, 'utf8')).toBe(before)
    const { AWS_SHARED_CREDENTIALS_FILE: profiles } = setting.sandbox.environment
    const token = /aws_session_token\s*=\s*(\S+)/.exec(await readFile(profiles!, 'utf8'))![1]!
    for (const text of [stdout, ...(await filesBelow(setting.operator.state)).values()])
      expect(text).not.toContain(token)
  })

  it('says what is wrong with the program, and leaves the file and no process', async () => {
    const { setting, file, before, command } = await officialCase('rotated-keys')
    const missing = await setting.run([
      ...command.with(-1, join(setting.operator.home, 'absent')),
      ...fromProfile,
    ])
    expect(last(missing.stdout)).toMatchObject({ code: 'PROXY-006', exitCode: 5 })
    const broken = await shellProgram(setting.operator.home, 'broken', 'echo "panic: no luck" >&2', 'exit 1')
    const ended = await setting.run([...command.with(-1, broken), ...fromProfile])
    expect(last(ended.stdout)).toMatchObject({ code: 'PROXY-008', exitCode: 5 })
    const stale = await shellProgram(
      setting.operator.home,
      'stale',
      'echo "You must update the metadata files on disk that contain the old credentials"',
      'exit 1',
    )
    const complained = await setting.run([...command.with(-1, stale), ...fromProfile])
    expect(last(complained.stdout)).toMatchObject({ code: 'PROXY-007', exitCode: 5 })
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await setting.operator.run(['stop'])).stdout).toContain('Nothing is running')
  })

  it('opens a snapshot in which the search finds no wrapped key only as far as the proxy does', async () => {
    const { setting, command } = await officialCase('first-restore')
    const blob = (await readdir(folderOf(setting))).find(name => name.endsWith('.key'))!
    await rm(join(folderOf(setting), blob))
    const { exitCode, stdout } = await setting.run(command)
    // The stand-in looks where snapthaw does, and complains; the real program knows the layout.
    expect({ exitCode, last: last(stdout) }).toMatchObject({ exitCode: 5, last: { code: 'PROXY-007' } })
    expect(stepsOf(eventsOf(stdout))).toMatchObject({ credentials: 'done' })
  })
})
