import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { systemErrorCode } from '../lib/failure.ts'

/** The first bytes of a file, at most as many as given; undefined when there is no such file or it cannot be read. */
export async function readSome(path: string, most: number): Promise<Buffer | undefined> {
  try {
    // Not blocking: a named pipe in place of the file would wait for its writer for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(most) })
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    return undefined
  }
}
