import { homedir } from 'node:os'
import { fileValues } from '../credentials/file-values.ts'
import { mendDiff } from '../credentials/mend-diff.ts'
import { planMend, type Mend } from '../credentials/mend.ts'
import type { AwsCredentials, CloudCredentials } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import type { Secret } from '../lib/secret.ts'
import { certificateFilesIn, type CertificateFiles } from '../proxy/certificate-files.ts'
import type { KeyProxy } from '../proxy/key-proxy.ts'
import { officialCommand, type OfficialOrders } from '../proxy/official-command.ts'
import { programProblem, startOfficialProxy } from '../proxy/official.ts'
import { pastedPath } from '../snapshot/pasted-path.ts'
import { choosePort, portOfMongod, portOfProxy } from './choose-port.ts'
import type { RestoreContext } from './context.ts'
import { stillGood } from './credentials/expiry.ts'
import { lend } from './credentials/lend.ts'
import type { OpenKey } from './credentials/open-key.ts'
import { catalogue, confirm, path } from './questions.ts'
import { proxyLog, stopRecordedProxy } from './running.ts'
import type { Session } from './session.ts'

/** The snapshot whose keys are to be served, and the session that knows of it. */
interface Place {
  readonly dbpath: string
  readonly session: Session
}

/** Where the proxy would be. */
export interface OfficialPlan extends CertificateFiles {
  readonly port: number
  readonly mongodPort: number
}

/** Starts MongoDB's own key proxy with the credentials that were found. Throws CRED-005 and PROXY-…. */
export async function startOfficial(
  context: RestoreContext,
  place: Place,
  keys: readonly OpenKey[],
): Promise<KeyProxy> {
  const { session } = place
  const planned = await chooseOrders(context, place, keys)
  // Time has passed with questions, and it may read its credentials only once.
  const now: OpenKey[] = []
  for (const key of keys) now.push({ ...key, obtained: await stillGood(context, key.obtained) })
  const { inArgv, mends } = handingOver(now)
  const orders = { ...planned, credentials: inArgv }
  if (mends.length > 0) await confirmLending(context, mends)
  tellCommand(context, orders)
  if (inArgv !== undefined) await confirmArgv(context)
  context.owns(() => stopRecordedProxy(session))
  for (const mend of mends) await lend(session, mend)
  const proxy = await startOfficialProxy({
    orders,
    keyIds: keys.flatMap(({ served }) => served.ids),
    log: proxyLog(session, 'official'),
    secrets: now.flatMap(({ obtained }) => secretsOf(obtained.credentials)),
    environment: context.environment,
    onStarted: started => session.update({ proxy: started }),
    signal: context.signal,
  })
  if (mends.length > 0) {
    const message = `The metadata file holds the credentials as long as kmipProxyStandalone runs. snapthaw stop ${session.id} ends it and puts the file back`
    context.tell({ type: 'note', step: 'proxy', message })
  }
  return proxy
}

/** What would be started: shows the command. Throws PROXY-001 and PROXY-010. */
export async function planOfficial(
  context: RestoreContext,
  place: Place,
  keys: readonly OpenKey[],
): Promise<OfficialPlan> {
  const orders = await chooseOrders(context, place, keys)
  tellCommand(context, orders)
  return { port: orders.kmipPort, mongodPort: orders.mongodPort, ...certificateFilesIn(place.dbpath) }
}

/** Asks for the program and the ports, once it is clear that it could have the credentials. */
async function chooseOrders(
  context: RestoreContext,
  { dbpath }: Place,
  keys: readonly OpenKey[],
): Promise<OfficialOrders> {
  const [provider, ...others] = new Set(keys.map(({ served }) => served.key.provider))
  if (provider === undefined || others.length > 0)
    throw notForOfficial('it serves the keys of one cloud, and several are needed', '--provider P')
  const { inArgv } = handingOver(keys)
  const absolute = (given: string) => pastedPath(given, { home: homedir(), cwd: process.cwd() })
  const program = await context.ask(
    path(catalogue.officialProxy, { wants: 'file', problem: given => programProblem(absolute(given)) }),
  )
  return {
    program: absolute(program),
    provider,
    dbpath,
    kmipPort: await choosePort(context, portOfProxy),
    mongodPort: await choosePort(context, portOfMongod),
    credentials: inArgv,
  }
}

function tellCommand(context: RestoreContext, orders: OfficialOrders): void {
  context.tell({
    type: 'command',
    step: 'proxy',
    purpose: 'Start MongoDB’s own key proxy',
    argv: officialCommand(orders).map(String),
  })
}

/** How the credentials reach it: it reads the metadata files, and for AWS its command line. */
interface HandingOver {
  /** Changes of the metadata files, to be taken back when it has ended. */
  readonly mends: readonly Mend[]
  /** For all keys, in place of the files. */
  readonly inArgv: AwsCredentials | undefined
}

/** Throws PROXY-010 where there is no way. */
function handingOver(keys: readonly OpenKey[]): HandingOver {
  const unfit = keys.filter(({ metadata, obtained }) => metadata === undefined || !fits(obtained.credentials))
  if (unfit.length === 0) return { mends: keys.flatMap(mendFor), inArgv: undefined }
  const [credentials, ...others] = keys.map(({ obtained }) => obtained.credentials)
  if (credentials?.provider !== 'aws') {
    throw notForOfficial(
      'it takes them from the metadata file only, and these cannot stand there',
      '--credentials stdin or prompt',
    )
  }
  const isOneForAll = others.every(
    other =>
      other.provider === 'aws' &&
      other.region === credentials.region &&
      other.accessKeyId.reveal() === credentials.accessKeyId.reveal(),
  )
  if (isOneForAll) return { mends: [], inArgv: credentials }
  throw notForOfficial(
    'its command line takes one set of credentials, and the keys need several',
    '--key-id ID',
  )
}

function fits(credentials: CloudCredentials): boolean {
  return fileValues(credentials).kind === 'values'
}

/** None where the file says the same already. */
function mendFor({ metadata, obtained }: OpenKey): readonly Mend[] {
  const mend = metadata === undefined ? undefined : planMend(metadata, obtained.credentials)
  return mend === undefined || mend.changes.length === 0 ? [] : [mend]
}

async function confirmLending(context: RestoreContext, mends: readonly Mend[]): Promise<void> {
  const isWanted = await context.ask(
    confirm(catalogue.lendMetadata, { default: true, danger: 'change', details: mends.flatMap(mendDiff) }),
  )
  if (!isWanted) throw notForOfficial('you do not want them in the metadata file')
}

async function confirmArgv(context: RestoreContext): Promise<void> {
  const details = [
    'They work only with a session token, or there is no metadata file: no file can hand them over.',
    'On the command line, ps shows them to every user of this machine as long as the proxy runs.',
  ]
  const isWanted = await context.ask(
    confirm(catalogue.secretsInArgv, { default: false, danger: 'change', details }),
  )
  if (!isWanted) throw notForOfficial('you do not want them on its command line')
}

/** `others`: the flag that leads to credentials which it could have. */
function notForOfficial(why: string, others?: string): Failure {
  const instead = others === undefined ? '' : `, or use others: ${others}`
  return new Failure({
    code: 'PROXY-010',
    message: `kmipProxyStandalone cannot be given these credentials: ${why}`,
    remedy: `Let snapthaw serve the key, which keeps them in memory (--engine embedded)${instead}`,
    backTo: 'credentials',
  })
}

function secretsOf(credentials: CloudCredentials): readonly Secret[] {
  switch (credentials.provider) {
    case 'aws': {
      const { secretAccessKey, sessionToken } = credentials
      return [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])]
    }
    case 'azure':
      return credentials.identity.kind === 'client-secret' ? [credentials.identity.secret] : []
    case 'gcp':
      return credentials.identity.kind === 'service-account' ? [credentials.identity.key] : []
  }
}
