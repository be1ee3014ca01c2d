import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.clear())
afterAll(() => stage.close())

describe('the screen', () => {
  it('is the one of the design at 80×24', async () => {
    const { terminal } = await stage.tell('choice')
    await terminal.waitFor('╰ By hand')
    expect(terminal.screen()).toEqual([
      ' snapthaw                                         ~/restores/rs0 · session 3f2a',
      ' ──────────────────────────────────────────────────────────────────────────────',
      '  ✔ Snapshot      7.0.14 · 48.2 GB · 214 files · 1 key (aws, us-east-1)',
      '  ✔ Credentials   role snapshot-restore · decrypts · expires in 54 min',
      '  ● Key proxy     in progress',
      '  ○ mongod        waiting',
      '  ○ Check         waiting',
      '  ○ Hand-over     waiting',
      '',
      '  Start the key proxy on which port?',
      '  ❯ 5696            the KMIP port, free',
      '    5697            not now: taken by pid 4711',
      '    choose another',
      '',
      ' ╭ Why ───────────────────────────────────────────────────────────────────────╮',
      ' │ mongod keeps no key of its own. It asks a KMIP server at start, once, and  │',
      ' │ holds the key in memory. The proxy is that server: it has the master key   │',
      ' │ from the cloud, and gives it to nobody but this mongod.                    │',
      ' ╰ By hand: kmipProxyStandalone -cloudProvider aws -dbpath ~/restores/rs0 -k…─╯',
      '',
      '',
      '',
      '  ⏎ choose   ← back   ? explain   c copy command   q quit',
      '',
    ])
  })

  it('puts the lesson beside the question where there are 110 columns', async () => {
    const { terminal } = await stage.tell('choice', { columns: 120, rows: 40 })
    const screen = await terminal.waitFor('What can go wrong')
    expect(screen).toMatch(/Start the key proxy on which port\? +╭ The port of the key proxy ─+╮/)
  })

  it.each(['choice', 'many', 'text', 'change', 'command', 'failure', 'findings', 'work', 'ready'])(
    'never gets taller than the terminal, whatever its size: %s',
    async scene => {
      const { terminal } = await stage.tell(scene)
      await terminal.waitFor('quit')
      for (const [columns, rows] of [
        [60, 16],
        [61, 19],
        [80, 22],
        [110, 17],
        [120, 40],
        [80, 24],
      ] as const) {
        terminal.resize(columns, rows)
        await terminal.waitFor(screen => {
          const lines = screen.split('\n')
          return (
            (lines[0]?.startsWith(' snapthaw') ?? false) && (lines[rows - 2]?.includes('explain') ?? false)
          )
        })
        expect(terminal.screen()[rows - 1]).toBe('')
      }
    },
  )

  it('draws no frame of the old size into a smaller terminal', async () => {
    const { terminal } = await stage.tell('choice')
    await terminal.waitFor('○ Check         waiting')
    const before = terminal.everything().length
    terminal.resize(60, 16)
    await terminal.waitFor('○ Check  ○ Hand-over')
    expect(terminal.everything().slice(before)).not.toContain('waiting')
  })

  it('says what it needs where there is too little room, and goes on when there is enough', async () => {
    const { terminal } = await stage.tell('choice', { columns: 59, rows: 15 })
    await terminal.waitFor('snapthaw needs 60×16; this terminal is 59×15.')
    terminal.resize(60, 16)
    await terminal.waitFor('Start the key proxy')
  })

  it('draws only what changes', async () => {
    const { terminal } = await stage.tell('choice')
    await terminal.waitFor('❯ 5696')
    await terminal.waitFor('╰ By hand')
    const before = terminal.everything().length
    terminal.press('down')
    await terminal.waitFor('❯ 5697')
    const written = terminal.everything().slice(before)
    expect(written.length).toBeLessThan(600)
    expect(written).not.toContain('Snapshot')
  })

  it('is drawn anew on Ctrl-L, whatever has been written over it', async () => {
    const { terminal } = await stage.tell('choice')
    await terminal.waitFor('╰ By hand')
    const before = terminal.screen()
    const written = terminal.everything().length
    terminal.press('ctrl+l')
    await terminal.waitFor(() => terminal.everything().slice(written).includes('Hand-over'))
    await terminal.waitFor(screen => screen === before.join('\n'))
  })

  it('has a banner in the sandbox, and its values beside what has to be typed', async () => {
    const { terminal } = await stage.tell('value', { practice: 'practice' })
    const screen = await terminal.waitFor('winter-2031')
    expect(screen.split('\n').slice(0, 2).join()).toMatch(/snapthaw practice.*nothing real is touched/)
  })

  it('writes no colour and no other style when FORCE_COLOR is 0', async () => {
    const { terminal } = await stage.tell('text', { env: { FORCE_COLOR: '0' } })
    await terminal.waitFor('❯ ▏5696')
    expect(terminal.everything()).not.toMatch(new RegExp(String.raw`\u001B\[[\d;]*m`))
  })

  it('shows work with a bar, how much of it is done, and since when', async () => {
    const { terminal } = await stage.tell('work')
    await terminal.waitFor(/Copying 0:01\n {4}█+░+ {2}43 % · 12\.3 GB of 28\.1 GB/)
  })

  it('shows at the end how to reach the data, and leaves it in the scrollback', async () => {
    const { terminal, answers } = await stage.tell('ready')
    await terminal.waitFor('The data is there')
    expect(terminal.screen().join('\n')).toContain(
      "mongosh 'mongodb://127.0.0.1:27018/?directConnection=true'",
    )
    terminal.press('enter')
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: undefined })
    expect(await answers()).toEqual([{ then: 'leave' }])
    const left = terminal.scrollback().filter(line => line !== '')
    expect(left[0]).toBe('snapthaw · ~/restores/rs0 · session 3f2a')
    expect(left).toContain('  ✔ Hand-over     left running')
    expect(left.at(-1)).toBe('Stop it with: snapthaw stop 3f2a')
    expect(left).toHaveLength(11)
  })
})

describe('a command', () => {
  it('is shown before it is run, with a reason for each flag', async () => {
    const { terminal } = await stage.tell('command')
    const screen = await terminal.waitFor('Start it?')
    expect(screen).toMatch(/--port 27018 +free on this machine/)
    await terminal.waitFor(/↓ \d+ more lines · PgDn/)
    terminal.press('pagedown')
    await terminal.waitFor('no diagnostic files in the snapshot')
  })

  it('is copied with c, and shown from the first column on', async () => {
    const { terminal } = await stage.tell('command')
    await terminal.waitFor('Start it?')
    terminal.press('c')
    await terminal.waitFor('Sent to the clipboard')
    expect(terminal.screen()).toContain('/opt/mongodb-enterprise/7.0.14/bin/mongod \\')
    expect(terminal.screen()).toContain('  --setParameter diagnosticDataCollectionEnabled=false')
    const copied = new RegExp(String.raw`\u001B\]52;c;([\w+/=]+)\u0007`).exec(terminal.everything())?.[1]
    expect(Buffer.from(copied!, 'base64').toString()).toContain('--bind_ip 127.0.0.1 \\\n')
    terminal.press('escape')
    await terminal.waitFor('Start it?')
  })
})

describe('a failure', () => {
  it('is a screen: what, what shows it, what to do, why, and the ways out', async () => {
    const { terminal, answers } = await stage.tell('failure')
    const screen = await terminal.waitFor('Why it happens')
    expect(screen).toContain('✖ Port 5696 is taken by pid 4711 (kmipProxyStandal) (PROXY-003)')
    expect(screen).toContain('│ listen EADDRINUSE')
    expect(screen).toMatch(/What to do\n +Stop that program/)
    terminal.press('down', 'enter')
    await terminal.exit
    expect(await answers()).toEqual([{ recover: 'again' }])
    expect(terminal.everything()).not.toContain('aGFja2Vk')
  })
})

describe('what is laid over the story', () => {
  it('explains with the lesson and every key', async () => {
    const { terminal } = await stage.tell('choice', { rows: 60 })
    await terminal.waitFor('❯ 5696')
    terminal.press('?')
    const screen = await terminal.waitFor('What can go wrong')
    expect(screen).toContain('The port of the key proxy (kmip-port)')
    expect(screen).toMatch(/1–9 +go to that option/)
    expect(screen).toMatch(/\^L +redraw/)
    terminal.press('?')
    await terminal.waitFor('❯ 5696')
  })

  it('opens with Ctrl-G where letters are typed', async () => {
    const { terminal } = await stage.tell('secret')
    await terminal.waitFor('^G explain')
    terminal.press('ctrl+g')
    await terminal.waitFor('What happens')
  })

  it('follows the log, and looks back in it', async () => {
    const log = join(stage.folder, 'mongod.log')
    await writeFile(log, Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join(''))
    const { terminal } = await stage.tell('choice', { env: { SNAPTHAW_TEST_LOG: log } })
    await terminal.waitFor('l log')
    terminal.press('l')
    await terminal.waitFor('line 199')
    await appendFile(
      log,
      '{"t":{"$date":"2031-02-03T04:05:06.789Z"},"s":"I","c":"NETWORK","id":23016,"msg":"Waiting"}\n',
    )
    await terminal.waitFor('04:05:06.789 I NETWORK 23016 Waiting')
    terminal.press('pageup')
    expect(await terminal.waitFor('lines above its end')).not.toContain('23016')
    await appendFile(log, 'the newest line\n')
    terminal.press('pagedown')
    await terminal.waitFor('the newest line')
    terminal.press('escape')
    await terminal.waitFor('❯ 5696')
  })

  it('asks before it quits', async () => {
    const { terminal, answers } = await stage.tell('leave')
    await terminal.waitFor('❯ 5696')
    terminal.press('q')
    await terminal.waitFor('Quit?')
    terminal.press('n')
    await terminal.waitFor('❯ 5696')
    expect(await answers()).toEqual([])
    terminal.press('q')
    await terminal.waitFor('Quit?')
    terminal.press('y')
    await terminal.waitFor('Leave it, or stop it?')
    expect(await answers()).toEqual([{ interrupt: 1 }, { 'kmip-port': 'cancelled' }])
  })
})
