import { realpath } from 'node:fs/promises'
import { mendRecords, undoMend, type MendRecord } from '../../credentials/mended-file.ts'
import { findDbpaths, severalDbpaths } from '../../snapshot/find.ts'
import { listSessions, sessionFolder } from '../session.ts'
import { backupFolder } from './mend.ts'

/**
 * Puts the metadata files of a snapshot back as they were before the first change, byte for byte; gives their paths.
 * Throws CRED-015 where somebody else has changed one since, CRED-016 where a backup is damaged.
 */
export async function undoMends(home: string, path: string, signal: AbortSignal): Promise<readonly string[]> {
  const dbpaths = await findDbpaths(path, signal)
  if (dbpaths.length > 1) throw severalDbpaths(path, dbpaths)
  const dbpath = await realpath(dbpaths[0])
  const sessions = (await listSessions(home)).filter(record => record.dbpath === dbpath)
  const records = await Promise.all(
    sessions.map(async ({ id }) => {
      const folder = backupFolder({ folder: sessionFolder(home, id) })
      return (await mendRecords(folder)).map(record => ({ record, folder }))
    }),
  )
  const byFile = Map.groupBy(records.flat(), ({ record }) => record.metadataPath)
  for (const changes of byFile.values()) await undoAll(changes)
  return [...byFile.keys()]
}

/** A file may have been changed several times: the latest change is taken back first, each leading to the one before. */
async function undoAll(
  changes: readonly { readonly record: MendRecord; readonly folder: string }[],
): Promise<void> {
  const [latest] = [...changes].sort((a, b) => b.record.at.localeCompare(a.record.at))
  const [first] = [...changes].sort((a, b) => a.record.at.localeCompare(b.record.at))
  if (latest === undefined || first === undefined) return
  // One step from the last state to the first: the states in between are of no interest to anybody.
  await undoMend({ ...first.record, after: latest.record.after }, first.folder)
}
