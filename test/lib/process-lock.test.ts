import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { takeLock, type ProcessLock } from '../../src/lib/process-lock.ts'
import { identify, isAlive, signalProcess, waitForExit } from '../../src/lib/process-identity.ts'
import { temporaryFolder } from '../temp-folder.ts'

async function deadIdentity() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(child, 'spawn')
  const identity = await identify(child.pid!)
  child.stdin.end()
  await once(child, 'exit')
  return identity!
}

function assertTaken(lock: Awaited<ReturnType<typeof takeLock>>): asserts lock is ProcessLock {
  expect(lock).toHaveProperty('release')
}

it('is held by this process until it is released', async () => {
  const path = join(await temporaryFolder(), 'locks', 'one')
  const lock = await takeLock(path)
  assertTaken(lock)
  expect(await takeLock(path)).toEqual({ heldBy: await identify(process.pid) })
  await lock.release()
  assertTaken(await takeLock(path))
})

it('is free at once when its holder was killed', async () => {
  const path = join(await temporaryFolder(), 'lock')
  await writeFile(path, JSON.stringify(await deadIdentity()))
  assertTaken(await takeLock(path))
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(await identify(process.pid))
})

it('is free when a new process has the pid of the holder', async () => {
  const path = join(await temporaryFolder(), 'lock')
  await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: 'another time' }))
  assertTaken(await takeLock(path))
})

it('is taken over when the file says nothing, and leaves no other file behind', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'lock'), '')
  assertTaken(await takeLock(join(folder, 'lock')))
  expect(await readdir(folder)).toEqual(['lock'])
})

it('tells a live process from a dead one, and signals only the live one', async () => {
  const dead = await deadIdentity()
  expect(await isAlive(dead)).toBe(false)
  expect(await signalProcess(dead, 'SIGTERM')).toBe(false)
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await once(child, 'spawn')
  const identity = (await identify(child.pid!))!
  expect(await isAlive(identity)).toBe(true)
  expect(await waitForExit(identity, 20)).toBe(false)
  expect(await signalProcess(identity, 'SIGTERM')).toBe(true)
  expect(await waitForExit(identity, 10_000)).toBe(true)
})

it('gives no identity to a process that does not exist', async () => {
  expect(await identify(2 ** 22 + 1)).toBeUndefined()
})
