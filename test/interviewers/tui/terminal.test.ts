import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.clear())
afterAll(() => stage.close())

describe('the terminal', () => {
  const asShellsWantIt = { cursorIsVisible: true, alternateScreen: false, bracketedPaste: false }

  it('is given back after Ctrl-C, which answers at once and may be followed by a question', async () => {
    const { terminal, answers } = await stage.tell('leave')
    await terminal.waitFor('❯ 5696')
    terminal.press('ctrl+c')
    await terminal.waitFor('Leave it, or stop it?')
    terminal.press('enter')
    await terminal.exit
    expect(await answers()).toEqual([
      { interrupt: 1 },
      { 'kmip-port': 'cancelled' },
      { 'leave-running': 'leave' },
    ])
    expect(terminal.modes()).toEqual(asShellsWantIt)
    expect(terminal.scrollback().join('\n')).toContain('Cancelled. Run the same command again')
  })

  it('is given back when a second Ctrl-C forces the end', async () => {
    const { terminal } = await stage.tell('work')
    await terminal.waitFor('Copying')
    terminal.press('ctrl+c')
    await terminal.waitFor('Ctrl-C again ends it at once')
    terminal.press('ctrl+c')
    expect(await terminal.exit).toMatchObject({ exitCode: 130 })
    expect(terminal.modes()).toEqual(asShellsWantIt)
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('is given back on %s', async signal => {
    const { terminal } = await stage.tell('choice')
    await terminal.waitFor('❯ 5696')
    terminal.kill(signal)
    await terminal.exit
    expect(terminal.modes()).toEqual(asShellsWantIt)
  })

  it('is given back when the story crashes', async () => {
    const { terminal } = await stage.tell('crash')
    await terminal.waitFor('❯ 5696')
    terminal.press('enter')
    expect(await terminal.exit).toMatchObject({ exitCode: 1 })
    expect(terminal.modes()).toEqual(asShellsWantIt)
    expect(terminal.scrollback().join('\n')).toContain('a bug in the story')
  })

  it('is given back when drawing fails, and whoever waits learns of it', async () => {
    const { terminal } = await stage.tell('broken')
    expect(await terminal.exit).toMatchObject({ exitCode: 1 })
    expect(terminal.modes()).toEqual(asShellsWantIt)
    expect(terminal.scrollback().join('\n')).toContain('TypeError')
  })

  it('forgets a question that is withdrawn', async () => {
    const { terminal, answers } = await stage.tell('withdrawn')
    await terminal.waitFor('❯ 5696')
    terminal.kill('SIGUSR2')
    await terminal.exit
    expect(await answers()).toEqual([{ 'kmip-port': 'cancelled' }])
  })

  it('goes to the shell on Ctrl-Z, and comes back with fg', async () => {
    const shell = stage.open({
      command: 'bash',
      args: ['--norc', '--noprofile', '-i'],
      env: { PS1: 'shell> ', HISTFILE: undefined, CI: undefined, HOME: '/home/me' },
    })
    await shell.waitFor('shell> ')
    shell.type(`'${process.execPath}' '${stage.path}' choice\r`)
    await shell.waitFor('❯ 5696')
    shell.press('ctrl+z')
    await shell.waitFor('Stopped')
    // A shell has paste bracketed too.
    expect(shell.modes()).toEqual({ ...asShellsWantIt, bracketedPaste: true })
    shell.type('fg\r')
    await shell.waitFor('❯ 5696')
    shell.press('down')
    await shell.waitFor('❯ 5697')
    shell.press('ctrl+c')
    await shell.waitFor('not finished')
    expect(shell.scrollback().join('\n')).toContain('shell> fg')
  })
})
