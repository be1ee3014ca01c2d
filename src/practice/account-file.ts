import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ZodType } from 'zod'
import { writeAtomically } from '../lib/atomic-file.ts'
import { Failure } from '../lib/failure.ts'

/** A stand-in's own database, in the folder of its cloud: what would be secret in the cloud is secret here. */
export interface AccountFile<State> {
  readonly save: (state: State) => Promise<void>
  /** Throws USAGE-004 where the file is not what `save` wrote. */
  readonly load: () => Promise<State>
}

export function accountFile<State>(folder: string, schema: ZodType<State>): AccountFile<State> {
  const path = join(folder, 'account.json')
  return {
    save: state => writeAtomically(path, `${JSON.stringify(state, null, 2)}\n`, 0o600),

    load: async () => {
      const json = await readFile(path, 'utf8')
      try {
        return schema.parse(JSON.parse(json))
      } catch {
        // Without the cause: a parser quotes what it read, and that is secrets.
        throw new Failure({
          code: 'USAGE-004',
          message: `${path} is not what the practice wrote there`,
          remedy: `Practise in another folder, or move ${dirname(folder)} away`,
        })
      }
    },
  }
}
