import { join } from 'node:path'
import envPaths from 'env-paths'
import type { Environment } from '../lib/environment.ts'

/** `$XDG_STATE_HOME/snapthaw`, or the platform's place for state. */
export function stateFolder(environment: Environment): string {
  const chosen = environment.XDG_STATE_HOME
  if (chosen !== undefined && chosen !== '') return join(chosen, 'snapthaw')
  const paths = envPaths('snapthaw', { suffix: '' })
  // On Linux the place for logs is the place for state (~/.local/state).
  return process.platform === 'linux' ? paths.log : paths.data
}
