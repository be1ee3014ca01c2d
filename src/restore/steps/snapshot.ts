import { homedir } from 'node:os'
import { Failure, type Finding } from '../../lib/failure.ts'
import { findDbpaths, severalDbpaths } from '../../snapshot/find.ts'
import { pastedPath } from '../../snapshot/pasted-path.ts'
import type { Snapshot } from '../../snapshot/snapshot.ts'
import { surveySnapshot } from '../../snapshot/survey.ts'
import { summarySnapshot } from '../../snapshot/summary.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, choice, path } from '../questions.ts'
import {
  beginSession,
  passingSession,
  readSession,
  resumeSession,
  unfinishedSession,
  type Session,
  type SessionRecord,
} from '../session.ts'
import { describeRunning, endUnrecordedMongod, stopRunning } from '../running.ts'

/** The snapshot that is restored, and the session that restores it. */
export interface ChosenSnapshot extends Snapshot {
  readonly session: Session
}

/**
 * Finds the dbpath, opens its session, and looks at what lies there. Throws SNAP-… and SESSION-…; `whileInUse` says
 * whether a mongod that has the dbpath open stands in the way.
 */
export async function chooseSnapshot(
  context: RestoreContext,
  whileInUse: 'refuse' | 'go on' = 'refuse',
): Promise<ChosenSnapshot> {
  const dbpath = await chooseDbpath(context)
  const session = await openSession(context, dbpath)
  const snapshot = await survey(context, dbpath, session)
  const passedOver = (finding: Finding) =>
    whileInUse === 'go on' ? finding.code === 'SNAP-008' : isAboutOurOwn(finding, snapshot, session.record)
  for (const finding of snapshot.findings.filter(each => !passedOver(each))) {
    if (finding.severity === 'error') throw new Failure(finding)
    context.tell({ type: 'finding', step: 'snapshot', ...finding })
  }
  context.tell({ type: 'step', step: 'snapshot', status: 'done', summary: summarySnapshot(snapshot) })
  return { ...snapshot, session }
}

async function survey(context: RestoreContext, dbpath: string, session: Session): Promise<Snapshot> {
  const options = {
    signal: context.signal,
    onProgress: (files: number) =>
      context.tell({ type: 'progress', step: 'snapshot', done: files, unit: 'files' }),
  }
  const snapshot = await surveySnapshot(dbpath, options)
  const { lockedBy } = snapshot
  const isFree =
    lockedBy !== undefined && context.mode === 'restore' && (await endUnrecordedMongod(session, lockedBy))
  return isFree ? surveySnapshot(dbpath, options) : snapshot
}

async function chooseDbpath(context: RestoreContext): Promise<string> {
  const absolute = (given: string) => pastedPath(given, { home: homedir(), cwd: process.cwd() })
  const given = await context.ask(
    path(catalogue.path, {
      wants: 'folder',
      problem: answer =>
        findDbpaths(absolute(answer), context.signal).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        ),
    }),
  )
  const found = await findDbpaths(absolute(given), context.signal)
  if (found.length === 1) return found[0]
  if (!context.canAnswer(catalogue.dbpath.id)) throw severalDbpaths(absolute(given), found)
  const chosen = await context.ask(
    choice(catalogue.dbpath, { options: found.map(dbpath => ({ value: dbpath, label: dbpath })) }),
  )
  const dbpath = found.find(each => each === absolute(chosen))
  if (dbpath === undefined) throw severalDbpaths(absolute(given), found)
  return dbpath
}

/** The session that is already open for this dbpath, an unfinished one, or a new one. */
async function openSession(context: RestoreContext, dbpath: string): Promise<Session> {
  const open = context.session()
  if (open?.record.dbpath === dbpath) return open
  if (context.mode === 'dry-run') return use(context, passingSession(dbpath, context.simulated))
  const earlier = await earlierSession(context, dbpath)
  if (earlier === undefined) return use(context, await beginSession(context.home, dbpath, context.simulated))
  const session = await resumeSession(context.home, earlier)
  if (await wantsToResume(context, session.record)) {
    context.tell({
      type: 'note',
      step: 'snapshot',
      message: `Going on with session ${session.id}, at the step ${session.record.reached}`,
    })
    return use(context, session)
  }
  // Nothing of the earlier restore stays behind without an owner.
  await stopRunning(session)
  await session.update({ state: 'stopped' })
  await session.close()
  return use(context, await beginSession(context.home, dbpath, context.simulated))
}

async function earlierSession(context: RestoreContext, dbpath: string): Promise<SessionRecord | undefined> {
  if (context.sessionId === undefined) return unfinishedSession(context.home, dbpath)
  const named = await readSession(context.home, context.sessionId)
  if (named?.dbpath === dbpath) return named
  throw new Failure({
    code: 'SESSION-002',
    message:
      named === undefined
        ? `There is no session ${context.sessionId}`
        : `Session ${context.sessionId} restores another snapshot: ${named.dbpath}`,
    remedy: 'List the sessions with: snapthaw status',
  })
}

async function wantsToResume(context: RestoreContext, record: SessionRecord): Promise<boolean> {
  if (context.onUnfinished === 'fresh') return false
  if (!context.interactive || context.sessionId !== undefined) return true
  const running = await describeRunning(record)
  const answer = await context.ask(
    choice(catalogue.resume, {
      details: [
        `Session ${record.id}, begun ${record.startedAt}, reached the step ${record.reached}`,
        ...(running.length === 0 ? ['Nothing of it is running'] : running),
      ],
      options: [
        {
          value: 'resume',
          label: 'Go on from there',
          hint: 'nothing is asked twice, everything is checked again',
        },
        {
          value: 'fresh',
          label: 'Start over',
          hint: running.length === 0 ? 'asks everything anew' : 'stops what runs first',
        },
      ],
      default: 'resume',
    }),
  )
  return answer === 'resume'
}

async function use(context: RestoreContext, session: Session): Promise<Session> {
  await context.useSession(session)
  return session
}

/** A dbpath that is in use is a reason to stop, unless it is this session's own mongod that uses it. */
function isAboutOurOwn(finding: Finding, snapshot: Snapshot, record: SessionRecord): boolean {
  return (
    finding.code === 'SNAP-008' &&
    snapshot.lockedBy !== undefined &&
    snapshot.lockedBy === record.mongod?.identity.pid
  )
}
