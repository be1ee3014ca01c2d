import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { providers } from '../kms/key-service.ts'
import { writeAtomically } from '../lib/atomic-file.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import type { Mend } from './mend.ts'
import { sha256Of } from './metadata.ts'

const recordSchema = z.object({
  v: z.literal(1),
  keyId: z.string(),
  provider: z.enum(providers),
  metadataPath: z.string(),
  /** Name of the backup beside the record: the file as it was, byte for byte. */
  backup: z.string(),
  /** SHA-256 of the file before and after, in hex. */
  before: z.string(),
  after: z.string(),
  /** `while a proxy runs`: only lent, to be taken back with the proxy that needs it. */
  keep: z.enum(['until it is undone', 'while a proxy runs']),
  /** ISO 8601 */
  at: z.string(),
})

/** A change of a metadata file that can be undone. Holds no secret; the backup does. */
export type MendRecord = z.infer<typeof recordSchema>

const recordSuffix = '.mend.json'

/**
 * Writes a mend: a backup and its record first, then the file at once or not at all, with its mode and owner, and reads
 * it back. Killed anywhere, the file is the old or the new one, and `undoMend` knows both. Throws `Failure`: CRED-015
 * where somebody else has changed the file since it was read, SNAP-009 where it, or the backup, cannot be written.
 */
export async function writeMend(
  { metadata, after }: Mend,
  backupFolder: string,
  keep: MendRecord['keep'] = 'until it is undone',
): Promise<MendRecord> {
  const { key, raw, sha256 } = metadata
  const name = basename(key.metadataPath)
  const backup = `${name}.${sha256.slice(0, 12)}`
  const record: MendRecord = {
    v: 1,
    keyId: key.keyId,
    provider: key.provider,
    metadataPath: key.metadataPath,
    backup,
    before: sha256,
    after: sha256Of(after.revealBytes()),
    keep,
    at: new Date().toISOString(),
  }
  await writing(backupFolder, async () => {
    await mkdir(backupFolder, { recursive: true, mode: 0o700 })
    await writeAtomically(join(backupFolder, backup), raw.revealBytes(), 0o600)
    await writeAtomically(join(backupFolder, backup + recordSuffix), recordText(record), 0o600)
  })
  if ((await hashOf(key.metadataPath)) !== sha256) throw changedMeanwhile(key.metadataPath)
  await replace(key.metadataPath, after.revealBytes())
  return record
}

/** The changes that can be undone, the latest first. What is no record is passed over. */
export async function mendRecords(backupFolder: string): Promise<MendRecord[]> {
  const names = await readdir(backupFolder).catch(() => [])
  const records = await Promise.all(
    names.filter(name => name.endsWith(recordSuffix)).map(name => readRecord(join(backupFolder, name))),
  )
  return records.filter(record => record !== undefined).sort((a, b) => b.at.localeCompare(a.at))
}

/**
 * Puts the file back as it was before a mend, byte for byte; does nothing where it is so already. Throws `Failure`:
 * CRED-015 where somebody else has changed the file since, CRED-016 where the backup is not what was backed up.
 */
export async function undoMend(record: MendRecord, backupFolder: string): Promise<void> {
  const { metadataPath, before, after } = record
  const now = await hashOf(metadataPath)
  if (now === before) return
  if (now !== after) throw changedMeanwhile(metadataPath)
  const backupPath = join(backupFolder, record.backup)
  const backup = await readFile(backupPath).catch(() => undefined)
  if (backup === undefined || sha256Of(backup) !== before) {
    throw new Failure({
      code: 'CRED-016',
      message: `The backup ${backupPath} is missing or damaged: ${metadataPath} stays as it is`,
      remedy: 'Extract the file again from the downloaded archive',
    })
  }
  await replace(metadataPath, backup)
}

/** Forgets a mend: nothing undoes it any more. Its backup stays. */
export async function forgetMend({ backup }: MendRecord, backupFolder: string): Promise<void> {
  await rm(join(backupFolder, backup + recordSuffix), { force: true })
}

function recordText(record: MendRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}

async function readRecord(path: string): Promise<MendRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

async function replace(path: string, content: Buffer): Promise<void> {
  await writing(path, () => writeAtomically(path, content))
  if ((await hashOf(path)) !== sha256Of(content)) throw changedMeanwhile(path)
}

async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === undefined) throw error
    throw new Failure({
      code: 'SNAP-009',
      message: `${path} cannot be written (${code}): the metadata file stays as it is`,
      remedy: 'Run as the owner of the snapshot, or keep the credentials in memory: --mend memory',
      cause: error,
    })
  }
}

/** SHA-256 of a file in hex, or undefined where there is none that can be read. */
async function hashOf(path: string): Promise<string | undefined> {
  try {
    return sha256Of(await readFile(path))
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    return undefined
  }
}

function changedMeanwhile(path: string): Failure {
  return new Failure({
    code: 'CRED-015',
    message: `${path} was changed by something else meanwhile, and is not overwritten`,
    remedy: 'Look at the file, and run the same command again if it shall be changed',
  })
}
