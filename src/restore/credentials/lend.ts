import type { Mend } from '../../credentials/mend.ts'
import { forgetMend, mendRecords, undoMend, writeMend } from '../../credentials/mended-file.ts'
import type { Session } from '../session.ts'
import { backupFolder } from './mend.ts'

/** Writes a mend for as long as the official proxy runs. The session knows of it before the file is changed. */
export async function lend(session: Session, mend: Mend): Promise<void> {
  await writeMend(mend, backupFolder(session), 'while a proxy runs')
}

/**
 * Puts the metadata files that were lent to a proxy of this session back, byte for byte. Throws CRED-015 where somebody
 * else has changed one since, CRED-016 where a backup is damaged.
 */
export async function takeBackLent(session: Pick<Session, 'folder'>): Promise<void> {
  const folder = backupFolder(session)
  for (const record of await mendRecords(folder)) {
    if (record.keep !== 'while a proxy runs') continue
    await undoMend(record, folder)
    await forgetMend(record, folder)
  }
}
