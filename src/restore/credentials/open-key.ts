import { aimedAt } from '../../credentials/aimed-at.ts'
import { readMetadata, type Metadata } from '../../credentials/metadata.ts'
import type { Proof } from '../../credentials/prove.ts'
import { Failure, type FailureCode, type FindingCode } from '../../lib/failure.ts'
import type { ServedKey } from '../../snapshot/served-ids.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue } from '../questions.ts'
import type { Session } from '../session.ts'
import { chooseSource, sourceNames, type Source } from './choose-source.ts'
import { mendIfWanted } from './mend.ts'
import type { Engine, Named } from './named.ts'
import { obtainCredentials } from './obtain.ts'
import type { Obtained, Wanted } from './obtained.ts'
import { proveOrEntrust } from './prove-or-entrust.ts'

/** A key, and credentials that open it. */
export interface OpenKey {
  readonly served: ServedKey
  readonly source: Source
  /** Undefined where the file cannot be used. */
  readonly metadata: Metadata | undefined
  readonly obtained: Obtained
  /** Undefined where it is left to the official proxy to find the wrapped key and unwrap it. */
  readonly proof: Proof | undefined
}

/** What is settled before a key is opened. */
export interface Settled {
  readonly session: Session
  readonly named: Named
  /** Undefined while this program may unwrap, and has not failed to. */
  readonly engine: Engine | undefined
  readonly opened: readonly OpenKey[]
}

/** A way to credentials. */
interface Way {
  readonly source: Source
  /** What it is called until it has led to credentials. */
  readonly name: string
  /** What comes after it when it leads nowhere. */
  readonly otherwise: 'the metadata file' | 'a question'
  obtain(wanted: Wanted): Promise<Obtained>
}

/**
 * Tries what has opened another key, what the metadata file holds, then what the operator gives, until the cloud unwraps
 * the key. Throws CRED-… and SNAP-01….
 */
export async function openKey(
  context: RestoreContext,
  served: ServedKey,
  settled: Settled,
): Promise<OpenKey> {
  const { session, named } = settled
  const inVain: string[] = []
  let way = await firstWay(context, served, settled)
  let after: FailureCode | undefined
  for (;;) {
    let { name } = way
    const tries = (origin: string) => (name = origin)
    try {
      // Read anew each time: somebody may have edited it meanwhile.
      const metadata = await readOrTell(context, served)
      const obtained = await way.obtain({ key: served.key, metadata, kmsKey: named.kmsKey, after, tries })
      tries(obtained.origin)
      const proof = await proveOrEntrust(context, served, { metadata, obtained, settled })
      if (inVain.length > 0) tellTried(context, inVain, name)
      const isOfficial = proof === undefined || settled.engine === 'official'
      const { source } = way
      const mendable = { source, metadata, credentials: obtained.credentials, where: named.mend }
      // What the official proxy needs in the file it is lent later, unless it shall stay there.
      const isMended =
        (!isOfficial || named.mend === 'file') && (await mendIfWanted(context, session, mendable))
      const now = isMended ? await readOrTell(context, served) : metadata
      return { served, source, metadata: now, obtained, proof }
    } catch (error) {
      if (!isTrouble(error) || context.signal.aborted) throw error
      const isAsked = way.otherwise === 'a question'
      if (!context.interactive) tellByHand(context, error)
      if (isAsked && !context.canAnswer(catalogue.credentials.id)) throw error
      tellTrouble(context, error)
      way = isAsked
        ? wayOf(context, await chooseSource(context, served.key.provider, { trouble: error, before: inVain }))
        : wayOf(context, 'metadata')
      inVain.push(`${name} (${error.code})`)
      after = error.code
    }
  }
}

/** What opened a key of the same cloud most likely opens this one as well. */
async function firstWay(
  context: RestoreContext,
  { key: { provider } }: ServedKey,
  { opened }: Settled,
): Promise<Way> {
  const given = opened.filter(({ source }) => source !== 'metadata')
  const same = given.find(({ served }) => served.key.provider === provider)
  if (same !== undefined) return againWith(same)
  if (context.isDecided(catalogue.credentials.id))
    return wayOf(context, await chooseSource(context, provider, undefined))
  const another = given.find(({ source }) => source === 'environment' || source === 'stdin')
  return wayOf(context, another?.source ?? 'metadata')
}

function wayOf(context: RestoreContext, source: Source): Way {
  return {
    source,
    name: sourceNames[source],
    otherwise: 'a question',
    obtain: wanted => obtainCredentials(context, source, wanted),
  }
}

function againWith({ source, obtained }: OpenKey): Way {
  return {
    source,
    name: obtained.origin,
    otherwise: 'the metadata file',
    obtain: wanted => Promise.resolve(turnedTo(wanted, obtained)),
  }
}

/** Credentials that have opened another key, for this one. Throws CRED-013 where nothing says where it lies. */
function turnedTo(wanted: Wanted, obtained: Obtained): Obtained {
  const { metadata, key } = wanted
  const credentials = metadata === undefined ? undefined : aimedAt(obtained.credentials, metadata)
  if (credentials === undefined) {
    throw new Failure({
      code: 'CRED-013',
      message: `Nothing says where the key ${key.keyId} lies, for which the credentials of another key were tried`,
      remedy: 'Give it credentials of its own: --credentials SOURCE',
    })
  }
  const { renew } = obtained
  return {
    ...obtained,
    credentials,
    renew: renew === undefined ? undefined : async () => turnedTo(wanted, await renew()),
  }
}

/** The metadata file, or undefined where it cannot be used: then it is said why, and credentials come from elsewhere. */
async function readOrTell(context: RestoreContext, { key }: ServedKey): Promise<Metadata | undefined> {
  const reading = await readMetadata(key)
  if (reading.kind === 'metadata') return reading.metadata
  context.tell({ type: 'finding', step: 'credentials', ...reading.problem.finding, severity: 'warning' })
  return undefined
}

/** What other credentials could mend. A file that was changed meanwhile is no matter of credentials. */
function isTrouble(error: unknown): error is Failure & { readonly code: FindingCode } {
  return error instanceof Failure && /^(CRED-0(?!15|16)|SNAP-012)/.test(error.code)
}

/** Where somebody is asked, the question shows it, and only the record needs it besides. */
function tellTrouble(
  context: RestoreContext,
  { code, message, remedy }: Failure & { readonly code: FindingCode },
): void {
  const finding = {
    type: 'finding',
    step: 'credentials',
    code,
    severity: 'warning',
    message,
    remedy,
  } as const
  if (context.interactive) context.session()?.note(finding)
  else context.tell(finding)
}

/** Where nobody is asked, nothing shows what can be copied but a line of its own. */
function tellByHand(context: RestoreContext, { byHand }: Failure): void {
  if (byHand !== undefined)
    context.tell({ type: 'note', step: 'credentials', message: `By hand:\n${byHand}` })
}

function tellTried(context: RestoreContext, inVain: readonly string[], origin: string): void {
  const message = `Tried: ${inVain.join(', ')}; ${origin} opens the key`
  context.tell({ type: 'note', step: 'credentials', message })
}
