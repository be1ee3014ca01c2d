import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { cli, filesBelow } from './program.ts'
import { newCase, type Case } from './snapshot.ts'

/** The keys of a profile of the sandbox, as the operator has them. */
async function keysOf({ sandbox }: Case) {
  const profile = await readFile(sandbox.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
  const valueOf = (name: string) => new RegExp(`${name}\\s*=\\s*(\\S+)`).exec(profile)?.[1] ?? ''
  return {
    accessKeyId: valueOf('aws_access_key_id'),
    secretAccessKey: valueOf('aws_secret_access_key'),
    sessionToken: valueOf('aws_session_token'),
  }
}

/** The master key of the snapshot, which only the key proxy and mongod may ever have. */
async function masterKeyOf({ sandbox }: Case, keys: Awaited<ReturnType<typeof keysOf>>): Promise<Buffer> {
  const folder = join(sandbox.dbpath, 'cloudProviderCredentials')
  const blob = (await readdir(folder)).find(name => name.endsWith('.key'))!
  const kms = new KMSClient({
    region: 'us-east-1',
    endpoint: sandbox.endpoints.kms!,
    credentials: { ...keys },
  })
  const { Plaintext } = await kms.send(
    new DecryptCommand({ CiphertextBlob: await readFile(join(folder, blob)) }),
  )
  kms.destroy()
  return Buffer.from(Plaintext!)
}

/** What other users of the machine could see of every process that the operator's command started, again and again. */
async function watchProcesses(home: string, wizard: number): Promise<string> {
  const seen: string[] = []
  for (const pid of (await readdir('/proc')).filter(
    name => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    const [cmdline, environ] = await Promise.all(
      ['cmdline', 'environ'].map(file => readFile(join('/proc', pid, file), 'latin1').catch(() => '')),
    )
    if (!`${cmdline!}${environ!}`.includes(home)) continue
    // The environment of the wizard itself is what the operator gave it; its children's is ours.
    seen.push(cmdline!, Number(pid) === wizard ? '' : environ!)
  }
  return seen.join('\n')
}

interface Flow {
  readonly name: string
  readonly scenario: string
  readonly args: readonly string[]
  readonly way: 'environment' | 'stdin' | 'profile'
}

const flows: readonly Flow[] = [
  {
    name: 'keys from the environment',
    scenario: 'no-session-token',
    args: ['--credentials', 'environment'],
    way: 'environment',
  },
  {
    name: 'keys on standard input',
    scenario: 'no-session-token',
    args: ['--credentials', 'stdin'],
    way: 'stdin',
  },
  {
    name: 'keys of a profile',
    scenario: 'no-permission',
    args: ['--credentials', 'profile', '--profile', 'operator'],
    way: 'profile',
  },
  {
    name: 'keys that do not work',
    scenario: 'no-session-token',
    args: ['--credentials', 'environment', '--region', 'eu-west-1'],
    way: 'environment',
  },
]

it.each(flows)('shows no secret to anybody: $name', async ({ scenario, args, way }) => {
  const here = await newCase(scenario)
  const { operator, sandbox, restore } = here
  const keys = await keysOf(here)
  const masterKey = await masterKeyOf(here, keys)
  const { AWS_SHARED_CREDENTIALS_FILE, ...withoutFile } = sandbox.environment
  const environment = {
    ...(way === 'profile' ? { ...withoutFile, AWS_SHARED_CREDENTIALS_FILE } : withoutFile),
    ...(way === 'environment'
      ? {
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
          AWS_SESSION_TOKEN: keys.sessionToken,
        }
      : {}),
  }
  const child = spawn(process.execPath, [cli, ...restore, ...args], { env: environment, stdio: 'pipe' })
  child.stdin.end(way === 'stdin' ? JSON.stringify(keys) : '')
  const exited = once(child, 'exit')
  const shown: string[] = []
  child.stderr.on('data', (chunk: Buffer) => shown.push(chunk.toString('latin1')))
  for await (const line of createInterface(child.stdout)) {
    shown.push(line, await watchProcesses(operator.home, child.pid!))
  }
  await exited
  shown.push(await watchProcesses(operator.home, child.pid!))
  expect(shown.join('\n')).toMatch(/--stdin|CRED-008/)
  await operator.run(['stop', '--all'])
  // The sandbox's own cloud and the snapshot's metadata hold secrets by their nature; all else is ours.
  await rm(join(sandbox.root, 'aws'), { recursive: true })
  await rm(join(sandbox.dbpath, 'cloudProviderCredentials'), { recursive: true })
  shown.push(...(await filesBelow(operator.home)).values())
  const everything = shown.join('\n')
  const canaries = [
    ...Object.values(keys).filter(value => value !== ''),
    ...(['hex', 'base64', 'base64url', 'latin1'] as const).map(encoding => masterKey.toString(encoding)),
  ]
  expect(canaries.length).toBeGreaterThan(5)
  for (const canary of canaries)
    expect(everything.includes(canary), `…${canary.slice(-4)} is shown`).toBe(false)
})
