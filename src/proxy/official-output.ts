import type { Finding } from '../lib/failure.ts'

/**
 * What kmipProxyStandalone complains of in a line of its output, or undefined. The one complaint that is publicly known:
 * “an error message stating that you must update the metadata files on disk that contain the old credentials”.
 */
export function complaintIn(line: string): Finding | undefined {
  return /update\b.*\bmetadata files?\b/i.test(line) ? staleCredentials : undefined
}

const staleCredentials: Finding = {
  code: 'PROXY-007',
  severity: 'error',
  message:
    'kmipProxyStandalone cannot decrypt with its credentials: it asks for new ones in the metadata files',
  remedy:
    'Give credentials that open the key: --credentials SOURCE. Why these do not: snapthaw credentials PATH --check',
}
