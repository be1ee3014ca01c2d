import { describe, expect, it } from 'vitest'
import { commandText, flagByFlag } from '../../../src/interviewers/tui/command-text.ts'
import { clipboardSequence } from '../../../src/interviewers/tui/sequences.ts'

describe('a command to be copied', () => {
  it('stays on one line while it is short', () => {
    expect(commandText(['snapthaw', 'stop', '3f2a'])).toBe('snapthaw stop 3f2a')
  })

  it('has a flag with its value a line where it is long, and is still one command to a shell', () => {
    const argv = ['mongod', '--dbpath', `/data/${'x'.repeat(60)}`, '--enableEncryption', '--name', "it's"]
    expect(flagByFlag(argv)).toEqual([
      'mongod',
      `--dbpath /data/${'x'.repeat(60)}`,
      '--enableEncryption',
      String.raw`--name 'it'\''s'`,
    ])
    expect(commandText(argv)).toContain(' \\\n  --enableEncryption')
  })

  it('goes to the clipboard as base64', () => {
    expect(clipboardSequence('mongosh')).toBe('\x1b]52;c;bW9uZ29zaA==\x07')
  })
})
