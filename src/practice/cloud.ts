import type { Provider } from '../kms/key-service.ts'
import type { Secret } from '../lib/secret.ts'

/** The cloud of a sandbox: laid out once in a folder of its own, and served on loopback from what lies there. */
export interface PracticeCloud {
  readonly provider: Provider
  /** Writes all that the cloud has to remember into an empty folder, and wraps the master key with one of its keys. */
  layOut(folder: string, masterKey: Secret): Promise<CloudTraces>
  /** Serves what `layOut` wrote, and what happened to it since. */
  open(folder: string): Promise<RunningCloud>
}

/** What of the cloud lies in the snapshot. */
export interface CloudTraces {
  /** The text of the metadata file. */
  readonly metadata: string
  readonly wrappedKey: Buffer
}

export interface RunningCloud {
  readonly endpoints: Endpoints
  /** What points the real SDK to the stand-ins and to the sandbox's own profiles. */
  readonly environment: Readonly<Record<string, string>>
  /** What the learner may need: names, codes, values, one a line. */
  readonly handout: readonly string[]
  /** What solves the scenario, by the id of the question. */
  readonly answers: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Where the stand-ins are asked in place of the cloud's own endpoints; a way that the environment leads to is not here. */
export interface Endpoints {
  readonly kms?: string
  readonly sts?: string
}
