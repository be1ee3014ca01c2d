import { stat } from 'node:fs/promises'
import { Failure } from '../../../src/lib/failure.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { readLesson } from '../../../src/lessons/lesson.ts'
import { startLine } from '../../../src/interviewers/line/start.ts'
import { GoBack, type Occasion, type Question } from '../../../src/restore/interview.ts'

// A program for a real terminal: it asks the questions that its arguments name, one after the other, as a story would,
// and says what came back. It ends as the command line does, with the exit code of the failure.

const questions: Readonly<Record<string, Question>> = {
  credentials: {
    id: 'credentials',
    step: 'credentials',
    lesson: 'credentials',
    kind: 'choice',
    prompt: 'Which credentials shall open the key?',
    details: ['The metadata file has access key AKIA…7Q'],
    options: [
      { value: 'metadata', label: 'The metadata file' },
      { value: 'profile', label: 'An AWS profile', hint: '2 found' },
      { value: 'environment', label: 'The environment', disabled: 'AWS_ACCESS_KEY_ID is not set' },
    ],
    default: 'metadata',
  },
  'kmip-port': {
    id: 'kmip-port',
    step: 'proxy',
    lesson: 'kmip-port',
    kind: 'text',
    prompt: 'Start the key proxy on which port?',
    default: '5696',
    byHand: 'kmipProxyStandalone -kmipPort 5696',
    problem: answer => Promise.resolve(/^\d+$/.test(answer) ? undefined : 'A port is a number'),
  },
  'aws-secret-access-key': {
    id: 'aws-secret-access-key',
    step: 'credentials',
    lesson: 'aws-secret-access-key',
    kind: 'secret',
    prompt: 'Secret access key',
  },
  'start-mongod': {
    id: 'start-mongod',
    step: 'mongod',
    lesson: 'start-mongod',
    kind: 'confirm',
    prompt: 'mongod will open and change these files. Start it?',
    default: true,
    danger: 'change',
  },
  'remove-copy': {
    id: 'remove-copy',
    step: 'handover',
    lesson: 'then',
    kind: 'confirm',
    prompt: 'Remove the copy?',
    default: false,
    danger: 'destructive',
  },
  recover: {
    id: 'recover',
    step: 'credentials',
    lesson: 'recover',
    kind: 'choice',
    prompt: 'What now?',
    options: [
      { value: 'again', label: 'Try again' },
      { value: 'quit', label: 'Quit' },
    ],
    failure: {
      code: 'CRED-003',
      message: 'The cloud does not know access key AKIA…7Q',
      remedy: 'Choose other credentials',
      evidence: ['UnrecognizedClientException: \u001B[2Jthe security token is invalid'],
    },
  },
}

const [mode = 'terse', ...ids] = process.argv.slice(2)
const occasion: Occasion = {
  command: 'practice',
  sessionId: () => undefined,
  path: () => undefined,
  simulated: true,
  logPath: () => undefined,
  handout: ['MFA code: 123456'],
  teach: mode === 'teach',
}
const interruption = new AbortController()
process.on('SIGTERM', () => interruption.abort())

const { stdin, stdout } = process
const interviewer = startLine(occasion, { stdin, stdout, lesson: readLesson })
// Something happens while the operator is typing: at the character `!`.
stdin.on('keypress', character => {
  if (character === '!') interviewer.tell({ type: 'note', step: 'proxy', message: 'told meanwhile' })
})
try {
  for (const id of ids) {
    const question = questions[id]
    if (question === undefined) throw new TypeError(`No question is called ${id}`)
    const answer = await interviewer.ask(question, interruption.signal)
    interviewer.tell({
      type: 'note',
      step: question.step,
      message: `answered ${answer instanceof Secret ? `${answer.reveal().length} characters` : JSON.stringify(answer)}`,
    })
  }
} catch (error) {
  if (error instanceof GoBack) stdout.write('went back\n')
  else if (error instanceof Failure) {
    // A command has work to do before it ends, such as closing its session: Node must still be alive for it.
    await stat(import.meta.filename)
    const { code, exitCode, message, remedy } = error
    interviewer.tell({ type: 'failed', code, exitCode, message, remedy })
    process.exitCode = exitCode
  } else throw error
}
await interviewer.close()
stdout.write('the end\n')
