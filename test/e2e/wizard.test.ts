import { MongoClient } from 'mongodb'
import { expect, it, onTestFinished } from 'vitest'
import { openTerminal, type Terminal } from '../terminal.ts'
import { cli, newOperator, type Operator } from './program.ts'
import { newCase } from './snapshot.ts'

function open(
  operator: Operator,
  args: readonly string[],
  options: { columns?: number; rows?: number; env?: Readonly<Record<string, string | undefined>> } = {},
): Terminal {
  const { env, ...size } = options
  const terminal = openTerminal({
    command: process.execPath,
    args: [cli, ...args],
    env: { CI: undefined, ...operator.environment, ...env },
    ...size,
  })
  onTestFinished(async () => {
    terminal.end()
    await terminal.exit
  })
  return terminal
}

const freePorts = ['--mongod-port', '0', '--kmip-port', '0']

it('takes the operator by keys from the snapshot to the data, at 80×24, and says how to come back', async () => {
  const operator = await newOperator()
  const terminal = open(operator, ['practice'])
  await terminal.waitFor('Start the key proxy on which port?')
  expect(terminal.screen().join('\n')).toMatch(/PRACTICE: all of this is simulated/)
  terminal.type('0')
  terminal.press('enter')
  await terminal.waitFor('Start mongod on which port?')
  terminal.press('?')
  await terminal.waitFor('What can go wrong')
  terminal.press('escape')
  await terminal.waitFor('Start mongod on which port?')
  terminal.type('0')
  terminal.press('enter')
  await terminal.waitFor('Start it?')
  expect(terminal.screen().join('\n')).toContain('--enableEncryption')
  terminal.press('y')
  await terminal.waitFor('How thoroughly')
  terminal.press('enter')
  await terminal.waitFor('And now?')
  terminal.press('enter')
  expect(await terminal.exit).toMatchObject({ exitCode: 0 })
  const left = terminal.scrollback().join('\n')
  expect(left).toMatch(/✔ Hand-over/)
  expect(left).toContain('snapthaw stop')
  expect(left).toContain('What this was to teach')
  expect(terminal.modes().cursorIsVisible).toBe(true)
  const uri = /mongodb:\/\/127\.0\.0\.1:\d+\/\?directConnection=true/.exec(left)![0]
  const client = new MongoClient(uri)
  try {
    expect(await client.db('shop').collection('orders').countDocuments()).toBeGreaterThan(0)
  } finally {
    await client.close()
  }
})

it('mends role-based access by keys: profile, role, external ID, a wrong code and a right one', async () => {
  const operator = await newOperator()
  const terminal = open(operator, [
    'practice',
    'role-based',
    '--then',
    'stop',
    '--check',
    'quick',
    ...freePorts,
  ])
  await terminal.waitFor('CRED-001')
  terminal.press('enter')
  await terminal.waitFor('Which AWS profile?')
  const assume = async (code: string) => {
    terminal.press('enter')
    await terminal.waitFor('Assume an IAM role')
    terminal.press('enter')
    await terminal.waitFor('External ID')
    terminal.press('enter')
    await terminal.waitFor('ARN of your MFA device')
    terminal.press('enter')
    await terminal.waitFor('The code that your MFA device shows')
    terminal.type(code)
    terminal.press('enter')
  }
  await assume('000000')
  await terminal.waitFor('CRED-014')
  terminal.press('enter')
  await terminal.waitFor('Which AWS profile?')
  const handout = /MFA codes, each works once:\s+(\d{6})/
  for (const question of [
    'Assume an IAM role',
    'External ID',
    'ARN of your MFA device',
    'The code that your',
  ]) {
    terminal.press('enter')
    await terminal.waitFor(question)
  }
  const code = handout.exec(await terminal.waitFor(handout))![1]!
  for (const question of [
    'ARN of your MFA device',
    'External ID',
    'Assume an IAM role',
    'Which AWS profile?',
  ]) {
    terminal.press('left')
    await terminal.waitFor(question)
  }
  await assume(code)
  await terminal.waitFor('Start it?')
  terminal.press('y')
  expect(await terminal.exit).toMatchObject({ exitCode: 0 })
  expect(terminal.everything()).not.toContain(`${code}\r`)
})

it('completes a typed path, goes back, and is cancelled with exit code 130 that leaves nothing running', async () => {
  const { operator, sandbox } = await newCase('first-restore')
  const terminal = open(operator, ['restore', '--mongod', sandbox.mongod, ...freePorts], {
    env: sandbox.environment,
  })
  await terminal.waitFor('Where is the extracted snapshot?')
  terminal.type(sandbox.dbpath.slice(0, -4))
  terminal.press('tab')
  await terminal.waitFor(screen => screen.replace(/\n\s*/g, '').includes(sandbox.dbpath))
  terminal.press('enter')
  await terminal.waitFor('Start it?')
  terminal.press('ctrl+c')
  await terminal.waitFor('still running')
  terminal.press('enter')
  expect(await terminal.exit).toMatchObject({ exitCode: 130 })
  expect((await operator.run(['status'])).stdout).toContain('nothing of it is running')
  expect(terminal.modes().cursorIsVisible).toBe(true)
})

it('goes on after it was killed, asks whether to, and asks nothing twice', async () => {
  const operator = await newOperator()
  const first = open(operator, ['practice', ...freePorts])
  await first.waitFor('Start it?')
  first.kill('SIGKILL')
  await first.exit
  const second = open(operator, ['practice', ...freePorts])
  await second.waitFor('There is an unfinished restore')
  second.press('enter')
  await second.waitFor('Start it?')
  expect(second.everything()).not.toContain('on which port')
  second.press('y')
  await second.waitFor('How thoroughly')
  second.press('enter')
  await second.waitFor('And now?')
  second.press('down', 'enter')
  expect(await second.exit).toMatchObject({ exitCode: 0 })
  expect((await operator.run(['status'])).stdout).toContain('Nothing is running')
})

it('asks the same in plain lines, and ends with exit code 130 at Ctrl-C', async () => {
  const operator = await newOperator()
  const terminal = open(operator, ['practice', '--line', ...freePorts])
  await terminal.waitFor('Start it?')
  terminal.press('ctrl+c')
  await terminal.waitFor('still running')
  terminal.press('enter')
  expect(await terminal.exit).toMatchObject({ exitCode: 130 })
  expect(terminal.everything()).not.toContain('╭')
})
