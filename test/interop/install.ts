import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { readIfPresent } from '../../src/lib/atomic-file.ts'

const here = import.meta.dirname
export const venv = join(here, '.venv')

/** Where the virtual environment has its programs: `python`, `moto_server`, `ministack`, `drongo`. */
export const venvProgram = (name: string) => join(venv, 'bin', name)

/** Installs what requirements.txt names, unless exactly that has been installed already. A failure fails the run. */
export default async function install(): Promise<void> {
  const requirements = join(here, 'requirements.txt')
  const wanted = createHash('sha256').update(await readFile(requirements)).digest('hex')
  const mark = join(venv, 'installed')
  if ((await readIfPresent(mark)) === wanted) return
  await execa('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' })
  await execa(venvProgram('pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], { stdio: 'inherit' })
  await writeFile(mark, wanted)
}
