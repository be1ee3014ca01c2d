import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAlive, type ProcessIdentity } from '../../src/lib/process-identity.ts'
import { adoptProxy } from '../../src/proxy/adopt.ts'
import { followEvents, startEmbeddedProxy, stopProxy, type StartOptions } from '../../src/proxy/embedded.ts'
import type { ProxyEvent } from '../../src/proxy/events.ts'
import type { KeyProxy } from '../../src/proxy/key-proxy.ts'
import { formatOrders } from '../../src/proxy/orders.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { kmsStandIn, type Answer } from './kms-stand-in.ts'
import { fetchKey } from './mongod.ts'
import { masterKey, order } from './serving.ts'

const program = [process.execPath, join(import.meta.dirname, 'proxy-process.ts')]
const { signal } = new AbortController()

/** Options for a proxy whose cloud gives this answer. Whatever is started ends with the test. */
async function optionsWith(answer: Answer, change: Partial<StartOptions> = {}) {
  const cloud = await kmsStandIn(() => answer)
  const folder = await temporaryFolder()
  const started: ProcessIdentity[] = []
  const events: ProxyEvent[] = []
  onTestFinished(async () => {
    for (const identity of started) await stopProxy({ identity })
  })
  const options: StartOptions = {
    program,
    orders: {
      port: 0,
      certificates: folder,
      keys: [order(cloud.endpoint, { ids: ['key-1', 'key-2'] })],
    },
    statusLog: join(folder, 'proxy.ndjson'),
    environment: { ...process.env, AWS_SECRET_ACCESS_KEY: 'CANARY-environment' },
    onStarted: identity => {
      started.push(identity)
      return Promise.resolve()
    },
    onEvent: event => events.push(event),
    signal,
    ...change,
  }
  return { options, started, events, folder, cloud }
}

async function startedProxy() {
  const { options, ...rest } = await optionsWith({ plaintext: masterKey })
  return { proxy: await startEmbeddedProxy(options), options, ...rest }
}

test('starts a process that serves the keys, tells what happens, shows no secret, and can be stopped', async () => {
  const { proxy, events, started, folder, options } = await startedProxy()
  expect(proxy).toMatchObject({
    engine: 'embedded',
    host: '127.0.0.1',
    keyIds: ['key-1', 'key-2'],
    caFile: join(folder, 'kmipCA.pem'),
    clientCertificateFile: join(folder, 'kmipClient.pem'),
  })
  expect(started).toEqual([proxy.identity])
  expect(events.map(event => event.type)).toEqual(['starting', 'unwrapped', 'serving'])

  expect(await fetchKey(proxy, 'key-2')).toEqual(masterKey)
  const done = new AbortController()
  for await (const event of followEvents(options.statusLog, { signal: done.signal })) {
    if (event.type === 'served') done.abort()
  }
  await expectNoSecrets(proxy, options.statusLog)

  await stopProxy(proxy)
  expect(await isAlive(proxy.identity)).toBe(false)
  await expect(fetchKey(proxy, 'key-1')).rejects.toThrow()
})

async function expectNoSecrets({ identity: { pid } }: KeyProxy, statusLog: string): Promise<void> {
  const shown = process.platform === 'linux' ? [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`] : []
  for (const path of [...shown, statusLog]) {
    const text = await readFile(path, 'latin1')
    expect(text).not.toBe('')
    expect(text).not.toMatch(/CANARY/)
    expect(text).not.toContain(masterKey.toString('latin1'))
  }
  expect((await stat(statusLog)).mode & 0o777).toBe(0o600)
}

describe('throws, and leaves no process behind,', () => {
  async function failureOf({ options, started }: Awaited<ReturnType<typeof optionsWith>>) {
    const failure: unknown = await startEmbeddedProxy(options).then(
      () => undefined,
      (error: unknown) => error,
    )
    for (const identity of started) expect(await isAlive(identity)).toBe(false)
    return failure
  }

  test('the failure that the proxy tells of', async () => {
    const setting = await optionsWith({ error: 'DisabledException', message: 'key/1 is disabled.' })
    expect(await failureOf(setting)).toMatchObject({ code: 'PROXY-002', exitCode: 5, backTo: 'credentials' })
    expect(setting.started).toHaveLength(1)
  })

  test('when the program cannot be run', async () => {
    const setting = await optionsWith('silence', { program: [join(await temporaryFolder(), 'absent')] })
    expect(await failureOf(setting)).toMatchObject({ code: 'PROXY-008' })
    expect(setting.started).toEqual([])
  })

  test('when the program ends without a word of why, with what it did write', async () => {
    const crashing = [
      process.execPath,
      '-e',
      'process.stdin.on("data", () => { throw new Error("out of luck") })',
    ]
    const setting = await optionsWith('silence', { program: crashing })
    const failure = await failureOf(setting)
    expect(failure).toMatchObject({ code: 'PROXY-008' })
    expect(failure).toHaveProperty(
      'evidence',
      expect.arrayContaining([expect.stringContaining('out of luck')]),
    )
  })

  test('when it is told to stop before the proxy serves', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const setting = await optionsWith('silence', { signal: stop.signal })
    void setting.cloud.asked.then(() => stop.abort(reason))
    expect(await failureOf(setting)).toBe(reason)
    expect(setting.started).toHaveLength(1)
  })

  test('when it cannot be written down that the proxy runs: it never gets its orders', async () => {
    const reason = new Error('disk full')
    const setting = await optionsWith({ plaintext: masterKey })
    const onStarted = async (identity: ProcessIdentity) => {
      await setting.options.onStarted(identity)
      throw reason
    }
    expect(await failureOf({ ...setting, options: { ...setting.options, onStarted } })).toBe(reason)
    expect(await readFile(setting.options.statusLog, 'utf8')).not.toContain('unwrapped')
  })
})

test('outlives the process that started it, even one that was killed', async () => {
  const { options, folder } = await optionsWith({ plaintext: masterKey })
  const starter = spawn(
    process.execPath,
    [join(import.meta.dirname, 'proxy-starter.ts'), options.statusLog, ...program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  starter.stdin.end(formatOrders(options.orders).revealBytes())
  const [proxyJson] = (await once(starter.stdout, 'data')) as [Buffer]
  const proxy = JSON.parse(String(proxyJson)) as KeyProxy
  onTestFinished(() => stopProxy(proxy))
  starter.kill('SIGKILL')
  await once(starter, 'exit')
  expect(await adoptProxy(proxy, signal)).toEqual(proxy)
  expect(await fetchKey({ ...proxy, caFile: join(folder, 'kmipCA.pem') }, 'key-1')).toEqual(masterKey)
})
