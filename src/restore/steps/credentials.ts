import { diagnose } from '../../credentials/diagnose.ts'
import { readMetadata, type Metadata } from '../../credentials/metadata.ts'
import { proveKey, type Proof } from '../../credentials/prove.ts'
import { KmsFailure } from '../../kms/failure.ts'
import type { CloudCredentials } from '../../kms/key-service.ts'
import { openKeyService } from '../../kms/open.ts'
import { Failure } from '../../lib/failure.ts'
import { formatDuration } from '../../lib/format.ts'
import { adoptProxy } from '../../proxy/adopt.ts'
import type { KeyProxy } from '../../proxy/key-proxy.ts'
import { servedKeys, type ServedKey } from '../../snapshot/served-ids.ts'
import type { RestoreContext } from '../context.ts'
import { chooseSource, type Source } from '../credentials/choose-source.ts'
import { mendIfWanted } from '../credentials/mend.ts'
import { obtainCredentials } from '../credentials/obtain.ts'
import type { Obtained } from '../credentials/obtained.ts'
import { catalogue, choice } from '../questions.ts'
import type { ChosenSnapshot } from './snapshot.ts'

/** A master key that the cloud has unwrapped once, as a proof, and will unwrap again for the key proxy. */
export interface OpenedKey {
  readonly keyId: string
  /** The KMIP ids under which mongod may ask for it. */
  readonly ids: readonly string[]
  readonly wrappedKey: Uint8Array
  readonly keyName: string | undefined
  readonly credentials: CloudCredentials
}

/** How the keys are had: opened just now, or served already by the proxy of an earlier run. */
export type Access =
  | { readonly kind: 'opened'; readonly keys: readonly OpenedKey[] }
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
  const opened: Opened[] = []
  for (const served of needed) opened.push(await openKey(context, snapshot, served))
  context.tell({
    type: 'step',
    step: 'credentials',
    status: 'done',
    summary: opened.map(summaryOf).join('; '),
  })
  return { kind: 'opened', keys: opened.map(({ key }) => key) }
}

interface Opened {
  readonly key: OpenedKey
  readonly obtained: Obtained
  readonly proof: Proof
}

/** The keys that mongod will ask for. Throws SNAP-011 where nothing says which of several it is, and nobody does. */
async function chooseKeys(context: RestoreContext, snapshot: ChosenSnapshot): Promise<readonly ServedKey[]> {
  const candidates = servedKeys(snapshot)
  const isSure =
    candidates.length === 1 || candidates.every(({ key }) => snapshot.keystoreIds.includes(key.keyId))
  if (isSure && !context.isDecided(catalogue.keyId.id)) return candidates
  const options = candidates.map(({ key }) => ({ value: key.keyId, label: key.keyId, hint: key.provider }))
  const details = snapshot.keystoreIds.map(id => `mongod will ask for the key ${id}`)
  const answer = await context.ask(choice(catalogue.keyId, { details, options }))
  const chosen = candidates.filter(({ key }) => key.keyId === answer)
  if (chosen.length > 0) return chosen
  throw new Failure({
    code: 'SNAP-011',
    message: `The snapshot has no key ${answer}`,
    remedy: `Choose one of: ${options.map(({ value }) => value).join(', ')}`,
  })
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
  return ids.every(id => recorded.keyIds.includes(id)) ? adoptProxy(recorded, context.signal) : undefined
}

/** Tries what the metadata file holds, then what the operator gives, until the cloud unwraps the key. */
async function openKey(
  context: RestoreContext,
  { session }: ChosenSnapshot,
  served: ServedKey,
): Promise<Opened> {
  const { key } = served
  const { provider } = key
  const { credentials } = catalogue
  let source: Source = context.isDecided(credentials.id)
    ? await chooseSource(context, provider, undefined)
    : 'metadata'
  for (;;) {
    try {
      // Read anew each time: somebody may have edited it meanwhile.
      const metadata = await metadataOf(context, served)
      const obtained = await obtainCredentials(context, source, { key, metadata })
      const proof = await prove(context, served, metadata, obtained)
      await mendIfWanted(context, session, { source, metadata, credentials: obtained.credentials })
      return { key: openedKey(served, proof, obtained), obtained, proof }
    } catch (error) {
      const trouble = troubleOf(error, served)
      if (trouble === undefined || context.signal.aborted) throw error
      if (!context.canAnswer(credentials.id)) throw trouble
      tellTrouble(context, trouble)
      source = await chooseSource(context, provider, trouble)
    }
  }
}

/** The metadata file, or undefined where it cannot be used: then it is said why, and credentials come from elsewhere. */
async function metadataOf(context: RestoreContext, { key }: ServedKey): Promise<Metadata | undefined> {
  const reading = await readMetadata(key)
  if (reading.kind === 'metadata') return reading.metadata
  context.tell({ type: 'finding', step: 'credentials', ...reading.problem.finding, severity: 'warning' })
  return undefined
}

async function prove(
  context: RestoreContext,
  { key }: ServedKey,
  metadata: Metadata | undefined,
  { credentials, origin }: Obtained,
): Promise<Proof> {
  const message = `asking ${key.provider} with the credentials of ${origin}`
  context.tell({ type: 'progress', step: 'credentials', done: 0, unit: 'keys', message })
  const service = await openKeyService(credentials, { environment: context.environment })
  try {
    const wrappedKeyFile = await namedFile(context, key.keyId)
    const proof = await proveKey(service, { key, credentials, metadata, wrappedKeyFile }, context.signal)
    for (const note of proof.notes) context.tell({ type: 'note', step: 'credentials', message: note })
    const found = `The wrapped master key is in ${proof.foundIn}, and unwraps`
    context.tell({ type: 'note', step: 'credentials', message: found })
    return proof
  } finally {
    service.close()
  }
}

/** What `--wrapped-key ID=FILE` says of this key. */
async function namedFile(context: RestoreContext, keyId: string): Promise<string | undefined> {
  if (!context.isDecided(catalogue.wrappedKey.id)) return undefined
  const answer = await context.ask({ ...catalogue.wrappedKey, kind: 'text', lesson: catalogue.wrappedKey.id })
  const [id, file] = [answer.slice(0, answer.indexOf('=')), answer.slice(answer.indexOf('=') + 1)]
  if (id === keyId) return file
  throw new Failure({
    code: 'USAGE-002',
    message: `--wrapped-key names the key ${id}, and mongod needs ${keyId}`,
    remedy: `Give it as: --wrapped-key ${keyId}=FILE`,
  })
}

function openedKey({ key, ids }: ServedKey, { wrappedKey }: Proof, { credentials }: Obtained): OpenedKey {
  return { keyId: key.keyId, ids, wrappedKey: wrappedKey.blob, keyName: wrappedKey.keyName, credentials }
}

/** What new credentials could mend, or undefined for everything else. */
function troubleOf(error: unknown, { key }: ServedKey): Failure | undefined {
  if (error instanceof KmsFailure) {
    const failure = diagnose(error, { key, credentials: undefined, caller: undefined, keyName: undefined })
    return failure.code === 'CANCELLED' ? undefined : failure
  }
  const isAboutCredentials = error instanceof Failure && /^(CRED-|SNAP-012)/.test(error.code)
  return isAboutCredentials ? error : undefined
}

/** Where somebody is asked, the question shows it; elsewhere it is told, so that the record has it. */
function tellTrouble(context: RestoreContext, { code, message, remedy }: Failure): void {
  if (code === 'CANCELLED') return
  context.tell({ type: 'finding', step: 'credentials', code, severity: 'warning', message, remedy })
}

function summaryOf({ proof, obtained }: Opened): string {
  const { credentials, origin, expiration } = obtained
  return [
    origin,
    ...(credentials.provider === 'aws' ? [credentials.region] : []),
    proof.caller?.principal ?? 'decrypts',
    ...(expiration === undefined ? [] : [`expires in ${formatDuration(expiration.getTime() - Date.now())}`]),
  ].join(' · ')
}
