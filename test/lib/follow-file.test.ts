import { appendFileSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followLines } from '../../src/lib/follow-file.ts'

let folder: string
let path: string
let stop: AbortController
let following: AsyncGenerator<string, void, void>[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapthaw-follow-'))
  path = join(folder, 'mongod.log')
  stop = new AbortController()
  following = []
})
afterEach(async () => {
  stop.abort()
  await Promise.all(following.map(lines => lines.return()))
  await rm(folder, { recursive: true })
})

function follow(from = 0) {
  const lines = followLines(path, { from, signal: stop.signal })
  following.push(lines)
  return lines
}

async function take(lines: AsyncGenerator<string, void, void>, count: number): Promise<string[]> {
  const taken: string[] = []
  while (taken.length < count) {
    const next = await lines.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

describe('following a file', () => {
  it('gives the lines that are there and then those that are added', async () => {
    await writeFile(path, 'one\ntwo\n')
    const lines = follow()
    expect(await take(lines, 2)).toEqual(['one', 'two'])
    await appendFile(path, 'three\n')
    expect(await take(lines, 1)).toEqual(['three'])
  })

  it('waits for a file that does not exist yet', async () => {
    const lines = follow()
    const first = take(lines, 1)
    await writeFile(path, 'born\n')
    expect(await first).toEqual(['born'])
  })

  it('finds a file whose folder is made later', async () => {
    path = join(folder, 'later', 'mongod.log')
    const first = take(follow(), 1)
    await mkdir(join(folder, 'later'))
    await writeFile(path, 'born\n')
    expect(await first).toEqual(['born'])
  })

  it('begins at the byte it is told', async () => {
    await writeFile(path, 'history\nnow\n')
    expect(await take(follow('history\n'.length), 1)).toEqual(['now'])
  })

  it('holds back half a line until its newline comes, characters of several bytes unharmed', async () => {
    const line = Buffer.from('Größe\n')
    await writeFile(path, Buffer.concat([Buffer.from('whole\n'), line.subarray(0, 3)]))
    const lines = follow()
    expect(await take(lines, 1)).toEqual(['whole'])
    const next = take(lines, 1)
    await appendFile(path, line.subarray(3))
    expect(await next).toEqual(['Größe'])
  })

  it('starts over when the file is truncated, and forgets the half line before', async () => {
    await writeFile(path, 'a long first line\nhalf')
    const lines = follow()
    await take(lines, 1)
    const next = take(lines, 1)
    await truncate(path, 0)
    await appendFile(path, 'anew\n')
    expect(await next).toEqual(['anew'])
  })

  it('reads a renamed file to its end before the new one at its path', async () => {
    await writeFile(path, 'old 1\n')
    const lines = follow()
    await take(lines, 1)
    const next = take(lines, 3)
    await rename(path, `${path}.1`)
    await appendFile(`${path}.1`, 'old 2\n')
    await writeFile(path, 'new 1\nnew 2\n')
    expect(await next).toEqual(['old 2', 'new 1', 'new 2'])
  })

  it('starts at the beginning when the file is shorter than the offset', async () => {
    await writeFile(path, 'fresh\n')
    expect(await take(follow(10_000), 1)).toEqual(['fresh'])
  })

  it('ends when the signal aborts, also while it waits', async () => {
    await writeFile(path, 'one\n')
    const lines = follow()
    await take(lines, 1)
    const next = lines.next()
    stop.abort()
    expect((await next).done).toBe(true)
  })

  it('gives a backlog of many chunks whole and in order', async () => {
    const count = 50_000
    await writeFile(path, Array.from({ length: count }, (_, i) => `${i} ${'ü'.repeat(i % 50)}\n`).join(''))
    const lines = await take(follow(), count)
    expect(lines.findIndex((line, i) => line !== `${i} ${'ü'.repeat(i % 50)}`)).toBe(-1)
  })

  it('says so when the path is no file', async () => {
    path = folder
    await expect(take(follow(), 1)).rejects.toThrow('EISDIR')
  })

  it('reports a new line long before its safety poll would', async () => {
    await writeFile(path, '')
    const lines = follow()
    const waits: number[] = []
    for (let i = 0; i < 20; i++) {
      const next = lines.next()
      const written = performance.now()
      appendFileSync(path, `${i}\n`)
      await next
      waits.push(performance.now() - written)
    }
    expect(waits.sort((a, b) => a - b)[10]).toBeLessThan(30)
  })
})
