import { Failure } from '../../lib/failure.ts'
import type { ServedKey } from '../../snapshot/served-ids.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue } from '../questions.ts'
import { decided } from './ask.ts'

/** Who unwraps the master key and serves it. */
export type Engine = 'embedded' | 'official'

/** What the operator names by flags about the keys, whatever their credentials are. */
export interface Named {
  /** `--wrapped-key ID=FILE`: the file of each key id. */
  readonly wrappedKeyFiles: ReadonlyMap<string, string>
  /** `--kms-key` */
  readonly kmsKey: string | undefined
  /** `--mend`, which then counts for all keys; undefined where it is asked for each. */
  readonly mend: string | undefined
  /** `--engine` */
  readonly engine: Engine | undefined
}

/** Throws USAGE-002 for what does not fit the keys that are needed. */
export async function readNamed(context: RestoreContext, needed: readonly ServedKey[]): Promise<Named> {
  const keyIds = needed.map(({ key }) => key.keyId)
  const files = wrappedKeyFiles(await decided(context, catalogue.wrappedKey))
  const stray = [...files.keys()].find(id => !keyIds.includes(id))
  if (stray !== undefined) throw notThisKey(stray, keyIds)
  const kmsKey = await decided(context, catalogue.kmsKey)
  if (kmsKey !== undefined && needed.length > 1) throw whichKey(kmsKey, keyIds)
  const engine = await decided(context, catalogue.engine)
  return {
    wrappedKeyFiles: files,
    kmsKey,
    mend: await decided(context, catalogue.mend),
    engine: engine === 'embedded' || engine === 'official' ? engine : undefined,
  }
}

/** What `--wrapped-key` says: `ID=FILE`, one a line, as the file of each id. */
export function wrappedKeyFiles(lines: string | undefined): ReadonlyMap<string, string> {
  return new Map(lines?.split('\n').map(fileOf))
}

function fileOf(named: string): readonly [id: string, file: string] {
  const at = named.indexOf('=')
  return [named.slice(0, Math.max(at, 0)), named.slice(at + 1)]
}

function notThisKey(id: string, keyIds: readonly string[]): Failure {
  return new Failure({
    code: 'USAGE-002',
    message: `--wrapped-key names the key ${id === '' ? '(none)' : id}, and mongod needs ${keyIds.join(', ')}`,
    remedy: `Give it as: --wrapped-key ${keyIds[0] ?? 'ID'}=FILE`,
  })
}

function whichKey(kmsKey: string, keyIds: readonly string[]): Failure {
  return new Failure({
    code: 'USAGE-002',
    message: `--kms-key ${kmsKey} does not say which of the keys ${keyIds.join(', ')} it wrapped`,
    remedy: `Restore with one of them: --key-id ${keyIds[0] ?? 'ID'}`,
  })
}
