import { readFile, stat } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { systemErrorCode } from './failure.ts'

/** Writes the whole file or nothing. An existing file keeps its owner, and its mode unless one is given. */
export async function writeAtomically(path: string, content: string | Buffer, mode?: number): Promise<void> {
  const before = await stat(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  await writeFileAtomic(path, content, {
    mode: mode ?? (before === undefined ? 0o600 : before.mode & 0o7777),
    ...(before === undefined ? {} : { chown: { uid: before.uid, gid: before.gid } }),
  })
}

/** The file's text, or undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
