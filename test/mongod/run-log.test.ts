import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLastRun, readOutput, sizeOf } from '../../src/mongod/run-log.ts'
import { logv2 } from './log-lines.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapthaw-run-log-'))
  path = join(folder, 'mongod.log')
})
afterEach(() => rm(folder, { recursive: true }))

const restarted = logv2('I', 'CONTROL', 20698, '***** SERVER RESTARTED *****')
const messages = async (from = 0) => (await readLastRun(path, from)).lines.map(({ message }) => message)

describe('the log of the last run', () => {
  it('begins behind the last restart', async () => {
    const history = ['früher', 'öfter'].map(text => logv2('E', '-', 1, text))
    await writeFile(
      path,
      [history[0], restarted, history[1], restarted, logv2('I', '-', 2, 'now'), ''].join('\n'),
    )
    const { lines, start } = await readLastRun(path, 0)
    expect(lines.map(({ message }) => message)).toEqual(['now'])
    expect((await readFile(path)).subarray(start).toString()).toBe(`${logv2('I', '-', 2, 'now')}\n`)
  })

  it('is all of a log without a restart', async () => {
    await writeFile(path, `${logv2('I', '-', 1, 'one')}\n${logv2('I', '-', 1, 'two')}\n`)
    expect(await messages()).toEqual(['one', 'two'])
    expect((await readLastRun(path, 0)).start).toBe(0)
  })

  it('never begins before the given byte', async () => {
    await writeFile(path, `${logv2('E', '-', 1, 'before')}\n`)
    const from = await sizeOf(path)
    expect(await messages(from)).toEqual([])
    await appendFile(path, `${logv2('I', '-', 1, 'after')}\n`)
    expect(await messages(from)).toEqual(['after'])
  })

  it('skips what is no message, and a last line that is not finished', async () => {
    await writeFile(path, `  backtrace\n${logv2('I', '-', 1, 'whole')}\n{"t":{"$da`)
    expect(await messages()).toEqual(['whole'])
  })

  it('reads the end of a log that is too long to be read whole', async () => {
    await writeFile(
      path,
      `${logv2('I', '-', 1, 'first')}\n${`${logv2('I', '-', 1, 'x'.repeat(1000))}\n`.repeat(3000)}`,
    )
    await appendFile(path, `${logv2('I', '-', 1, 'last')}\n`)
    const read = await messages()
    expect([read.includes('first'), read.at(-1)]).toEqual([false, 'last'])
  })

  it('is empty where there is no log', async () => {
    expect(await readLastRun(path, 0)).toEqual({ lines: [], start: 0 })
    expect(await readOutput(path)).toEqual([])
  })
})
