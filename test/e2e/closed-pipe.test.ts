import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { cli, newOperator } from './program.ts'

it.each([[['explain', '--all']], [['restore', '--help']]])(
  'ends quietly when nobody reads its output any more: %j',
  async args => {
    const operator = await newOperator()
    const child = spawn(process.execPath, [cli, ...args], { env: operator.environment, stdio: 'pipe' })
    // As `head` does that has seen enough: the pipe is closed before anything is written.
    child.stdout.destroy()
    const complaints: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(Buffer.concat(complaints).toString()).toBe('')
  },
)
