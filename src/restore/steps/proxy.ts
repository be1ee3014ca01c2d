import { counted, formatDuration } from '../../lib/format.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import { certificateFilesIn } from '../../proxy/certificate-files.ts'
import { startEmbeddedProxy } from '../../proxy/embedded.ts'
import type { ProxyEvent } from '../../proxy/events.ts'
import type { KeyProxy } from '../../proxy/key-proxy.ts'
import { officialCommand } from '../../proxy/official-command.ts'
import { choosePort, portOfMongod, portOfProxy } from '../choose-port.ts'
import type { RestoreContext } from '../context.ts'
import { stillGood } from '../credentials/expiry.ts'
import { planOfficial, startOfficial } from '../official-engine.ts'
import { proxyLog, stopRecordedProxy } from '../running.ts'
import type { Access, OpenedKey } from './credentials.ts'
import type { ChosenSnapshot } from './snapshot.ts'

/** What the proxy would be started with. */
export type ProxyPlan = Pick<KeyProxy, 'port' | 'caFile' | 'clientCertificateFile' | 'mongodPort'>

/** Starts the key proxy, or takes over the one that still serves these keys. Throws PROXY-…. */
export async function startProxy(
  context: RestoreContext,
  snapshot: ChosenSnapshot,
  access: Access,
): Promise<KeyProxy> {
  const { session } = snapshot
  if (access.kind === 'served') {
    context.owns(() => stopRecordedProxy(session))
    return done(context, access.proxy, 'still running from before')
  }
  // What an earlier attempt left, and does not serve these keys, makes place.
  await stopRecordedProxy(session)
  if (access.kind === 'entrusted') {
    const official = await startOfficial(context, snapshot, access.keys)
    return done(context, official, 'kmipProxyStandalone serves')
  }
  const { port, caFile, clientCertificateFile } = await planProxy(context, snapshot, access)
  const began = Date.now()
  const keyIds = access.keys.flatMap(({ ids }) => ids)
  // Time has passed with the question for a port.
  const keys: OpenedKey[] = []
  for (const key of access.keys) keys.push({ ...key, obtained: await stillGood(context, key.obtained) })
  const proxy = await startEmbeddedProxy({
    program: context.program,
    orders: { port, certificates: snapshot.dbpath, keys: keys.map(orderOf) },
    statusLog: proxyLog(session, 'embedded'),
    environment: context.environment,
    onStarted: async identity => {
      const engine = 'embedded'
      await session.update({
        proxy: { engine, identity, host: '127.0.0.1', port, keyIds, caFile, clientCertificateFile },
      })
      context.owns(() => stopRecordedProxy(session))
    },
    onEvent: event => tellProxy(context, event),
    signal: context.signal,
  })
  await session.update({ proxy })
  return done(context, proxy, `ready after ${formatDuration(Date.now() - began)}`)
}

/** Chooses the port and shows the command. Throws PROXY-001. */
export async function planProxy(
  context: RestoreContext,
  snapshot: ChosenSnapshot,
  access: Access,
): Promise<ProxyPlan> {
  if (access.kind === 'entrusted') return planOfficial(context, snapshot, access.keys)
  const files = certificateFilesIn(snapshot.dbpath)
  const port =
    access.kind === 'served'
      ? access.proxy.port
      : await choosePort(context, { ...portOfProxy, byHand: byHand(snapshot, access.keys) })
  context.tell({
    type: 'command',
    step: 'proxy',
    purpose: 'Start the key proxy, with the credentials on its standard input',
    argv: ['snapthaw', 'proxy', '--stdin'],
  })
  return { port, ...files }
}

/** The official binary's command line for the same, with its secrets left out. */
function byHand({ dbpath }: ChosenSnapshot, keys: readonly OpenedKey[]): string {
  const provider = keys[0]?.obtained.credentials.provider ?? 'aws'
  const command = officialCommand({
    program: 'kmipProxyStandalone',
    provider,
    dbpath,
    kmipPort: portOfProxy.usual,
    mongodPort: portOfMongod.usual,
    credentials: undefined,
  })
  return shellCommand(command.map(String))
}

function orderOf({ ids, wrappedKey, keyName, obtained: { credentials } }: OpenedKey) {
  return { ids, wrappedKey, keyName, credentials }
}

function tellProxy(context: RestoreContext, event: ProxyEvent): void {
  switch (event.type) {
    case 'unwrapped':
      context.tell({
        type: 'progress',
        step: 'proxy',
        done: event.keyIds.length,
        unit: 'keys',
        message: `${event.provider} unwrapped the master key in ${formatDuration(event.millis)}`,
      })
      break
    case 'note':
      context.tell({ type: 'note', step: 'proxy', message: event.message })
      break
    case 'finding': {
      const { code, severity, message, remedy } = event
      context.tell({ type: 'finding', step: 'proxy', code, severity, message, remedy })
      break
    }
    default:
  }
}

function done(context: RestoreContext, proxy: KeyProxy, how: string): KeyProxy {
  const summary = `${counted(proxy.keyIds.length, 'key id')} · 127.0.0.1:${proxy.port} · process ${proxy.identity.pid} · ${how}`
  context.tell({ type: 'step', step: 'proxy', status: 'done', summary })
  return proxy
}
