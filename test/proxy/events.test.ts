import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { Failure } from '../../src/lib/failure.ts'
import { eventsTo, failedEvent, formatEvent, parseEvent, type ProxyEvent } from '../../src/proxy/events.ts'

const at = new Date('2024-05-01T10:00:00Z')
const failure = new Failure({ code: 'PROXY-001', message: 'm', remedy: 'r', evidence: ['e'] })

test.each<ProxyEvent>([
  { type: 'starting', keyIds: ['k'] },
  { type: 'unwrapped', keyIds: ['k'], provider: 'aws', millis: 12 },
  { type: 'note', message: 'the clock was corrected' },
  { type: 'serving', port: 5696, keyIds: ['k'], caFile: '/ca', clientCertificateFile: '/client' },
  { type: 'served', operation: 'Get', keyId: 'k', peer: '127.0.0.1:1' },
  { type: 'refused', reason: 'no certificate', peer: '127.0.0.1:1' },
  { type: 'finding', code: 'PROXY-004', severity: 'error', message: 'm', remedy: 'r' },
  failedEvent(failure),
  { type: 'stopped' },
])('the event $type is read as it was written', event => {
  const line = formatEvent(event, at)
  expect(JSON.parse(line)).toMatchObject({ v: 1, at: '2024-05-01T10:00:00.000Z' })
  expect(parseEvent(line)).toEqual(event)
})

test.each([
  '',
  'Error: something',
  '{"v":1,"type":"serving"}',
  '{"v":2,"type":"stopped","at":"2024"}',
  '{"v":1,"type":"failed","code":"x","exitCode":5,"message":"","remedy":"","evidence":[]}',
  'null',
])('a line that is no event is none: %s', line => {
  expect(parseEvent(line)).toBeUndefined()
})

test('writes a line for each event', () => {
  const output = new PassThrough()
  const emit = eventsTo(output)
  emit({ type: 'starting', keyIds: [] })
  emit({ type: 'stopped' })
  expect(String(output.read()).trimEnd().split('\n').map(parseEvent)).toEqual([
    { type: 'starting', keyIds: [] },
    { type: 'stopped' },
  ])
})

test('goes on in silence when its reader has gone', async () => {
  let attempts = 0
  const broken = new Writable({
    write: (_chunk, _encoding, done) => {
      attempts += 1
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const emit = eventsTo(broken)
  emit({ type: 'stopped' })
  await new Promise(resolve => broken.once('close', resolve))
  emit({ type: 'stopped' })
  expect(attempts).toBe(1)
})
