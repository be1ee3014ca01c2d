import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, watch, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { removeSandbox, type Sandbox } from '../../src/practice/sandbox.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { openPractice, readCredentials } from './open-practice.ts'

async function allFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

describe('a sandbox', () => {
  it('has a snapshot, a cloud on loopback and a mongod', async () => {
    const { root, dbpath, mongod, endpoints } = await openPractice('first-restore')
    expect((await readdir(dbpath)).sort()).toEqual(
      expect.arrayContaining(['WiredTiger', 'cloudProviderCredentials', 'key.store', 'storage.bson']),
    )
    expect(endpoints.kms).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(endpoints.sts).toBe(endpoints.kms)
    expect(mongod).toBe(join(root, 'bin', 'mongod'))
  })

  it('shows what it holds to nobody else', async () => {
    const { root } = await openPractice('role-based')
    expect((await stat(root)).mode & 0o777).toBe(0o700)
    for (const file of await allFiles(root)) expect((await stat(file)).mode & 0o077, file).toBe(0)
  })

  it('points the SDK to itself and away from the operator’s cloud', async () => {
    const { root, environment, endpoints } = await openPractice('first-restore', {
      environment: {
        HOME: '/home/alice',
        AWS_PROFILE: 'production',
        aws_region: 'eu-west-1',
        HTTPS_PROXY: 'http://proxy:3128',
      },
    })
    expect(environment).toEqual({
      HOME: '/home/alice',
      HTTPS_PROXY: 'http://proxy:3128',
      AWS_CONFIG_FILE: join(root, 'aws', 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(root, 'aws', 'credentials'),
      AWS_ENDPOINT_URL_KMS: endpoints.kms,
      AWS_ENDPOINT_URL_STS: endpoints.sts,
      AWS_EC2_METADATA_DISABLED: 'true',
    })
  })

  it('takes no credential of the operator in', async () => {
    const canary = 'canary-7f3d9a'
    const { root, ...sandbox } = await openPractice('role-based', {
      environment: {
        AWS_ACCESS_KEY_ID: `${canary}-1`,
        AWS_SECRET_ACCESS_KEY: `${canary}-2`,
        AWS_SESSION_TOKEN: `${canary}-3`,
        AZURE_CLIENT_SECRET: `${canary}-4`,
        GOOGLE_APPLICATION_CREDENTIALS: `/${canary}-5`,
      },
    })
    expect(JSON.stringify(sandbox)).not.toContain(canary)
    for (const file of await allFiles(root)) expect((await readFile(file)).includes(canary), file).toBe(false)
  })

  it('has a mongod that hands its arguments on as they are', async () => {
    const folder = join(await temporaryFolder(), "it's here")
    await mkdir(folder)
    const program = join(folder, 'program $HOME.mjs')
    await writeFile(program, 'process.stdout.write(JSON.stringify(process.argv.slice(2)))')
    const { mongod } = await openPractice('first-restore', { root: join(folder, 'sandbox'), program })
    const { stdout } = await promisify(execFile)(mongod, ['--dbpath', 'a b', "'", '$HOME', ''])
    expect(JSON.parse(stdout)).toEqual(['--dbpath', 'a b', "'", '$HOME', ''])
  })
})

describe('a sandbox that is opened again', () => {
  it('is the same, served by another process', async () => {
    const first = await openPractice('role-based')
    const before = await readCredentials(first)
    const profiles = await readFile(first.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
    await first.close()
    const again = await openPractice('role-based', { root: first.root })
    expect(await readCredentials(again)).toEqual(before)
    expect(await readFile(again.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')).toBe(profiles)
    expect({ ...again.answers }).toEqual(first.answers)
  })

  it('offers the next MFA code once one has been used', async () => {
    const first = await openPractice('role-based')
    const code = first.answers['mfa-code']!
    expect(first.handout.join('\n')).toContain(code)
    await assumeRole(first)
    await first.close()
    const again = await openPractice('role-based', { root: first.root })
    expect(again.answers['mfa-code']).not.toBe(code)
    expect(again.handout.join('\n')).not.toContain(code)
    await assumeRole(again)
  })

  it('has the mongod of the snapthaw that opens it', async () => {
    const first = await openPractice('first-restore', { program: '/old/simulated-mongod.js' })
    const { root, mongod } = first
    await first.close()
    await openPractice('first-restore', { root, program: '/new/simulated-mongod.js' })
    expect(await readFile(mongod, 'utf8')).toContain("'/new/simulated-mongod.js'")
  })

  it('is whole after its maker was killed while making it', async () => {
    const folder = await temporaryFolder()
    const root = join(folder, 'sandbox')
    const maker = spawn(process.execPath, ['--input-type=module', '--eval', makeSandbox(root)], {
      stdio: 'ignore',
    })
    // Killed as soon as there is something to be seen of the sandbox.
    for await (const { filename } of watch(folder)) if (filename?.startsWith('sandbox')) break
    maker.kill('SIGKILL')
    await once(maker, 'exit')
    const { answers, dbpath } = await openPractice('role-based', { root })
    expect(answers['mfa-code']).toMatch(/^\d{6}$/)
    expect(await readdir(dbpath)).toContain('storage.bson')
    expect(await readdir(folder)).toEqual(['sandbox'])
  })

  it('is made anew when it was not finished', async () => {
    const root = join(await temporaryFolder(), 'sandbox')
    await mkdir(join(`${root}.unfinished`, 'snapshot'), { recursive: true })
    await writeFile(join(`${root}.unfinished`, 'snapshot', 'half'), 'half')
    const { dbpath } = await openPractice('first-restore', { root })
    expect(await readdir(dbpath)).not.toContain('half')
    expect(await readdir(join(root, '..'))).toEqual(['sandbox'])
  })
})

describe('a sandbox that is taken away', () => {
  it('is gone', async () => {
    const { root } = await openPractice('first-restore')
    await removeSandbox(root)
    expect(await readdir(join(root, '..'))).toEqual([])
  })

  it('is not some other folder', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'mine'), 'mine')
    await removeSandbox(root)
    await removeSandbox(join(root, 'nothing'))
    expect(await readdir(root)).toEqual(['mine'])
  })
})

describe('what is no sandbox', () => {
  it('is refused and left as it is: a folder with something in it', async () => {
    const root = await temporaryFolder()
    await writeFile(join(root, 'mine'), 'mine')
    await expect(openPractice('first-restore', { root })).rejects.toMatchObject({
      code: 'USAGE-004',
      exitCode: 2,
    })
    expect(await readdir(root)).toEqual(['mine'])
    expect(await readdir(join(root, '..'))).not.toContain(`${root}.unfinished`)
  })

  it('is refused and left as it is: a file', async () => {
    const root = join(await temporaryFolder(), 'file')
    await writeFile(root, 'mine')
    await expect(openPractice('first-restore', { root })).rejects.toMatchObject({ code: 'USAGE-004' })
    expect(await readFile(root, 'utf8')).toBe('mine')
  })

  it('is refused: a sandbox of another scenario', async () => {
    const { root } = await openPractice('first-restore')
    await expect(openPractice('role-based', { root })).rejects.toMatchObject({ code: 'USAGE-004' })
  })

  it('is refused: a sandbox whose account is no longer what was written', async () => {
    const { root } = await openPractice('first-restore')
    for (const damaged of ['{', '{"users":[]}']) {
      await writeFile(join(root, 'aws', 'account.json'), damaged)
      await expect(openPractice('first-restore', { root })).rejects.toMatchObject({ code: 'USAGE-004' })
    }
  })

  it('becomes one: an empty folder', async () => {
    const root = await temporaryFolder()
    expect((await openPractice('first-restore', { root })).root).toBe(root)
  })
})

/** A program that makes a sandbox. */
function makeSandbox(root: string): string {
  const from = (file: string) => JSON.stringify(new URL(`../../src/practice/${file}`, import.meta.url).href)
  return `
    const { openSandbox } = await import(${from('sandbox.ts')})
    const { findScenario } = await import(${from('scenarios.ts')})
    const scenario = findScenario('role-based')
    await openSandbox({ root: ${JSON.stringify(root)}, scenario, program: '', node: '', environment: {} })
  `
}

async function assumeRole({ endpoints, environment, answers }: Sandbox): Promise<void> {
  const profile = await readFile(environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(profile)?.[1] ?? ''
  const client = new STSClient({
    endpoint: endpoints.sts!,
    region: 'us-east-1',
    credentials: {
      accessKeyId: value('aws_access_key_id'),
      secretAccessKey: value('aws_secret_access_key'),
    },
  })
  await client.send(
    new AssumeRoleCommand({
      RoleArn: answers['assume-role'],
      RoleSessionName: 'snapthaw-3f2a',
      ExternalId: answers['external-id'],
      SerialNumber: answers['mfa-serial'],
      TokenCode: answers['mfa-code'],
    }),
  )
  client.destroy()
}
