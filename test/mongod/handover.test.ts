import { describe, expect, it } from 'vitest'
import { shellCommand } from '../../src/lib/shell-quote.ts'
import { readyCommands } from '../../src/mongod/handover.ts'

describe('the commands that come next', () => {
  it('reach this mongod alone, and can be copied', () => {
    const commands = Object.fromEntries(
      readyCommands(27018, '/state/my dump').map(({ program, argv }) => [program, shellCommand(argv)]),
    )
    expect(commands).toMatchObject({
      mongosh: "mongosh 'mongodb://127.0.0.1:27018/?directConnection=true'",
      mongodump:
        "mongodump '--uri=mongodb://127.0.0.1:27018/?directConnection=true' --gzip '--out=/state/my dump'",
    })
    expect(commands.Compass).toMatch(/compass.* 'mongodb:\/\/127\.0\.0\.1:27018\//i)
  })
})
