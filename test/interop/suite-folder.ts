import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for all tests of a file. */
export interface SuiteFolder {
  readonly path: string
  remove(): Promise<void>
}

export async function suiteFolder(): Promise<SuiteFolder> {
  const path = await mkdtemp(join(tmpdir(), 'snapthaw-interop-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
