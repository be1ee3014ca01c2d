import { open, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '../../lib/failure.ts'
import { takeLock, type ProcessLock } from '../../lib/process-lock.ts'
import { initFailure, systemErrorText, type StartFailure } from './start-failure.ts'

export interface DbpathLock {
  /** Whether mongod.lock still held the pid of a mongod that was not shut down. */
  readonly wasUnclean: boolean
  /** Lets another mongod in; after a clean shutdown, mongod.lock is empty. */
  release(shutdown: 'clean' | 'unclean'): Promise<void>
}

/** Takes mongod.lock. Throws `StartFailure` (exit code 100) in the words of mongod when it cannot be had. */
export async function lockDbpath(dbpath: string): Promise<DbpathLock> {
  const path = join(dbpath, 'mongod.lock')
  await requireFolder(dbpath)
  const file = await openLockFile(path).catch((cause: unknown) => {
    throw lockFileFailure(dbpath, path, cause)
  })
  try {
    const guard = await guardOf(path)
    const before = await file.readFile('utf8')
    await writePid(file, path)
    return {
      wasUnclean: before !== '',
      async release(shutdown) {
        if (shutdown === 'clean') await file.truncate()
        await file.close()
        await guard.release()
      },
    }
  } catch (error) {
    await file.close()
    throw systemErrorCode(error) === undefined ? error : lockFileFailure(dbpath, path, error)
  }
}

/** mongod holds the lock file itself, with flock(2). Node.js has no such call, so a second file stands for that. */
async function guardOf(path: string): Promise<ProcessLock> {
  const held = await takeLock(`${path}.practice`)
  if (!('heldBy' in held)) return held
  throw initFailure(
    `DBPathInUse: Unable to lock the lock file: ${path} (Resource temporarily unavailable).` +
      ` Another mongod instance is already running on the ${dirname(path)} directory`,
  )
}

async function requireFolder(dbpath: string): Promise<void> {
  try {
    await stat(dbpath)
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ENOENT')
      throw initFailure(`Location28596: ${systemErrorText(cause)}`, cause)
    throw initFailure(
      `NonExistentPath: Data directory ${dbpath} not found. Create the missing directory or specify another path using` +
        " (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.",
      cause,
    )
  }
}

async function openLockFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return open(path, 'wx+', 0o600)
    throw error
  }
}

function lockFileFailure(dbpath: string, path: string, cause: unknown): StartFailure {
  if (systemErrorCode(cause) === 'EACCES') {
    return initFailure(
      `IllegalOperation: Attempted to create a lock file on a read-only directory: ${dbpath}`,
      cause,
    )
  }
  return initFailure(
    `DBPathInUse: Unable to create/open the lock file: ${path} (${systemErrorText(cause)}).` +
      ' Ensure the user executing mongod is the owner of the lock file and has the appropriate permissions.' +
      ` Also make sure that another mongod instance is not already running on the ${dbpath} directory`,
    cause,
  )
}

async function writePid(file: FileHandle, path: string): Promise<void> {
  try {
    await file.truncate()
    await file.write(`${process.pid}\n`, 0)
  } catch (cause) {
    throw initFailure(
      `FileStreamFailed: Unable to write string ${process.pid}\\n to file: ${path} ${systemErrorText(cause)}`,
      cause,
    )
  }
}
