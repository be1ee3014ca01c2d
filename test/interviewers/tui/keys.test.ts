import { describe, expect, it } from 'vitest'
import { bindingsFor, footerOf, type Mode, type Need } from '../../../src/interviewers/tui/keys.ts'

const modes: readonly Mode[] = [
  'choosing',
  'confirming',
  'typing',
  'blank',
  'blank-secret',
  'working',
  'checking',
  'explain',
  'command',
  'log',
  'quit',
  'small',
]
const everything: ReadonlySet<Need> = new Set(['a path', 'a command', 'a log', 'more to see'])
const nothing: ReadonlySet<Need> = new Set()

describe('the key table', () => {
  it.each(modes)('gives no key two meanings: %s', mode => {
    const presses = bindingsFor(mode, everything).flatMap(({ on }) => on)
    expect(presses).toEqual([...new Set(presses)])
  })

  it.each(modes)('lets Ctrl-C, Ctrl-Z and Ctrl-L through: %s', mode => {
    const presses = bindingsFor(mode, nothing).flatMap(({ on }) => on)
    expect(presses).toEqual(expect.arrayContaining(['ctrl-c', 'ctrl-z', 'ctrl-l']))
  })

  it.each<Mode>(['typing', 'blank-secret'])('leaves every character to be typed: %s', mode => {
    const presses = bindingsFor(mode, everything).flatMap(({ on }) => on)
    expect(presses.filter(name => name.length === 1)).toEqual([])
  })

  it.each<Mode>(['choosing', 'confirming', 'blank', 'blank-secret'])('leads back: %s', mode => {
    const back = bindingsFor(mode, nothing).find(({ action }) => action === 'back')
    expect(back?.on).toEqual(['left', 'escape'])
  })

  it.each<Mode>(['choosing', 'confirming', 'typing', 'blank', 'blank-secret', 'working'])(
    'explains and quits: %s',
    mode => {
      const actions = bindingsFor(mode, nothing).map(({ action }) => action)
      expect(actions).toEqual(expect.arrayContaining(['explain', 'quit']))
    },
  )

  it('offers no log and no command where there is none', () => {
    const actions = bindingsFor('choosing', nothing).map(({ action }) => action)
    expect(actions).not.toContain('log')
    expect(actions).not.toContain('copy')
  })
})

describe('the footer', () => {
  const labels = (mode: Mode, columns: number) =>
    footerOf(bindingsFor(mode, everything), columns, 2).map(({ keys, label }) => `${keys} ${label}`)

  it('shows what the design shows, in its order', () => {
    expect(
      footerOf(bindingsFor('choosing', new Set(['a command', 'a log'])), 76, 3).map(({ label }) => label),
    ).toEqual(['choose', 'back', 'explain', 'copy command', 'log', 'quit'])
  })

  it.each(modes)('never needs more columns than there are: %s', mode => {
    for (const columns of [10, 30, 56, 76]) {
      expect(labels(mode, columns).join('  ').length).toBeLessThanOrEqual(columns)
    }
  })

  it('gives up the least important keys first', () => {
    expect(labels('choosing', 56)).toContain('? explain')
    expect(labels('choosing', 22)).toEqual(['⏎ choose', '? explain'])
  })
})
