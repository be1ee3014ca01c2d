import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openTerminal } from '../../terminal.ts'

const program = fileURLToPath(new URL('questionnaire.ts', import.meta.url))

function ask(
  ids: readonly string[],
  { mode = 'terse', env = {} }: { mode?: string; env?: Record<string, string> } = {},
) {
  return openTerminal({ command: process.execPath, args: [program, mode, ...ids], env, rows: 50 })
}

test('a choice is listed once by number, Enter takes the default, and a word of the flag does too', async () => {
  const terminal = ask(['credentials', 'credentials', 'credentials'])
  await terminal.waitFor('Answer with a number: (1)')
  expect(terminal.screen().join('\n')).toContain(
    'The metadata file has access key AKIA…7Q\ncredentials: Which credentials',
  )
  terminal.press('enter')
  await terminal.waitFor(/answered "metadata"[^]*Answer with/)
  terminal.type('2')
  terminal.press('enter')
  await terminal.waitFor(/answered "profile"[^]*Answer with/)
  terminal.type('profile')
  terminal.press('enter')
  expect(await terminal.exit).toEqual({ exitCode: 0, signal: undefined })
})

test('an option that cannot be chosen now says why', async () => {
  const terminal = ask(['credentials'])
  await terminal.waitFor(
    /3\. The environment, not now: AWS_ACCESS_KEY_ID is not set[^]*Answer with a number:/,
  )
  terminal.type('3')
  terminal.press('enter')
  await terminal.waitFor(/This cannot be the answer: Not now: AWS_ACCESS_KEY_ID is not set[^]*Answer with/)
  terminal.type('9')
  terminal.press('enter')
  await terminal.waitFor(/Type a number from 1 to 3[^]*Answer with/)
  terminal.press('ctrl+c')
  expect(await terminal.exit).toMatchObject({ exitCode: 130 })
})

test('a question mark explains, a bad answer is asked for again, and a pasted line submits', async () => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor('Answer with text: (5696)')
  terminal.type('?')
  terminal.press('enter')
  await terminal.waitFor(
    /kmip-port: Port of the key proxy[^]*What can go wrong[^]*Answer with text: \(5696\)/,
  )
  terminal.type('many')
  terminal.press('enter')
  await terminal.waitFor(/This cannot be the answer: A port is a number[^]*Answer with/)
  terminal.paste('27100\n')
  await terminal.waitFor('answered "27100"')
})

test('what would be run by hand stands on a line of its own', async () => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor(/^By hand:\nkmipProxyStandalone -kmipPort 5696$[^]*Answer with/m)
  terminal.press('enter')
  expect(await terminal.exit).toMatchObject({ exitCode: 0 })
})

test('a secret never reaches the screen, nor does its length', async () => {
  const terminal = ask(['aws-secret-access-key'])
  await terminal.waitFor('Answer with a secret, which is not shown:')
  terminal.type('canary-4711')
  terminal.press('enter')
  await terminal.waitFor('answered 11 characters')
  await terminal.exit
  expect(terminal.everything()).not.toMatch(/canary|4711|\*{2}|•{2}/)
})

test('what changes something needs a word: Enter alone is no yes', async () => {
  const terminal = ask(['start-mongod'])
  await terminal.waitFor('Answer with yes or no:')
  terminal.press('enter')
  await terminal.waitFor(/This cannot be the answer: Type yes or no[^]*Answer with/)
  terminal.type('y')
  terminal.press('enter')
  await terminal.waitFor('answered true')
})

test('what cannot be undone needs its name, and Enter leaves things as they are', async () => {
  const terminal = ask(['remove-copy', 'remove-copy'])
  await terminal.waitFor('Answer with the word remove-copy, or nothing:')
  terminal.type('yes')
  terminal.press('enter')
  await terminal.waitFor(/Type remove-copy, or nothing to leave things[^]*Answer with/)
  terminal.type('remove-copy')
  terminal.press('enter')
  await terminal.waitFor(/answered true[^]*Answer with/)
  terminal.press('enter')
  await terminal.waitFor('answered false')
})

test('a failure is a block with its evidence, which cannot move the cursor, and its own lesson', async () => {
  const terminal = ask(['recover'])
  const screen = await terminal.waitFor('Answer with a number:')
  expect(screen).toContain(
    [
      'Failed: CRED-003. The cloud does not know access key AKIA…7Q',
      '    UnrecognizedClientException: the security token is invalid',
      'What to do: Choose other credentials',
    ].join('\n'),
  )
  terminal.type('?')
  terminal.press('enter')
  await terminal.waitFor(/CRED-003: The cloud does not know these credentials[^]*Answer with/)
  terminal.type('2')
  terminal.press('enter')
  await terminal.waitFor('answered "quit"')
})

test('an angle bracket goes back', async () => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor('Answer with text:')
  terminal.type('<')
  terminal.press('enter')
  await terminal.waitFor('went back')
})

test.each(['ctrl+c', 'ctrl+d'])('%s ends with 130, never with 0', async key => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor('Answer with text:')
  terminal.press(key)
  expect(await terminal.exit).toEqual({ exitCode: 130, signal: undefined })
  expect(terminal.screen().join('\n')).toContain('Cancelled. Run the same command again')
})

test('a signal ends it in the middle of a question', async () => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor('Answer with text:')
  terminal.kill('SIGTERM')
  expect(await terminal.exit).toEqual({ exitCode: 130, signal: undefined })
})

test('after Ctrl-Z and fg the question still waits', async () => {
  const terminal = openTerminal({
    command: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    env: { program, node: process.execPath, PS1: '$ ' },
    rows: 50,
  })
  await terminal.waitFor('$ ')
  terminal.type('"$node" "$program" terse kmip-port\n')
  await terminal.waitFor('Answer with text:')
  terminal.press('ctrl+z')
  await terminal.waitFor('Stopped')
  terminal.type('fg\n')
  await terminal.waitFor(/fg\n"\$node" "\$program" terse kmip-port/)
  terminal.type('27100')
  terminal.press('enter')
  await terminal.waitFor(/answered "27100"\nthe end\n\$/)
  terminal.type('exit\n')
  expect(await terminal.exit).toMatchObject({ exitCode: 0 })
})

test('what is told while a line is being typed waits for its end', async () => {
  const terminal = ask(['kmip-port'])
  await terminal.waitFor('Answer with text:')
  terminal.type('27!00')
  terminal.press('enter')
  await terminal.waitFor('This cannot be the answer')
  expect(terminal.screen().join('\n')).toContain('Answer with text: 27!00\nproxy: told meanwhile\n')
})

test('with the lessons open, each is told in short the first time', async () => {
  const terminal = ask(['kmip-port', 'kmip-port'], { mode: 'teach' })
  await terminal.waitFor('Answer with text:')
  terminal.press('enter')
  await terminal.waitFor(/answered[^]*Answer with text:/)
  terminal.press('enter')
  await terminal.exit
  expect(
    terminal
      .scrollback()
      .join('\n')
      .match(/5696 is the port that is registered for KMIP/g),
  ).toHaveLength(1)
})

test('practice says that nothing is real and hands out what the exercise needs', async () => {
  const terminal = ask([])
  await terminal.waitFor(/Nothing real is touched\.\nFor this exercise:\n {2}MFA code: 123456/)
})

test.each(['xterm-256color', 'dumb'])(
  'with TERM=%s there is no colour, no box and no spinner',
  async TERM => {
    const terminal = ask(['credentials', 'recover'], { env: { TERM, FORCE_COLOR: '3' } })
    await terminal.waitFor('Answer with a number: (1)')
    terminal.press('enter')
    await terminal.waitFor(/What now\?[^]*Answer with/)
    terminal.type('1')
    terminal.press('enter')
    await terminal.exit
    const sequences = terminal.everything().split('\u001B[')
    expect(sequences.filter(sequence => /^[\d;]*m/.test(sequence))).toEqual([])
    expect(terminal.everything()).not.toMatch(/[\u2500-\u257F\u2800-\u28FF✔❯]/)
  },
)
