import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startUnattended } from '../../../src/interviewers/unattended/start.ts'
import { Secret } from '../../../src/lib/secret.ts'
import type { ConfirmQuestion, Question, RestoreEvent } from '../../../src/restore/interview.ts'
import {
  catalogue,
  choice,
  confirm,
  path,
  secret,
  text as textQuestion,
} from '../../../src/restore/questions.ts'
import { collected } from './collected.ts'

const never = new AbortController().signal

function start(format: 'text' | 'json') {
  const out = collected()
  const err = collected()
  const interviewer = startUnattended({ format, stdout: out.stream, stderr: err.stream })
  return { interviewer, out, err }
}

const port = textQuestion(catalogue.kmipPort, { default: '5696' })

describe('a question', () => {
  test('gets its default, and that is said', async () => {
    const { interviewer, out, err } = start('text')
    expect(await interviewer.ask(port, never)).toBe('5696')
    await interviewer.close()
    expect(out.lines()).toEqual(['proxy: Start the key proxy on which port? 5696 (the default)'])
    expect(err.lines()).toEqual([])
  })

  test('says it on standard error where standard output is for NDJSON', async () => {
    const { interviewer, out, err } = start('json')
    await interviewer.ask(confirm(catalogue.startMongod, { default: true, danger: 'change' }), never)
    await interviewer.close()
    expect(out.lines()).toEqual([])
    expect(err.lines()).toEqual([
      'mongod: mongod will open and change these files. Start it? yes (the default)',
    ])
  })

  const options = [{ value: 'quick', label: 'Quick' }]
  test.each<[string, Question, string]>([
    ['a choice without a default', choice(catalogue.check, { options }), 'Add --check quick|deep.'],
    ['a text without a default', textQuestion(catalogue.profile, {}), 'Add --profile NAME.'],
    [
      'a path that is the argument',
      path(catalogue.path, { wants: 'folder' }),
      'snapshot: snapthaw restore PATH.',
    ],
    ['a secret', secret(catalogue.secretAccessKey), 'use --credentials profile'],
    ['a code that is typed unseen but has a flag', secret(catalogue.mfaCode), 'Add --mfa-code N.'],
    [
      'a change that is not made by default',
      confirm(catalogue.writeMetadata, { default: false, danger: 'change' }),
      'Say yes with --write-metadata.',
    ],
  ])('without an answer names the way to give it: %s', async (_, question, remedy) => {
    const { interviewer } = start('text')
    const asked = interviewer.ask(question, never)
    await expect(asked).rejects.toMatchObject({ code: 'USAGE-001', exitCode: 2 })
    await expect(asked).rejects.toThrow(question.prompt)
    await expect(asked.catch((error: unknown) => (error as { remedy: string }).remedy)).resolves.toContain(
      remedy.replace('snapshot: ', ''),
    )
  })

  test('is not answered with a default that cannot be used', async () => {
    const { interviewer } = start('text')
    const taken = textQuestion(catalogue.kmipPort, { default: '5696', problem: () => 'Port 5696 is in use' })
    await expect(interviewer.ask(taken, never)).rejects.toThrow('Port 5696 is in use')
    const disabled = choice(catalogue.check, {
      options: [{ value: 'quick', label: 'Quick', disabled: 'mongod is gone' }],
      default: 'quick',
    })
    await expect(interviewer.ask(disabled, never)).rejects.toThrow('mongod is gone')
  })

  test('that costs nothing is answered with no as well', async () => {
    const harmless: ConfirmQuestion = confirm(catalogue.startMongod, { default: false, danger: 'none' })
    expect(await start('text').interviewer.ask(harmless, never)).toBe(false)
  })

  test('is not answered once the restore is cancelled', async () => {
    await expect(start('text').interviewer.ask(port, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})

const events: readonly RestoreEvent[] = [
  { type: 'step', step: 'snapshot', status: 'started' },
  {
    type: 'finding',
    step: 'snapshot',
    code: 'SNAP-016',
    severity: 'info',
    message: 'The snapshot was taken from a running mongod',
    remedy: 'Let it recover',
  },
  { type: 'step', step: 'snapshot', status: 'done', summary: '7.0.14 · 48.2 GB' },
  { type: 'note', step: 'proxy', message: 'The clock was corrected' },
  {
    type: 'command',
    step: 'mongod',
    purpose: 'start mongod',
    argv: ['mongod', '--dbpath', '/srv/my restore'],
    reasons: [{ argument: '--dbpath', reason: 'the snapshot' }],
  },
  { type: 'progress', step: 'check', done: 3, total: 1200, unit: 'collections', message: 'shop.orders' },
  {
    type: 'ready',
    uri: 'mongodb://127.0.0.1:27017/',
    dbpath: '/srv/my restore',
    mongodVersion: '7.0.14',
    pid: 4711,
    databases: [{ name: 'shop', collections: 1, documents: 2000, sizeOnDisk: 4096 }],
    millis: 3210,
  },
  {
    type: 'failed',
    code: 'CHECK-001',
    exitCode: 7,
    message: 'shop.orders cannot be read',
    remedy: 'Extract it again',
    evidence: ['\u001B[31mchecksum error\u0007'],
  },
]

describe('what is told', () => {
  test('as JSON is one object a line, with the fields of the contract and no others', async () => {
    const { interviewer, out, err } = start('json')
    events.forEach(event => interviewer.tell(event))
    await interviewer.close()
    const told = out.lines().map(line => JSON.parse(line) as Record<string, unknown>)
    expect(told.map(event => Object.keys(event).join(' '))).toEqual([
      'v type at step status',
      'v type at code severity message remedy',
      'v type at step status',
      'v type at argv',
      'v type at step done total unit',
      'v type at uri dbpath mongodVersion pid databases millis',
      'v type at code exitCode message remedy',
    ])
    expect(told.every(({ v, at }) => v === 1 && new Date(at as string).toISOString() === at)).toBe(true)
    expect(told.at(-2)?.databases).toEqual([
      { name: 'shop', collections: 1, documents: 2000, sizeOnDisk: 4096 },
    ])
    expect(err.lines()).toContain('proxy: The clock was corrected')
    expect(err.lines()).toContain('    checksum error')
  })

  test('as text is plain lines, with the command whole on one of them', async () => {
    const { interviewer, out, err } = start('text')
    events.forEach(event => interviewer.tell(event))
    await interviewer.close()
    expect(out.lines()).toEqual([
      'snapshot: started',
      'snapshot: info SNAP-016. The snapshot was taken from a running mongod',
      '    Let it recover',
      'snapshot: done. 7.0.14 · 48.2 GB',
      'proxy: The clock was corrected',
      'mongod: start mongod',
      "mongod --dbpath '/srv/my restore'",
      '    --dbpath: the snapshot',
      'check: shop.orders, 3 of 1,200 collections',
      'Ready after 3.2 s: mongodb://127.0.0.1:27017/',
      '    mongod 7.0.14, process 4711, dbpath /srv/my restore',
      '    shop: 1 collection, 2,000 documents, 4.1 kB',
    ])
    expect(err.lines()).toEqual([
      'Failed: CHECK-001. shop.orders cannot be read',
      '    checksum error',
      'What to do: Extract it again',
      'Why: snapthaw explain CHECK-001',
    ])
  })

  test('never holds a secret, even one that got into an event by mistake', async () => {
    const { interviewer, out } = start('json')
    const argv = ['snapthaw', new Secret('canary') as unknown as string]
    interviewer.tell({ type: 'command', step: 'proxy', purpose: 'by mistake', argv })
    await interviewer.close()
    expect(out.lines()[0]).toContain('"argv":["snapthaw","[secret]"]')
  })

  test('of a thousand amounts of progress is the first and the last', async () => {
    const { interviewer, out } = start('text')
    for (let done = 1; done <= 1000; done++) {
      interviewer.tell({ type: 'progress', step: 'snapshot', done, unit: 'files' })
    }
    interviewer.tell({ type: 'step', step: 'snapshot', status: 'done' })
    await interviewer.close()
    expect(out.lines()).toEqual(['snapshot: 1 file', 'snapshot: 1,000 files', 'snapshot: done'])
  })
})

test('a reader that goes away is no reason to crash', async () => {
  const program = fileURLToPath(new URL('tells-too-long.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number]>])
  expect({ said, exitCode }).toEqual({ said: 'the end\n', exitCode: 0 })
})
