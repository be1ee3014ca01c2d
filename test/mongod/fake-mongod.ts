import { appendFileSync, writeFileSync } from 'node:fs'
import type { Document } from 'bson'
import { refusal, serveOpMsg, type Answer } from './op-msg-server.ts'

/** What the fake mongod does, as JSON in the environment variable BEHAVIOUR. */
export interface Behaviour {
  /** Lines of its log; PORT stands for its port. */
  readonly log: readonly string[]
  /** What it says on standard error. */
  readonly print?: string
  /** `listen` (and say so in the log), stay silent as if recovering, or end. */
  readonly then: 'listen' | 'recover' | { readonly exit: number } | { readonly die: NodeJS.Signals }
  readonly onShutdown?: 'obey' | 'refuse' | 'pretend'
  readonly onSigterm?: 'obey' | 'ignore'
  /** When given, the dbpath that getCmdLineOpts reports. */
  readonly reportedDbpath?: string
  /** The dialect of the driver's protocol; 21 is that of MongoDB 7.0. */
  readonly maxWireVersion?: number
}

const behaviour = JSON.parse(process.env.BEHAVIOUR ?? '{}') as Behaviour
const argv = process.argv.slice(2)
const valueOf = (flag: string) => argv[argv.indexOf(flag) + 1] ?? ''

const log = (line: string) => appendFileSync(valueOf('--logpath'), `${line}\n`)

if (argv.includes('--environment-to')) writeFileSync(valueOf('--environment-to'), JSON.stringify(process.env))
process.on('SIGTERM', () => {
  if (behaviour.onSigterm !== 'ignore') process.exit(0)
})
for (const line of behaviour.log) log(line)
if (behaviour.print !== undefined) process.stderr.write(behaviour.print)

const { then } = behaviour
if (typeof then === 'object') {
  if ('exit' in then) process.exit(then.exit)
  process.kill(process.pid, then.die)
}
if (then === 'listen') {
  await serveOpMsg(answer, Number(valueOf('--port')), behaviour.maxWireVersion)
  log(
    `{"t":{"$date":"2026-01-05T10:00:01.000+00:00"},"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections","attr":{"port":${valueOf('--port')},"ssl":"off"}}`,
  )
}
setInterval(() => undefined, 1000)

function answer(name: string): Answer | undefined {
  const answers: Record<string, () => Answer | undefined> = {
    serverStatus: () => ({ pid: process.pid }),
    getCmdLineOpts: (): Document => ({
      argv: ['mongod', ...argv],
      parsed: { storage: { dbPath: behaviour.reportedDbpath ?? valueOf('--dbpath') } },
    }),
    shutdown: () => {
      if (behaviour.onShutdown === 'refuse') return refusal(13, 'not allowed')
      if (behaviour.onShutdown !== 'pretend') setImmediate(() => process.exit(0))
      return 'hang up'
    },
  }
  return answers[name]?.()
}
