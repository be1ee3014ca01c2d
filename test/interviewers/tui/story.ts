/**
 * A program for a terminal: it tells a made-up story to the wizard's screen, as the restore would. Its argument names the
 * scene; what was answered is written to the file named by SNAPTHAW_TEST_ANSWERS, a JSON document a line.
 */
import { appendFileSync } from 'node:fs'
import { startTui } from '../../../src/interviewers/tui/start.tsx'
import type { Lesson } from '../../../src/lessons/lesson.ts'
import { Failure } from '../../../src/lib/failure.ts'
import { Secret } from '../../../src/lib/secret.ts'
import {
  GoBack,
  type Answer,
  type Interviewer,
  type Occasion,
  type Question,
  type RestoreEvent,
} from '../../../src/restore/interview.ts'

const [scene = 'choice', ...options] = process.argv.slice(2)
const controller = new AbortController()
let interrupts = 0

const occasion: Occasion = {
  command: options.includes('practice') ? 'practice' : 'restore',
  sessionId: () => '3f2a',
  path: () => `${process.env.HOME ?? ''}/restores/rs0`,
  simulated: options.includes('practice'),
  logPath: () => process.env.SNAPTHAW_TEST_LOG,
  handout: options.includes('practice')
    ? ['Role ARN      arn:aws:iam::123456789012:role/snapshot-restore', 'External id   winter-2031']
    : [],
  teach: !options.includes('terse'),
}

const lesson: Lesson = {
  id: 'kmip-port',
  chapter: 'questions',
  title: 'The port of the key proxy',
  happens: 'mongod asks the key proxy for its master key over **KMIP**, at `127.0.0.1`.',
  why: 'mongod keeps no key of its own. It asks a KMIP server at start, once, and holds the key in memory. The proxy is that server: it has the master key from the cloud, and gives it to nobody but this mongod.',
  wrong: '- Another program has the port.\n- The port is below 1024, and only root may listen there.',
  byHand: 'Start the proxy by itself:\n\n```sh\nsnapthaw proxy -kmipPort 5696\n```',
}

const tui = await startTui(occasion, {
  stdin: process.stdin,
  stdout: process.stdout,
  environment: process.env,
  lesson: id => Promise.resolve(id === 'nothing' ? undefined : { ...lesson, id }),
  onInterrupt: () => {
    interrupts += 1
    record({ interrupt: interrupts })
    controller.abort()
    if (interrupts === 2) process.exit(130)
  },
})

function record(entry: unknown): void {
  const path = process.env.SNAPTHAW_TEST_ANSWERS
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(entry)}\n`)
}

/** Asks, and writes down what came of it. Going back asks again, as the story would ask the question before. */
async function ask(question: Question, asked: Interviewer = tui): Promise<Answer> {
  try {
    const answer: Answer = await asked.ask(question, controller.signal)
    record({ [question.id]: answer instanceof Secret ? { secretOf: answer.reveal().length } : answer })
    return answer
  } catch (error) {
    if (error instanceof GoBack) {
      record({ [question.id]: 'back' })
      return 'back'
    }
    if (error instanceof Failure && error.code === 'CANCELLED') {
      record({ [question.id]: 'cancelled' })
      return 'cancelled'
    }
    throw error
  }
}

const base = { step: 'proxy', lesson: 'kmip-port' } as const

const port: Question = {
  ...base,
  id: 'kmip-port',
  kind: 'choice',
  prompt: 'Start the key proxy on which port?',
  byHand: 'kmipProxyStandalone -cloudProvider aws -dbpath ~/restores/rs0 -kmipPort 5696 -mongodPort 27018',
  options: [
    { value: '5696', label: '5696', hint: 'the KMIP port, free' },
    { value: '5697', label: '5697', disabled: 'taken by pid 4711' },
    { value: 'other', label: 'choose another' },
  ],
  default: '5696',
}

const command: RestoreEvent = {
  type: 'command',
  step: 'mongod',
  purpose: 'Start mongod on the snapshot',
  argv: [
    '/opt/mongodb-enterprise/7.0.14/bin/mongod',
    '--dbpath',
    '/data/restores/rs0',
    '--port',
    '27018',
    '--bind_ip',
    '127.0.0.1',
    '--enableEncryption',
    '--kmipServerName',
    '127.0.0.1',
    '--kmipPort',
    '5696',
    '--kmipServerCAFile',
    '/data/restores/rs0/kmipCA.pem',
    '--kmipClientCertificateFile',
    '/data/restores/rs0/kmipClient.pem',
    '--setParameter',
    'diagnosticDataCollectionEnabled=false',
  ],
  reasons: [
    { argument: '--dbpath /data/restores/rs0', reason: 'the files of the snapshot' },
    { argument: '--port 27018', reason: 'free on this machine' },
    { argument: '--bind_ip 127.0.0.1', reason: 'nobody but this machine can connect' },
    { argument: '--enableEncryption', reason: 'the files are encrypted' },
    { argument: '--kmipServerName 127.0.0.1', reason: 'where the key proxy listens' },
    { argument: '--kmipPort 5696', reason: 'its port' },
    {
      argument: '--kmipServerCAFile /data/restores/rs0/kmipCA.pem',
      reason: 'how mongod knows the proxy: made for this run',
    },
    {
      argument: '--kmipClientCertificateFile /data/restores/rs0/kmipClient.pem',
      reason: 'how the proxy knows mongod',
    },
    {
      argument: '--setParameter diagnosticDataCollectionEnabled=false',
      reason: 'no diagnostic files in the snapshot',
    },
  ],
}

const begun: readonly RestoreEvent[] = [
  { type: 'step', step: 'snapshot', status: 'started' },
  {
    type: 'step',
    step: 'snapshot',
    status: 'done',
    summary: '7.0.14 · 48.2 GB · 214 files · 1 key (aws, us-east-1)',
  },
  { type: 'step', step: 'credentials', status: 'started' },
  {
    type: 'step',
    step: 'credentials',
    status: 'done',
    summary: 'role snapshot-restore · decrypts · expires in 54 min',
  },
  { type: 'step', step: 'proxy', status: 'started' },
]

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  choice: () => ask(port),
  twice: async () => {
    await ask(port)
    await ask({ ...base, id: 'second', kind: 'text', prompt: 'And now?' })
  },
  again: async () => {
    while ((await ask(port)) === 'back')
      tui.tell({ type: 'note', step: 'proxy', message: 'One question back' })
  },
  many: () =>
    ask({
      ...base,
      id: 'profile',
      kind: 'choice',
      prompt: 'Which profile?',
      options: Array.from({ length: 40 }, (_, index) => ({
        value: `p${index}`,
        label: `profile-${index}`,
        hint: 'SSO',
      })),
    }),
  text: () =>
    ask({
      ...base,
      id: 'port',
      kind: 'text',
      prompt: 'Which port?',
      default: '5696',
      problem: async answer => {
        await new Promise(resolve => setImmediate(resolve))
        return /^\d+$/.test(answer) ? undefined : `${answer} is not a port`
      },
    }),
  value: () => ask({ ...base, id: 'assume-role', kind: 'text', prompt: 'Assume which role?' }),
  path: () => ask({ ...base, id: 'path', kind: 'path', prompt: 'Where is the snapshot?', wants: 'folder' }),
  secret: () => ask({ ...base, id: 'key', kind: 'secret', prompt: 'Secret access key' }),
  none: () =>
    ask({ ...base, id: 'check', kind: 'confirm', prompt: 'Check the data?', default: true, danger: 'none' }),
  change: () =>
    ask({
      ...base,
      id: 'write-metadata',
      kind: 'confirm',
      prompt: 'Write this change to the metadata file?',
      details: ['  "accessKeyId":  AKIA…7Q → ASIA…QX', '  "sessionToken": (none) → [secret]'],
      default: false,
      danger: 'change',
    }),
  destructive: () =>
    ask({
      ...base,
      id: 'fresh',
      kind: 'confirm',
      prompt: 'Start over? What session 3f2a has decided is forgotten.',
      default: false,
      danger: 'destructive',
    }),
  command: async () => {
    tui.tell({
      type: 'step',
      step: 'proxy',
      status: 'done',
      summary: 'unwrapped 1 key · listening on 127.0.0.1:5696',
    })
    tui.tell({ type: 'step', step: 'mongod', status: 'started' })
    tui.tell(command)
    await ask({
      id: 'start-mongod',
      step: 'mongod',
      lesson: 'start-mongod',
      kind: 'confirm',
      prompt: 'mongod will open and change these files. Start it?',
      default: true,
      danger: 'change',
    })
  },
  failure: () =>
    ask({
      ...base,
      id: 'recover',
      kind: 'choice',
      prompt: 'What now?',
      options: [
        { value: 'change', label: 'Answer this step again' },
        { value: 'again', label: 'Try again with the same answers' },
        { value: 'quit', label: 'Quit', hint: 'the same command goes on from here' },
      ],
      failure: {
        code: 'PROXY-003',
        message: 'Port 5696 is taken by pid 4711 (kmipProxyStandal)',
        remedy: 'Stop that program, or take another port: --kmip-port 0',
        evidence: [
          'listen EADDRINUSE: address already in use 127.0.0.1:5696',
          'esc\x1b]52;c;aGFja2Vk\x07ape',
        ],
      },
    }),
  findings: async () => {
    tui.tell({
      type: 'finding',
      step: 'proxy',
      code: 'SNAP-011',
      severity: 'warning',
      message: 'There are 3.1 GB free where the snapshot lies; mongod writes a journal of up to 1 GB',
      remedy: 'Free some space, or copy the snapshot to a larger disk',
    })
    await ask(port)
  },
  work: async () => {
    tui.tell({
      type: 'progress',
      step: 'proxy',
      done: 12_300_000_000,
      total: 28_100_000_000,
      unit: 'bytes',
      message: 'Copying',
    })
    await ask(await new Promise<Question>(() => undefined))
  },
  ready: async () => {
    tui.tell({
      type: 'step',
      step: 'proxy',
      status: 'done',
      summary: 'unwrapped 1 key · listening on 127.0.0.1:5696',
    })
    tui.tell({ type: 'step', step: 'mongod', status: 'started' })
    tui.tell({
      type: 'step',
      step: 'mongod',
      status: 'done',
      summary: '7.0.14 on 127.0.0.1:27018 · pid 5150',
    })
    tui.tell({ type: 'step', step: 'check', status: 'started' })
    tui.tell({
      type: 'step',
      step: 'check',
      status: 'done',
      summary: '2 databases · 9 collections · every one answers',
    })
    tui.tell({ type: 'step', step: 'handover', status: 'started' })
    tui.tell({
      type: 'ready',
      uri: 'mongodb://127.0.0.1:27018/?directConnection=true',
      dbpath: '/data/restores/rs0',
      mongodVersion: '7.0.14',
      pid: 5150,
      databases: [
        { name: 'shop', collections: 6, documents: 120_431, sizeOnDisk: 48_200_000 },
        { name: 'audit', collections: 3, documents: 9, sizeOnDisk: 40_960 },
      ],
      millis: 42_300,
    })
    await ask({
      id: 'then',
      step: 'handover',
      lesson: 'then',
      kind: 'choice',
      prompt: 'The data is there. And now?',
      options: [
        { value: 'leave', label: 'Leave it running' },
        { value: 'stop', label: 'Stop mongod and the key proxy' },
      ],
    })
    tui.tell({ type: 'step', step: 'handover', status: 'done', summary: 'left running' })
    tui.tell({ type: 'note', step: 'handover', message: 'Stop it with: snapthaw stop 3f2a' })
  },
  // What a story does when it is cancelled while something runs: one more question.
  leave: async () => {
    if ((await ask(port)) !== 'cancelled') return
    const answer = await tui.ask(
      {
        ...base,
        id: 'leave-running',
        kind: 'choice',
        prompt: 'The key proxy is still running. Leave it, or stop it?',
        options: [
          { value: 'leave', label: 'Leave it running' },
          { value: 'stop', label: 'Stop it' },
        ],
      },
      new AbortController().signal,
    )
    record({ 'leave-running': answer })
    tui.tell({
      type: 'failed',
      code: 'CANCELLED',
      exitCode: 130,
      message: 'The restore is cancelled',
      remedy: 'Run the same command again to go on from here',
    })
  },
  withdrawn: async () => {
    // `on` and not `once`: Ink ends the process on a signal to which nobody else listens any more.
    process.on('SIGUSR2', () => controller.abort())
    await ask(port)
  },
  crash: async () => {
    await ask(port)
    throw new Error('a bug in the story')
  },
  broken: async () => {
    // A summary that is no text: React refuses to draw it.
    tui.tell({ type: 'step', step: 'proxy', status: 'done', summary: { no: 'text' } as unknown as string })
    await ask(port)
  },
}

for (const event of begun) tui.tell(event)
await scenes[scene]?.()
await tui.close()
