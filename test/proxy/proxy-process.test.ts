import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { certificateFilesIn } from '../../src/proxy/certificate-files.ts'
import { parseEvent, type ProxyEvent } from '../../src/proxy/events.ts'
import { formatOrders } from '../../src/proxy/orders.ts'
import { runProxyProcess } from '../../src/proxy/proxy-process.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { kmsStandIn } from './kms-stand-in.ts'
import { fetchKey } from './mongod.ts'
import { masterKey, order } from './serving.ts'

function eventsIn(output: PassThrough): readonly ProxyEvent[] {
  return String(output.read())
    .split('\n')
    .flatMap(line => parseEvent(line) ?? [])
}

test('orders that are not understood end it with the exit code for usage, and are told', async () => {
  const output = new PassThrough()
  expect(await runProxyProcess(new PassThrough().end('CANARY'), output)).toBe(2)
  expect(eventsIn(output)).toMatchObject([{ type: 'failed', code: 'USAGE-002', exitCode: 2 }])
})

test('more than a megabyte of orders is not read to its end', async () => {
  const endless = new PassThrough()
  const feed = () => {
    while (endless.write(Buffer.alloc(65536, 32)));
  }
  endless.on('drain', feed)
  feed()
  expect(await runProxyProcess(endless, new PassThrough())).toBe(2)
})

test('a signal ends it well while it waits for its orders, and leaves no handler behind', async () => {
  const before = process.listenerCount('SIGTERM')
  const output = new PassThrough()
  const running = runProxyProcess(new PassThrough(), output)
  process.emit('SIGTERM')
  expect(await running).toBe(0)
  expect(output.read()).toBeNull()
  expect(process.listenerCount('SIGTERM')).toBe(before)
})

test('it serves on when nobody reads its events any more, and ends well on SIGTERM', async () => {
  const { endpoint } = await kmsStandIn(() => ({ plaintext: masterKey }))
  const folder = await temporaryFolder()
  const orders = { port: 0, certificates: folder, keys: [order(endpoint, { ids: ['key-1', 'key-2'] })] }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'proxy-process.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.end(formatOrders(orders).revealBytes())
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
  for (const keyId of ['key-1', 'key-2', 'key-1']) {
    expect(await fetchKey({ port: serving!.port, ...certificateFilesIn(folder) }, keyId)).toEqual(masterKey)
  }
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
