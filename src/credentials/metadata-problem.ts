import type { Finding } from '../lib/failure.ts'
import { capitalised } from './dialect.ts'
import type { JsonSyntaxError } from './json-members.ts'
import { nameOf, type KeyFile } from './key-file.ts'

export type MetadataProblemKind =
  | 'missing'
  | 'unreadable'
  | 'not-a-file'
  | 'leads-out'
  | 'huge'
  | 'empty'
  | 'binary'
  | 'not-json'
  | 'not-an-object'

/** Why a metadata file has nothing to read. */
export interface MetadataProblem {
  readonly kind: MetadataProblemKind
  readonly finding: Finding
}

/** Bytes. Such a file has a few hundred, and one with a service account's key some 2,500. */
export const largestMetadata = 256 * 1024

const asItWas =
  'Put the file back as it was in the download, or take credentials from elsewhere: --credentials SOURCE'

const problems: Readonly<
  Record<MetadataProblemKind, Pick<Finding, 'code' | 'remedy'> & { readonly what: string }>
> = {
  missing: { code: 'SNAP-012', what: 'is missing', remedy: asItWas },
  unreadable: {
    code: 'SNAP-009',
    what: 'cannot be read',
    remedy: 'Run as the owner of the snapshot, or let this user read the file',
  },
  'not-a-file': { code: 'SNAP-013', what: 'is no file', remedy: asItWas },
  'leads-out': {
    code: 'SNAP-013',
    what: 'is a link that leads out of the dbpath, and is not followed',
    remedy: 'Put the file itself in the place of the link',
  },
  huge: {
    code: 'SNAP-013',
    what: `is larger than ${largestMetadata / 1024} KiB, which no metadata is`,
    remedy: asItWas,
  },
  empty: { code: 'SNAP-013', what: 'is empty', remedy: asItWas },
  binary: {
    code: 'SNAP-013',
    what: 'is no UTF-8 text',
    remedy: `If an editor changed it, save it as UTF-8. ${asItWas}`,
  },
  'not-json': { code: 'SNAP-013', what: 'is not JSON', remedy: `Correct it there. ${asItWas}` },
  'not-an-object': { code: 'SNAP-013', what: 'is JSON, but no object', remedy: asItWas },
}

/** The problem as a finding; for what is not JSON with the place, and never with the text that stands there. */
export function metadataProblem(
  key: KeyFile,
  kind: MetadataProblemKind,
  syntax?: JsonSyntaxError,
): MetadataProblem {
  const { code, what, remedy } = problems[kind]
  const place =
    syntax === undefined ? '' : `: line ${syntax.line}, column ${syntax.column}, ${syntax.message}`
  return {
    kind,
    finding: { code, severity: 'error', message: `${capitalised(nameOf(key))} ${what}${place}`, remedy },
  }
}
