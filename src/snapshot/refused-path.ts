import { Failure, systemErrorCode } from '../lib/failure.ts'
import { shellQuote } from '../lib/shell-quote.ts'

/** Why the system does not let a path be looked at: SNAP-009 when this user may not, SNAP-001 when it is not there. */
export function refusedPath(path: string, cause: unknown): Failure {
  const reason = systemErrorCode(cause)
  if (reason === 'EACCES' || reason === 'EPERM') {
    return new Failure({
      code: 'SNAP-009',
      message: `${path} may not be read by this user`,
      remedy: `Run snapthaw as the owner of the files, or take them over: sudo chown -R "$(id -un)" ${shellQuote(path)}`,
      cause,
    })
  }
  return new Failure({
    code: 'SNAP-001',
    message: path === '' ? 'No path is given' : `${path} does not exist`,
    remedy: 'Give the folder that the snapshot was extracted to, such as: snapthaw restore ~/restores/rs0',
    cause,
  })
}
