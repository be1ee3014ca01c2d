import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { connectKmip, type KmipClient } from '../../src/kmip/client.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { cli, type Line } from './program.ts'
import { newCase } from './snapshot.ts'

/** A key proxy in the foreground, once it serves. */
async function startProxy(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  const child = spawn(process.execPath, [cli, 'proxy', ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const events: Line[] = []
  const serving = Promise.withResolvers<Line>()
  createInterface(child.stdout).on('line', line => {
    const event = JSON.parse(line) as Line
    events.push(event)
    if (event.type === 'serving') serving.resolve(event)
  })
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const { port, caFile, clientCertificateFile } = await Promise.race([
    serving.promise,
    exited.then(() => Promise.reject(new Error(`It ended: ${JSON.stringify(events)}`))),
  ])
  const connect = async (): Promise<KmipClient> => {
    const client = await readFile(String(clientCertificateFile))
    const ca = await readFile(String(caFile))
    return connectKmip({ host: '127.0.0.1', port: Number(port), tls: { ca, cert: client, key: client } })
  }
  return { child, events, exited, port: Number(port), connect }
}

const aesKey = [
  { name: 'Cryptographic Algorithm', value: 'AES' },
  { name: 'Cryptographic Length', value: 256 },
  { name: 'Cryptographic Usage Mask', value: 12 },
] as const

const flagsOf = (keys: Readonly<Record<string, string>>) =>
  Object.entries(keys).flatMap(([flag, value]) => [`-${flag}`, value])

it('replaces kmipProxyStandalone in a script: its flags with one dash, its files in the dbpath, the key for mongod', async () => {
  const { sandbox } = await newCase('rotated-keys')
  const profile = await readFile(sandbox.environment.AWS_SHARED_CREDENTIALS_FILE!, 'utf8')
  const valueOf = (name: string) => new RegExp(`${name}\\s*=\\s*(\\S+)`).exec(profile)![1]!
  const flags = flagsOf({
    awsAccessKey: valueOf('aws_access_key_id'),
    awsSecretAccessKey: valueOf('aws_secret_access_key'),
    awsRegion: 'us-east-1',
    cloudProvider: 'aws',
    dbpath: sandbox.dbpath,
    kmipPort: '0',
    mongodPort: '27017',
  })
  const proxy = await startProxy(flags, sandbox.environment)
  const [keyId] = await readdir(join(sandbox.dbpath, 'key.store'))
  const client = await proxy.connect()
  expect((await client.get(keyId!)).key.revealBytes()).toHaveLength(32)
  await expect(client.create(aesKey)).rejects.toMatchObject({ resultReason: 'PermissionDenied' })
  await client.close()
  expect((await stat(join(sandbox.dbpath, 'kmipClient.pem'))).mode & 0o777).toBe(0o600)
  proxy.child.kill('SIGTERM')
  expect(await proxy.exited).toEqual([0, null])
  expect(proxy.events.at(-1)).toMatchObject({ type: 'stopped' })
})

it('tells its failure once and ends with its exit code, without opening the port', async () => {
  const { sandbox, run } = await newCase('rotated-keys')
  const { exitCode, stdout } = await run(['proxy', '-dbpath', sandbox.dbpath, '-kmipPort', '0', '--json'])
  const events = stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)
  expect(exitCode).toBe(4)
  expect(events.filter(({ type }) => type === 'failed')).toMatchObject([{ code: 'CRED-003' }])
  expect(events.some(({ type }) => type === 'serving')).toBe(false)
})

it('serves an empty KMIP server with the policy lab', async () => {
  const folder = await temporaryFolder()
  const proxy = await startProxy(['--policy', 'lab', '--listen', '0', '--certificates', folder])
  expect(proxy.events[0]).toMatchObject({
    type: 'note',
    message: expect.stringContaining('memory') as string,
  })
  const client = await proxy.connect()
  const created = await client.create(aesKey)
  expect((await client.get(created)).length).toBe(256)
  await client.close()
  proxy.child.kill('SIGINT')
  expect(await proxy.exited).toEqual([0, null])
})
