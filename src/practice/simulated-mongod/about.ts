import type { BuildInfo } from '../build-info.ts'
import { knownFlags } from './command-line.ts'
import type { Scenario } from './scenario.ts'

/** The first line of everything that this program says of itself. */
export const simulatedNotice =
  'This is the simulated mongod of a snapthaw practice, not MongoDB: it serves practice snapshots, read-only'

/** `mongod --version`: as since 5.0, a line and then a JSON document, with the notice in front. */
export function versionText(buildInfo: BuildInfo): string {
  const json = JSON.stringify(buildInfo, null, 4)
  return `${simulatedNotice}\ndb version v${buildInfo.version}\nBuild Info: ${json}\n`
}

export function helpText(scenario: Scenario): string {
  const lines = knownFlags(scenario).map(
    flag =>
      `  --${flag.name}${flag.takes === 'nothing' ? '' : ' arg'}${flag.ignored === true ? '  (no effect here)' : ''}`,
  )
  return `${simulatedNotice}\nOptions:\n  -h [ --help ]\n  --version\n${lines.join('\n')}\n`
}

/** How mongod refuses its arguments, on stderr. */
export function refusalText(reason: string): string {
  return `Error parsing command line: ${reason}\ntry 'mongod --help' for more information\n`
}
