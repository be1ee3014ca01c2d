import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.clear())
afterAll(() => stage.close())

describe('a choice', () => {
  const chosenBy = (...keys: readonly string[]) =>
    stage.answersTo('choice', '❯ 5696', terminal => terminal.press(...keys))

  it('is made with arrows, with j and k, and by number', async () => {
    expect(await chosenBy('down', 'down', 'enter')).toEqual([{ 'kmip-port': 'other' }])
    expect(await chosenBy('j', 'j', 'k', 'k', 'enter')).toEqual([{ 'kmip-port': '5696' }])
    expect(await chosenBy('3', 'enter')).toEqual([{ 'kmip-port': 'other' }])
  })

  it('says why an option cannot be taken', async () => {
    const { terminal, answers } = await stage.tell('choice')
    await terminal.waitFor('❯ 5696')
    terminal.press('down', 'enter')
    await terminal.waitFor('✖ taken by pid 4711')
    expect(await answers()).toEqual([])
  })

  it('shows a part of a long list, and where it is', async () => {
    const { terminal } = await stage.tell('many')
    await terminal.waitFor('❯ profile-0')
    terminal.press('up')
    expect(await terminal.waitFor('❯ profile-39')).toContain('40 of 40')
  })

  it('does not answer the next question with what came in the same read', async () => {
    const { terminal, answers } = await stage.tell('twice')
    await terminal.waitFor('❯ 5696')
    terminal.type('\rabc')
    expect(await terminal.waitFor('And now?')).not.toContain('abc')
    expect(await answers()).toEqual([{ 'kmip-port': '5696' }])
  })
})

describe('going back', () => {
  it.each(['left', 'escape'])('is possible from a choice: %s', async key => {
    const { terminal, answers } = await stage.tell('again')
    await terminal.waitFor('❯ 5696')
    terminal.press(key)
    await terminal.waitFor('• One question back')
    expect(await answers()).toEqual([{ 'kmip-port': 'back' }])
  })

  it.each(['left', 'escape'])('is possible from an input that is empty, and only then: %s', async key => {
    const { terminal, answers } = await stage.tell('secret')
    await terminal.waitFor('Secret access key')
    terminal.type('x')
    await terminal.waitFor('esc clear')
    terminal.press('escape')
    await terminal.waitFor('← back')
    expect(await answers()).toEqual([])
    terminal.press(key)
    await terminal.exit
    expect(await answers()).toEqual([{ key: 'back' }])
  })
})

describe('a typed answer', () => {
  it('is edited in the middle, and judged', async () => {
    const { terminal, answers } = await stage.tell('text', { env: { FORCE_COLOR: '0' } })
    await terminal.waitFor('5696  (⏎ takes this)')
    terminal.type('56日96')
    await terminal.waitFor('56日96▏')
    terminal.press('enter')
    await terminal.waitFor('✖ 56日96 is not a port')
    terminal.press('left', 'left', 'backspace')
    await terminal.waitFor('❯ 56▏96')
    terminal.press('enter')
    await terminal.exit
    expect(await answers()).toEqual([{ port: '5696' }])
  })

  it('is its default where nothing is typed', async () => {
    expect(await stage.answersTo('text', 'takes this', terminal => terminal.press('enter'))).toEqual([
      { port: '5696' },
    ])
  })

  it('is submitted by the newline of a paste', async () => {
    expect(await stage.answersTo('text', 'takes this', terminal => terminal.paste('27018\n'))).toEqual([
      { port: '27018' },
    ])
    expect(await stage.answersTo('path', 'Where is', terminal => terminal.paste('/data/rs0\n'))).toEqual([
      { path: '/data/rs0' },
    ])
  })

  it('is submitted by the newline of a paste into a terminal without bracketed paste', async () => {
    expect(await stage.answersTo('path', 'Where is', terminal => terminal.type('/data/rs0\r'))).toEqual([
      { path: '/data/rs0' },
    ])
  })

  it('completes a path with Tab', async () => {
    const root = await mkdtemp(join(stage.folder, 'paths-'))
    for (const name of ['restores', 'restored']) await mkdir(join(root, name))
    const { terminal, answers } = await stage.tell('path', { columns: 120 })
    await terminal.waitFor('Where is')
    terminal.type(`${root}/re`)
    terminal.press('tab')
    await terminal.waitFor('restored/  restores/')
    terminal.type('s')
    terminal.press('tab')
    await terminal.waitFor(`${root}/restores/`)
    terminal.press('enter')
    await terminal.exit
    expect(await answers()).toEqual([{ path: `${root}/restores/` }])
  })
})

describe('a secret', () => {
  it('is never on the screen, nor is its length', async () => {
    const { terminal, answers } = await stage.tell('secret')
    await terminal.waitFor('Secret access key')
    terminal.type('w')
    const short = await terminal.waitFor('••••••••')
    terminal.paste('JalrXUtnFEMI?CANARY\r\nK7MDENG')
    terminal.type('!')
    expect(await terminal.waitFor(() => true)).toBe(short)
    terminal.press('enter')
    await terminal.exit
    expect(await answers()).toEqual([{ key: { secretOf: 28 } }])
    expect(terminal.everything()).not.toMatch(/CANARY|JalrX|K7MD/)
  })
})

describe('a confirmation', () => {
  const confirmedBy = (scene: string, ready: string, ...keys: readonly string[]) =>
    stage.answersTo(scene, ready, terminal => terminal.press(...keys))

  it('without danger takes Enter for its default', async () => {
    expect(await confirmedBy('none', '❯ Yes', 'enter')).toEqual([{ check: true }])
    expect(await confirmedBy('none', '❯ Yes', 'n')).toEqual([{ check: false }])
  })

  it('of a change shows it, and wants y or n', async () => {
    const { terminal, answers } = await stage.tell('change')
    expect(await terminal.waitFor('Write this change')).toContain('AKIA…7Q → ASIA…QX')
    terminal.press('enter')
    await terminal.waitFor('✖ Press y or n')
    terminal.press('y')
    await terminal.exit
    expect(await answers()).toEqual([{ 'write-metadata': true }])
  })

  it('of something destructive wants its name', async () => {
    const { terminal, answers } = await stage.tell('destructive')
    await terminal.waitFor('type fresh to do it')
    terminal.type('y')
    terminal.press('enter')
    await terminal.waitFor('✖ Type fresh')
    terminal.press('escape')
    await terminal.waitFor('type fresh to do it')
    terminal.type('fresh')
    terminal.press('enter')
    await terminal.exit
    expect(await answers()).toEqual([{ fresh: true }])
  })
})
