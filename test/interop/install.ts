import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { readIfPresent } from '../../src/lib/atomic-file.ts'

const here = import.meta.dirname
const venv = join(here, '.venv')

/** Where the virtual environment has its programs: `python`, `moto_server`, `ministack`, `drongo`. */
export const venvProgram = (name: string) => join(venv, 'bin', name)

/** All that its programs see of the environment: what an operator's own says to AWS's or Google's tools is not for them. */
export const venvEnvironment = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' }

/** Installs what requirements.txt names, unless exactly that has been installed already. A failure fails the run. */
export default async function install(): Promise<void> {
  const requirements = join(here, 'requirements.txt')
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const mark = join(venv, 'installed')
  if ((await readIfPresent(mark)) === wanted) return
  await execa('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' })
  await execa(venvProgram('pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements], {
    stdio: 'inherit',
  })
  await writeFile(mark, wanted)
}
