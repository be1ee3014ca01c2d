import type { Mend } from '../../credentials/mend.ts'
import {
  forgetMend,
  mendRecords,
  undoMend,
  writeMend,
  type MendRecord,
} from '../../credentials/mended-file.ts'
import { Failure } from '../../lib/failure.ts'
import type { Session } from '../session.ts'
import { backupFolder } from './mend.ts'

/** Writes a mend for as long as the official proxy runs. The session knows of it before the file is changed. */
export async function lend(session: Session, mend: Mend): Promise<void> {
  await writeMend(mend, backupFolder(session), 'while a proxy runs')
}

function isBeyondRecall(error: unknown): boolean {
  return error instanceof Failure && (error.code === 'CRED-015' || error.code === 'CRED-016')
}

/** The metadata files that are lent to a proxy of this session, or were when it was killed. */
export async function lentFiles(session: Pick<Session, 'folder'>): Promise<readonly string[]> {
  return (await lentRecords(session)).map(({ metadataPath }) => metadataPath)
}

async function lentRecords(session: Pick<Session, 'folder'>): Promise<readonly MendRecord[]> {
  return (await mendRecords(backupFolder(session))).filter(({ keep }) => keep === 'while a proxy runs')
}

/**
 * Puts the metadata files that were lent to a proxy of this session back, byte for byte. Throws CRED-015 where somebody
 * else has changed one since, CRED-016 where a backup is damaged: once, because what is theirs is left to them.
 */
export async function takeBackLent(session: Pick<Session, 'folder'>): Promise<void> {
  const folder = backupFolder(session)
  for (const record of await lentRecords(session)) {
    await undoMend(record, folder).catch(async (error: unknown) => {
      if (isBeyondRecall(error)) await forgetMend(record, folder)
      throw error
    })
    await forgetMend(record, folder)
  }
}
