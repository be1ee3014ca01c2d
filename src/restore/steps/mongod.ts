import { join } from 'node:path'
import { childEnvironment } from '../../lib/child-environment.ts'
import { Failure, type Finding } from '../../lib/failure.ts'
import { formatDuration } from '../../lib/format.ts'
import { isPortFree } from '../../lib/ports.ts'
import { shellCommand } from '../../lib/shell-quote.ts'
import { adoptMongod } from '../../mongod/adopt.ts'
import { argvOf, mongodArguments, type MongodArgument, type MongodSettings } from '../../mongod/arguments.ts'
import { uriOf } from '../../mongod/client.ts'
import { chooseable, describeMongod, noMongodFound, unsuitable } from '../../mongod/binary.ts'
import { findMongods } from '../../mongod/find.ts'
import type { MongodBinary, RunningMongod } from '../../mongod/mongod.ts'
import type { StartEvent } from '../../mongod/readiness.ts'
import { startMongod as startProcess } from '../../mongod/start.ts'
import { sizeOf } from '../../mongod/run-log.ts'
import { followFindings } from '../../proxy/findings.ts'
import type { KeyProxy } from '../../proxy/key-proxy.ts'
import { choosePort, portOfMongod } from '../choose-port.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice, confirm, path } from '../questions.ts'
import { proxyLog, stopRecordedMongod } from '../running.ts'
import type { ChosenSnapshot } from './snapshot.ts'

/** A mongod of this session, and the words it was started with. */
export interface StartedMongod extends RunningMongod {
  readonly argv: readonly string[]
}

/** Starts mongod on the snapshot, or takes over the one that this session has started already. Throws MONGOD-…. */
export async function startMongod(
  context: RestoreContext,
  snapshot: ChosenSnapshot,
  proxy: KeyProxy,
): Promise<StartedMongod> {
  const adopted = await adopt(context, snapshot)
  if (adopted !== undefined) return done(context, adopted, 'still running from before')
  const binary = await chooseBinary(context, snapshot)
  const settings = await settle(context, snapshot, proxy, binary)
  const { mongod, millis } = await withProxyWatched(context, snapshot, proxy, () =>
    start(context, snapshot, binary, settings),
  )
  return done(context, mongod, `ready after ${formatDuration(millis)}`)
}

/** The settings of the mongod to start, from the snapshot, the proxy and the operator's answers. */
export async function settle(
  context: RestoreContext,
  snapshot: ChosenSnapshot,
  proxy: Pick<KeyProxy, 'port' | 'caFile' | 'clientCertificateFile' | 'mongodPort'>,
  binary: MongodBinary,
): Promise<MongodSettings> {
  const { session, dbpath, storage } = snapshot
  return {
    version: binary.version,
    dbpath,
    port: await portFor(context, proxy),
    kmipPort: proxy.port,
    caFile: proxy.caFile,
    clientCertificateFile: proxy.clientCertificateFile,
    logPath: join(session.folder, 'mongod.log'),
    pidFile: join(session.folder, 'mongod.pid'),
    directoryPerDB: storage?.directoryPerDB ?? false,
    directoryForIndexes: storage?.directoryForIndexes ?? false,
    kmipActivateKeys: 'by-version',
    extra: context.mongodArguments,
  }
}

/** The official proxy has been told a port: another one is asked for only where that is taken by now. */
async function portFor(
  context: RestoreContext,
  { mongodPort }: Pick<KeyProxy, 'mongodPort'>,
): Promise<number> {
  return mongodPort !== undefined && (await isPortFree(mongodPort))
    ? mongodPort
    : choosePort(context, portOfMongod)
}

/** Shows the command with a reason for each flag. */
export function showCommand(
  context: RestoreContext,
  binary: MongodBinary,
  list: readonly MongodArgument[],
): void {
  context.tell({
    type: 'command',
    step: 'mongod',
    purpose: binary.simulated ? 'Start the simulated mongod' : 'Start mongod',
    argv: [binary.path, ...argvOf(list)],
    reasons: list.map(({ argument, reason }) => ({ argument, reason })),
  })
}

/** The mongod that was named or chosen. Throws MONGOD-001, 004, 020 or 021. */
export async function chooseBinary(context: RestoreContext, snapshot: ChosenSnapshot): Promise<MongodBinary> {
  const wanted = snapshot.serverVersion?.version
  const chosen = await askForBinary(context, wanted)
  const binary = await describeMongod(chosen, {
    environment: childEnvironment(context.environment),
    signal: context.signal,
  })
  const verdict = chooseable(binary, wanted)
  if (verdict.fits === 'no') throw unsuitable(binary, verdict)
  if (verdict.fits === 'unknown')
    context.tell({
      type: 'note',
      step: 'mongod',
      message: `${verdict.reason}: mongod ${binary.version} is tried`,
    })
  return binary
}

/** Value of the option that leads to a path that is typed. */
const another = ''

async function askForBinary(context: RestoreContext, wanted: string | undefined): Promise<string> {
  const describe = (candidate: string) =>
    describeMongod(candidate, { environment: childEnvironment(context.environment), signal: context.signal })
  const typed = path(catalogue.mongod, {
    wants: 'file',
    details:
      wanted === undefined
        ? []
        : [`The snapshot was written by mongod ${wanted}: that series is needed, Enterprise, no older`],
    problem: answer =>
      describe(answer).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      ),
  })
  const found = await findMongods({ environment: context.environment, extra: [] })
  const described = await Promise.all(found.map(candidate => describe(candidate).catch(() => undefined)))
  const binaries = described.filter(binary => binary !== undefined)
  if (binaries.length === 0) {
    if (!context.canAnswer(catalogue.mongod.id)) throw noMongodFound(wanted)
    return context.ask(typed)
  }
  const options = binaries.map(binary => {
    const verdict = chooseable(binary, wanted)
    const label = `${binary.path}  ${binary.version} ${binary.edition}`
    return verdict.fits === 'no'
      ? { value: binary.path, label, disabled: verdict.reason }
      : { value: binary.path, label, ...(verdict.fits === 'unknown' ? { hint: verdict.reason } : {}) }
  })
  const fitting = options.find(option => !('disabled' in option))
  const [first] = binaries
  if (fitting === undefined && first !== undefined && !context.canAnswer(catalogue.mongod.id)) {
    const verdict = chooseable(first, wanted)
    if (verdict.fits === 'no') throw unsuitable(first, verdict)
  }
  const answer = await context.ask(
    choice(catalogue.mongod, {
      options: [...options, { value: another, label: 'another: type its path' }],
      default: fitting?.value ?? another,
    }),
  )
  return answer === another ? context.ask(typed) : answer
}

async function start(
  context: RestoreContext,
  { session }: ChosenSnapshot,
  binary: MongodBinary,
  first: MongodSettings,
): Promise<{ readonly mongod: StartedMongod; readonly millis: number }> {
  let settings = first
  for (;;) {
    const list = mongodArguments(settings)
    showCommand(context, binary, list)
    const argv = argvOf(list)
    await confirmStart(context, [binary.path, ...argv])
    const { port, dbpath, logPath } = settings
    const began = Date.now()
    const started = await startProcess({
      binary,
      argv,
      dbpath,
      port,
      logPath,
      outputPath: join(session.folder, 'mongod.out'),
      environment: childEnvironment(context.environment),
      onStarted: async identity => {
        const uri = uriOf(port)
        await session.update({
          mongod: { identity, port, dbpath, logPath, uri, version: binary.version, argv },
        })
        context.owns(() => stopRecordedMongod(session))
      },
      onEvent: event => tellStart(context, event),
      signal: context.signal,
    })
    if (started.outcome === 'ready') {
      return { mongod: { ...started.mongod, argv }, millis: Date.now() - began }
    }
    // It has ended by itself.
    await session.forget('mongod')
    const { because, correction } = started
    context.tell({ type: 'note', step: 'mongod', message: `${because.message}. ${because.remedy}` })
    settings = { ...settings, ...correction }
  }
}

/**
 * Tells what the key proxy has to say while mongod starts: that it was asked for a new key, or for one that it does not
 * have, explains a failure better than mongod's own words.
 */
async function withProxyWatched<T>(
  context: RestoreContext,
  { session }: ChosenSnapshot,
  { engine }: Pick<KeyProxy, 'engine'>,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const log = proxyLog(session, engine)
  const options = { from: await sizeOf(log), signal: over.signal }
  const watching = tellFindings(context, followFindings(engine, log, options))
  try {
    return await work()
  } finally {
    over.abort()
    await watching
  }
}

async function tellFindings(context: RestoreContext, findings: AsyncIterable<Finding>): Promise<void> {
  for await (const finding of findings) context.tell({ type: 'finding', step: 'mongod', ...finding })
}

async function confirmStart(context: RestoreContext, argv: readonly string[]): Promise<void> {
  const wanted = await context.ask(
    confirm(catalogue.startMongod, { default: true, danger: 'none', byHand: shellCommand(argv) }),
  )
  if (wanted) return
  throw new Failure({
    code: 'MONGOD-022',
    message: 'mongod is not started, as you wanted: the files are as they were',
    remedy: 'Change an answer and go on, or quit and work on a copy: the same command goes on from here',
  })
}

async function adopt(
  context: RestoreContext,
  { session }: ChosenSnapshot,
): Promise<StartedMongod | undefined> {
  const recorded = session.record.mongod
  if (recorded === undefined) return undefined
  const mongod = await adoptMongod(recorded, {
    signal: context.signal,
    onEvent: event => tellStart(context, event),
  })
  if (mongod === undefined) {
    await stopRecordedMongod(session)
    return undefined
  }
  context.owns(() => stopRecordedMongod(session))
  return { ...mongod, argv: recorded.argv }
}

function tellStart(context: RestoreContext, event: StartEvent): void {
  switch (event.type) {
    case 'progress':
      context.tell({
        type: 'progress',
        step: 'mongod',
        done: Math.round(event.elapsed / 1000),
        unit: 's',
        message: `${event.component}: ${event.message}`,
      })
      break
    case 'note':
      context.tell({ type: 'note', step: 'mongod', message: event.message })
      break
    case 'unlocked':
      context.tell({ type: 'note', step: 'mongod', message: 'The master key opens the keystore' })
      break
  }
}

function done(context: RestoreContext, mongod: StartedMongod, how: string): StartedMongod {
  const summary = `${mongod.version} · 127.0.0.1:${mongod.port} · process ${mongod.identity.pid} · ${how}`
  context.tell({ type: 'step', step: 'mongod', status: 'done', summary })
  return mongod
}
