import { readFileSync } from 'node:fs'
import { releaseOf } from '../server-release.ts'

/** What the simulated mongod pretends to be. */
export interface Scenario {
  readonly version: string
  /** A community build knows none of the encryption flags. */
  readonly edition: 'enterprise' | 'community'
}

/** The option by which a sandbox's `mongod` script hands over the scenario: first of all, and never seen again. */
export const scenarioOption = '--snapthawScenario'

const ordinary: Scenario = { version: '7.0.14', edition: 'enterprise' }

/**
 * Takes `--snapthawScenario FILE` off the front of the arguments. The file is JSON with any of the fields of `Scenario`.
 * Throws `SyntaxError` for one that is not, `RangeError` for a version that the practice does not know, and Node's
 * system errors for a file that cannot be read.
 */
export function takeScenario(argv: readonly string[]): {
  readonly scenario: Scenario
  readonly argv: readonly string[]
} {
  const [option, path, ...rest] = argv
  if (option !== scenarioOption || path === undefined) return { scenario: ordinary, argv }
  return { scenario: readScenario(path), argv: rest }
}

function readScenario(path: string): Scenario {
  const written = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<keyof Scenario, unknown>> | null
  const { version = ordinary.version, edition = ordinary.edition } = written ?? {}
  if (typeof version !== 'string' || (edition !== 'enterprise' && edition !== 'community')) {
    throw new SyntaxError(`${path}: version is a text, edition is enterprise or community`)
  }
  releaseOf(version)
  return { version, edition }
}
