import type { ProcessIdentity } from '../lib/process-identity.ts'

export type Edition = 'enterprise' | 'community' | 'percona'

/** A mongod that can be started, as `mongod --version` describes it. */
export interface MongodBinary {
  readonly path: string
  /** `7.0.14` */
  readonly version: string
  readonly edition: Edition
  /** True for the program of `snapthaw practice`: it says so of itself, and the screen repeats it. */
  readonly simulated: boolean
}

/** A mongod that runs, and where. */
export interface RunningMongod {
  readonly identity: ProcessIdentity
  readonly port: number
  readonly dbpath: string
  readonly logPath: string
  readonly uri: string
  readonly version: string
}
