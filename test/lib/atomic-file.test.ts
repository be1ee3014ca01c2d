import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readIfPresent, writeAtomically } from '../../src/lib/atomic-file.ts'
import { temporaryFolder } from '../temp-folder.ts'

it('keeps the mode of the file that it replaces', async () => {
  const file = join(await temporaryFolder(), 'metadata')
  await writeFile(file, 'before')
  await chmod(file, 0o640)
  await writeAtomically(file, 'after')
  expect(await readFile(file, 'utf8')).toBe('after')
  expect((await stat(file)).mode & 0o777).toBe(0o640)
})

it('makes a new file for its owner alone, or with the mode that is asked for', async () => {
  const folder = await temporaryFolder()
  await writeAtomically(join(folder, 'private'), 'x')
  await writeAtomically(join(folder, 'public'), 'x', 0o644)
  expect((await stat(join(folder, 'private'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'public'))).mode & 0o777).toBe(0o644)
  expect(await readdir(folder)).toEqual(['private', 'public'])
})

it('reads a file that may be absent', async () => {
  const folder = await temporaryFolder()
  expect(await readIfPresent(join(folder, 'absent'))).toBeUndefined()
  await expect(readIfPresent(folder)).rejects.toThrow('EISDIR')
})
