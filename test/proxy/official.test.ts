import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAlive } from '../../src/lib/process-identity.ts'
import { freePort } from '../../src/lib/ports.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openSandbox } from '../../src/practice/sandbox.ts'
import { findScenario } from '../../src/practice/scenarios.ts'
import type { KeyProxy } from '../../src/proxy/key-proxy.ts'
import { officialCommand, type OfficialOrders } from '../../src/proxy/official-command.ts'
import { complaintIn } from '../../src/proxy/official-output.ts'
import { adoptOfficialProxy, startOfficialProxy, type OfficialOptions } from '../../src/proxy/official.ts'
import { stopProxy } from '../../src/proxy/embedded.ts'
import { officialStandIn, shellProgram } from '../official-proxy.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { fetchKey } from './mongod.ts'

const { signal } = new AbortController()

/** Options for a program in place of the official proxy. Whatever is started ends with the test. */
async function optionsFor(
  program: (folder: string) => Promise<string>,
  change: Partial<OfficialOptions> = {},
) {
  const folder = await temporaryFolder()
  const dbpath = join(folder, 'dbpath')
  await mkdir(dbpath)
  const started: KeyProxy[] = []
  onTestFinished(async () => {
    for (const proxy of started) await stopProxy(proxy)
  })
  const orders: OfficialOrders = {
    program: await program(folder),
    provider: 'aws',
    dbpath,
    kmipPort: await freePort(),
    mongodPort: 27017,
    credentials: undefined,
  }
  const options: OfficialOptions = {
    orders,
    keyIds: ['key-1'],
    log: join(folder, 'proxy.log'),
    secrets: [],
    environment: process.env,
    onStarted: proxy => {
      started.push(proxy)
      return Promise.resolve()
    },
    signal,
    ...change,
  }
  return { options, started, folder }
}

/** A snapshot of a scenario of practice, with the stand-in of the official proxy for it. */
async function snapshotOf(scenario: string) {
  const folder = await temporaryFolder()
  const sandbox = await openSandbox({
    root: join(folder, 'sandbox'),
    scenario: findScenario(scenario)!,
    program: '/nowhere',
    node: process.execPath,
    environment: process.env,
  })
  onTestFinished(() => sandbox.close())
  const { dbpath, environment } = sandbox
  const keyIds = await readdir(join(dbpath, 'key.store'))
  const setting = await optionsFor(officialStandIn, { keyIds, environment })
  const orders = { ...setting.options.orders, dbpath }
  return { ...setting, options: { ...setting.options, orders } }
}

test('starts the program with the flags of the Atlas page, and waits until it serves the key', async () => {
  const { options, started } = await snapshotOf('first-restore')
  const proxy = await startOfficialProxy(options)
  expect(started).toEqual([proxy])
  expect(proxy).toMatchObject({ engine: 'official', port: options.orders.kmipPort, mongodPort: 27017 })
  expect(await fetchKey(proxy, options.keyIds[0]!)).toHaveLength(32)
  expect(await readFile(options.log, 'utf8')).toContain('kmipProxyStandalone for')
  expect((await stat(options.log)).mode & 0o777).toBe(0o600)

  expect(await adoptOfficialProxy(proxy, signal)).toEqual(proxy)
  const another = { ...proxy.identity, startedAt: 'another time' }
  expect(await adoptOfficialProxy({ ...proxy, identity: another }, signal)).toBeUndefined()
  expect(await adoptOfficialProxy({ ...proxy, port: await freePort() }, signal)).toBeUndefined()
  await expect(adoptOfficialProxy(proxy, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')

  await stopProxy(proxy)
  expect(await adoptOfficialProxy(proxy, signal)).toBeUndefined()
})

test('recognises that it wants other credentials in the metadata file', async () => {
  const { options, started } = await snapshotOf('rotated-keys')
  await expect(startOfficialProxy(options)).rejects.toMatchObject({
    code: 'PROXY-007',
    backTo: 'credentials',
    exitCode: 5,
  })
  for (const { identity } of started) expect(await isAlive(identity)).toBe(false)
})

test.each([
  'You must update the metadata files on disk that contain the old credentials',
  'ERROR: unable to decrypt; please update the metadata file',
])('takes for that complaint: %s', line => {
  expect(complaintIn(line)).toMatchObject({ code: 'PROXY-007' })
})

test('takes nothing else for it', () => {
  expect(complaintIn('reading metadata files on disk')).toBeUndefined()
})

const credentials = {
  provider: 'aws',
  accessKeyId: new Secret('ASIACANARY'),
  secretAccessKey: new Secret('canary-secret'),
  sessionToken: new Secret('canary-token'),
  region: 'us-east-1',
} as const

test('its command line shows no secret until it is started', () => {
  const orders = {
    program: '/opt/kmipProxyStandalone',
    provider: 'aws',
    dbpath: '/data/rs0',
    kmipPort: 5696,
    mongodPort: 27017,
    credentials,
  } as const
  expect(officialCommand(orders).map(String).join(' ')).toBe(
    '/opt/kmipProxyStandalone -awsAccessKey [secret] -awsSecretAccessKey [secret] -awsSessionToken [secret] -awsRegion us-east-1 ' +
      '-cloudProvider aws -dbpath /data/rs0 -kmipPort 5696 -mongodPort 27017',
  )
  expect(officialCommand({ ...orders, credentials: undefined }).map(String)).not.toContain('-awsRegion')
})

describe('throws, and leaves no process behind,', () => {
  async function failureOf({ options, started }: Awaited<ReturnType<typeof optionsFor>>) {
    const failure: unknown = await startOfficialProxy(options).then(
      () => undefined,
      (error: unknown) => error,
    )
    for (const { identity } of started) expect(await isAlive(identity)).toBe(false)
    return failure
  }

  test.each([
    ['is no file', (folder: string) => Promise.resolve(folder)],
    ['is not there', (folder: string) => Promise.resolve(join(folder, 'absent'))],
    [
      'is not executable',
      async (folder: string) => {
        await writeFile(join(folder, 'plain'), '#!/bin/sh\n', { mode: 0o644 })
        return join(folder, 'plain')
      },
    ],
    [
      'cannot be run',
      async (folder: string) => {
        await writeFile(join(folder, 'foreign'), '#!/does/not/exist\n', { mode: 0o755 })
        return join(folder, 'foreign')
      },
    ],
  ])('PROXY-006 when the program %s', async (what, program) => {
    expect(await failureOf(await optionsFor(program))).toMatchObject({
      code: 'PROXY-006',
      message: expect.stringContaining(what) as string,
      remedy: expect.stringContaining('chmod +x') as string,
    })
  })

  test('PROXY-008 with its last words, without the secrets in them, when it ends', async () => {
    const setting = await optionsFor(folder =>
      shellProgram(folder, 'kmip', 'echo "cannot use $4"', 'echo "nor canary-lent" >&2', 'exit 3'),
    )
    const options = {
      ...setting.options,
      orders: { ...setting.options.orders, credentials },
      secrets: [new Secret('canary-lent')],
    }
    const failure = await failureOf({ ...setting, options })
    expect(failure).toMatchObject({ code: 'PROXY-008' })
    expect(failure).toHaveProperty('evidence', ['cannot use [secret]', 'nor [secret]'])
  })

  test('PROXY-007 when it complains and does not end', async () => {
    const setting = await optionsFor(folder =>
      shellProgram(folder, 'kmip', 'echo "You must update the metadata files on disk"', 'exec sleep 600'),
    )
    expect(await failureOf(setting)).toMatchObject({ code: 'PROXY-007' })
    expect(setting.started).toHaveLength(1)
  })

  test('when it is told to stop before the program serves', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const setting = await optionsFor(folder => shellProgram(folder, 'kmip', 'exec sleep 600'), {
      signal: stop.signal,
    })
    const onStarted = async (proxy: KeyProxy) => {
      await setting.options.onStarted(proxy)
      stop.abort(reason)
    }
    expect(await failureOf({ ...setting, options: { ...setting.options, onStarted } })).toBe(reason)
    expect(setting.started).toHaveLength(1)
  })
})
