import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAlive, type ProcessIdentity } from '../../src/lib/process-identity.ts'
import { Secret } from '../../src/lib/secret.ts'
import { adoptProxy } from '../../src/proxy/adopt.ts'
import { writeCertificateFiles } from '../../src/proxy/certificate-files.ts'
import { issueCertificates } from '../../src/proxy/certificates.ts'
import { followEvents, startEmbeddedProxy, stopProxy, type StartOptions } from '../../src/proxy/embedded.ts'
import { parseEvent, type ProxyEvent } from '../../src/proxy/events.ts'
import type { KeyProxy } from '../../src/proxy/key-proxy.ts'
import { formatOrders } from '../../src/proxy/orders.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { kmsStandIn, type Answer } from './kms-stand-in.ts'
import { asMongod, fetchKey } from './mongod.ts'

const masterKey = Buffer.from('0123456789abcdef0123456789abcdef')
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
      keys: [
        {
          ids: ['key-1', 'key-2'],
          wrappedKey: Buffer.from('wrapped'),
          credentials: {
            provider: 'aws',
            accessKeyId: new Secret('ASIACANARY'),
            secretAccessKey: new Secret('CANARY-secret'),
            sessionToken: new Secret('CANARY-token'),
            region: 'us-east-1',
            kmsEndpoint: cloud.endpoint,
          },
        },
      ],
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

test('starts a process that serves the keys, and stops it', async () => {
  const { proxy, events, started, folder } = await startedProxy()
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

  await stopProxy(proxy)
  expect(await isAlive(proxy.identity)).toBe(false)
  await expect(fetchKey(proxy, 'key-1')).rejects.toThrow()
})

test('keeps its secrets out of the process list, the environment and the log', async () => {
  const { proxy, options } = await startedProxy()
  await fetchKey(proxy, 'key-1')
  await stopProxyAfterReading(proxy)

  async function stopProxyAfterReading({ identity: { pid } }: KeyProxy) {
    const shown = process.platform === 'linux' ? [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`] : []
    for (const path of [...shown, options.statusLog]) {
      const text = await readFile(path, 'latin1')
      expect(text).not.toBe('')
      expect(text).not.toMatch(/CANARY/)
      expect(text).not.toContain(masterKey.toString('latin1'))
    }
  }
  expect((await stat(options.statusLog)).mode & 0o777).toBe(0o600)
})

test('goes on telling in its log what happens', async () => {
  const { proxy, options } = await startedProxy()
  const mongod = await asMongod(proxy)
  await mongod.create([]).catch(() => undefined)
  await mongod.close()
  const done = new AbortController()
  for await (const event of followEvents(options.statusLog, { signal: done.signal })) {
    if (event.type !== 'finding') continue
    expect(event.code).toBe('PROXY-004')
    done.abort()
  }
  expect(done.signal.aborted).toBe(true)
})

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

describe('of a proxy that was written down, adopts', () => {
  test('one that still serves', async () => {
    const { proxy } = await startedProxy()
    expect(await adoptProxy(proxy, signal)).toEqual(proxy)
  })

  test('none that has ended', async () => {
    const { proxy } = await startedProxy()
    await stopProxy(proxy)
    expect(await adoptProxy(proxy, signal)).toBeUndefined()
  })

  test('none that has another process’s start time, and does not signal it', async () => {
    const { proxy } = await startedProxy()
    const recycled = { ...proxy, identity: { ...proxy.identity, startedAt: 'another time' } }
    expect(await adoptProxy(recycled, signal)).toBeUndefined()
    await stopProxy(recycled)
    expect(await isAlive(proxy.identity)).toBe(true)
  })

  test('none that does not serve all the keys', async () => {
    const { proxy } = await startedProxy()
    expect(await adoptProxy({ ...proxy, keyIds: ['key-1', 'key-3'] }, signal)).toBeUndefined()
  })

  test('none whose certificates are another run’s by now, or gone', async () => {
    const { proxy, folder } = await startedProxy()
    await writeCertificateFiles(folder, await issueCertificates())
    expect(await adoptProxy(proxy, signal)).toBeUndefined()
    await writeFile(proxy.clientCertificateFile, '')
    expect(await adoptProxy(proxy, signal)).toBeUndefined()
    expect(await adoptProxy({ ...proxy, caFile: join(folder, 'absent') }, signal)).toBeUndefined()
  })

  test('none behind whose port another program listens', async () => {
    const { proxy } = await startedProxy()
    const { proxy: other } = await startedProxy()
    expect(await adoptProxy({ ...proxy, port: other.port }, signal)).toBeUndefined()
  })
})

describe('as a process, the proxy', () => {
  /** The process itself, with its pipes in the hands of the test. */
  function proxyProcess() {
    const [command = '', ...argv] = program
    const child = spawn(command, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  test('ends with the exit code of its failure, and tells it', async () => {
    const child = proxyProcess()
    const output = child.stdout.toArray()
    child.stdin.end('')
    expect(await once(child, 'exit')).toEqual([2, null])
    expect(parseEvent(String(Buffer.concat((await output) as Buffer[])))).toMatchObject({ code: 'USAGE-002' })
  })

  test('ends well on SIGTERM, also while it waits for its orders', async () => {
    const child = proxyProcess()
    // Its handlers stand once it has read something and said nothing to it.
    await new Promise<void>((resolve, reject) =>
      child.stdin.write('{', error => (error ? reject(error) : resolve())),
    )
    await once(child, 'spawn').catch(() => undefined)
    child.kill('SIGTERM')
    const [code, ended] = (await once(child, 'exit')) as [number | null, string | null]
    expect([code, ended]).toSatisfy(([c, s]: [number | null, string | null]) => c === 0 || s === 'SIGTERM')
  })

  test('serves on when nobody reads its events any more', async () => {
    const { options, folder } = await optionsWith({ plaintext: masterKey })
    const child = proxyProcess()
    child.stdin.end(formatOrders(options.orders).revealBytes())
    let output = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      if (output.includes('"serving"')) break
    }
    // Leaving the loop has closed the pipe: what the proxy tells from now on fails with EPIPE.
    const serving = output
      .split('\n')
      .map(parseEvent)
      .find(event => event?.type === 'serving')
    const files = {
      caFile: join(folder, 'kmipCA.pem'),
      clientCertificateFile: join(folder, 'kmipClient.pem'),
    }
    for (const keyId of ['key-1', 'key-2', 'key-1']) {
      expect(await fetchKey({ port: serving!.port, ...files }, keyId)).toEqual(masterKey)
    }
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
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
