import { formatDuration } from '../../lib/format.ts'
import { adoptProxy } from '../../proxy/adopt.ts'
import type { KeyProxy } from '../../proxy/key-proxy.ts'
import { adoptOfficialProxy } from '../../proxy/official.ts'
import type { ServedKey } from '../../snapshot/served-ids.ts'
import type { RestoreContext } from '../context.ts'
import { chooseKeys } from '../credentials/choose-keys.ts'
import { readNamed, type Engine } from '../credentials/named.ts'
import { openKey, type OpenKey } from '../credentials/open-key.ts'
import type { Obtained } from '../credentials/obtained.ts'
import { stopRecordedProxy } from '../running.ts'
import type { ChosenSnapshot } from './snapshot.ts'

/** A master key that the cloud has unwrapped once, as a proof, and will unwrap again for the key proxy. */
export interface OpenedKey {
  readonly keyId: string
  /** The KMIP ids under which mongod may ask for it. */
  readonly ids: readonly string[]
  readonly wrappedKey: Uint8Array
  readonly keyName: string | undefined
  readonly obtained: Obtained
}

/** How the keys are had. */
export type Access =
  | { readonly kind: 'opened'; readonly keys: readonly OpenedKey[] }
  /** The official proxy finds and unwraps them, with these credentials. */
  | { readonly kind: 'entrusted'; readonly keys: readonly OpenKey[] }
  /** By the proxy of an earlier run. */
  | { readonly kind: 'served'; readonly proxy: KeyProxy }

/** Finds credentials that open the snapshot's keys, and proves it by asking the cloud. Throws CRED-… and SNAP-01…. */
export async function openKeys(context: RestoreContext, snapshot: ChosenSnapshot): Promise<Access> {
  const needed = await chooseKeys(context, snapshot)
  const proxy = await stillServing(context, snapshot, needed)
  if (proxy !== undefined) {
    const summary = 'not needed: the key proxy still has the key'
    context.tell({ type: 'step', step: 'credentials', status: 'skipped', summary })
    return { kind: 'served', proxy }
  }
  // What an earlier attempt left makes place, and gives back the metadata file that it was lent.
  await stopRecordedProxy(snapshot.session)
  return openAll(context, snapshot, needed)
}

/** The same whether a key proxy runs or not: for whoever wants to know about the credentials alone. */
export async function proveCredentials(context: RestoreContext, snapshot: ChosenSnapshot): Promise<void> {
  await openAll(context, snapshot, await chooseKeys(context, snapshot))
}

async function openAll(
  context: RestoreContext,
  { session }: ChosenSnapshot,
  needed: readonly ServedKey[],
): Promise<Access> {
  const named = await readNamed(context, needed)
  let engine: Engine | undefined = named.engine
  const opened: OpenKey[] = []
  for (const served of needed) {
    const key = await openKey(context, served, { session, named, engine, opened })
    // One proxy serves all keys: what the search cannot find, the official one finds, and then the others as well.
    if (key.proof === undefined) engine = 'official'
    opened.push(key)
  }
  const summary = opened.map(summaryOf).join('; ')
  context.tell({ type: 'step', step: 'credentials', status: 'done', summary })
  return engine === 'official'
    ? { kind: 'entrusted', keys: opened }
    : { kind: 'opened', keys: opened.flatMap(openedKey) }
}

/** The proxy of an earlier run of this session, if it really still serves all that is needed. */
async function stillServing(
  context: RestoreContext,
  { session }: ChosenSnapshot,
  needed: readonly ServedKey[],
): Promise<KeyProxy | undefined> {
  const recorded = session.record.proxy
  if (recorded === undefined) return undefined
  const ids = needed.flatMap(served => served.ids)
  if (!ids.every(id => recorded.keyIds.includes(id))) return undefined
  const adopt = recorded.engine === 'official' ? adoptOfficialProxy : adoptProxy
  return adopt(recorded, context.signal)
}

function openedKey({ served: { key, ids }, obtained, proof }: OpenKey): readonly OpenedKey[] {
  if (proof === undefined) return []
  const { blob, keyName } = proof.wrappedKey
  return [{ keyId: key.keyId, ids, wrappedKey: blob, keyName, obtained }]
}

function summaryOf({ obtained: { credentials, origin, expiration }, proof }: OpenKey): string {
  return [
    origin,
    ...(credentials.provider === 'aws' ? [credentials.region] : []),
    proof?.caller?.principal ?? (proof === undefined ? 'left to the official proxy' : 'decrypts'),
    ...(expiration === undefined ? [] : [`expires in ${formatDuration(expiration.getTime() - Date.now())}`]),
  ].join(' · ')
}
