import { join } from 'node:path'
import { fileValues } from '../../credentials/file-values.ts'
import { planMend, type Mend } from '../../credentials/mend.ts'
import { mendDiff } from '../../credentials/mend-diff.ts'
import { writeMend } from '../../credentials/mended-file.ts'
import type { Metadata } from '../../credentials/metadata.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice, confirm } from '../questions.ts'
import type { Session } from '../session.ts'
import type { Source } from './choose-source.ts'

/** Where a session keeps what it changed, as it was. */
export function backupFolder(session: Pick<Session, 'folder'>): string {
  return join(session.folder, 'backups')
}

/** Credentials that have just opened the key, and the file that could hold them. */
export interface Mendable {
  readonly source: Source
  readonly metadata: Metadata | undefined
  readonly credentials: CloudCredentials
  /** Where they shall go, where that is said for all keys. */
  readonly where: string | undefined
}

/**
 * Leaves the credentials in memory, or writes them to the metadata file as well, after showing the change. Whether the
 * file is another one now.
 */
export async function mendIfWanted(
  context: RestoreContext,
  session: Session,
  mendable: Mendable,
): Promise<boolean> {
  const { source, metadata, credentials } = mendable
  if (metadata === undefined) return false
  const wanted = fileValues(credentials)
  if (wanted.kind === 'cannot') {
    if (source === 'metadata') return false
    const message = `The credentials stay in memory and go to the key proxy. ${wanted.why}`
    context.tell({ type: 'note', step: 'credentials', message })
    return false
  }
  const mend = planMend(metadata, credentials)
  // The file says it already.
  if (mend.changes.length === 0) return false
  const where = mendable.where ?? (await askWhere(context, metadata))
  return where === 'file' && (await mendFile(context, session, mend))
}

function askWhere(context: RestoreContext, { key }: Metadata): Promise<string> {
  return context.ask(
    choice(catalogue.mend, {
      details: [`The key ${key.keyId} opens with them`],
      options: [
        { value: 'memory', label: 'In memory', hint: 'the file stays as it is' },
        { value: 'file', label: 'In the metadata file', hint: 'with a backup; the change is shown first' },
      ],
      default: 'memory',
    }),
  )
}

/** Shows the change, asks, and writes it with a backup. Throws CRED-015 and SNAP-009. */
async function mendFile(context: RestoreContext, session: Session, mend: Mend): Promise<boolean> {
  const diff = mendDiff(mend)
  if (context.mode === 'dry-run') {
    const message = `Would change ${diff.join('\n')}`
    context.tell({ type: 'note', step: 'credentials', message })
    return false
  }
  const isWanted = await context.ask(
    confirm(catalogue.writeMetadata, { default: true, danger: 'change', details: diff }),
  )
  if (!isWanted) return false
  await writeMend(mend, backupFolder(session))
  const undo = shellCommand(['snapthaw', 'credentials', session.record.dbpath, '--undo'])
  context.tell({
    type: 'note',
    step: 'credentials',
    message: `${mend.metadata.key.metadataPath} is changed, and backed up. It is put back as it was by: ${undo}`,
  })
  return true
}
