import { hostname } from 'node:os'
import type { BuildInfo } from '../build-info.ts'
import { simulatedNotice } from './about.ts'
import type { MongodLog } from './log.ts'
import type { MongodOptions } from './options.ts'
import { startEntry } from './start-failure.ts'

const loopback = ['127.0.0.1', 'localhost']

/** The first entries of a run: who this is, with which options, and what to know about it. Ids 9900001… are this project's own. */
export function announce(log: MongodLog, options: MongodOptions, buildInfo: BuildInfo): void {
  const { port, dbpath: dbPath, bindIp, ignored, settings } = options
  const startupWarning = (component: string, id: number, message: string) =>
    log.write({ ...startEntry('W', component, id, message), tags: ['startupWarnings'] })
  const start = { pid: process.pid, port, dbPath, architecture: '64-bit', host: hostname() }
  log.write(startEntry('I', 'CONTROL', 4615611, 'MongoDB starting', start))
  startupWarning('CONTROL', 9900001, simulatedNotice)
  log.write(startEntry('I', 'CONTROL', 23403, 'Build Info', { buildInfo }))
  log.write(startEntry('I', 'CONTROL', 21951, 'Options set by command line', { options: settings }))
  for (const flag of ignored)
    startupWarning('CONTROL', 9900002, `${flag} has no effect in a simulated mongod`)
  if (!loopback.includes(bindIp)) {
    startupWarning('NETWORK', 9900003, `A simulated mongod listens on 127.0.0.1 only, not on ${bindIp}`)
  }
  startupWarning(
    'CONTROL',
    22120,
    'Access control is not enabled for the database. Read and write access to data and configuration is unrestricted',
  )
}
