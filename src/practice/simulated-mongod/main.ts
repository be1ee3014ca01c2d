import { buildInfoOf } from '../build-info.ts'
import { helpText, refusalText, versionText } from './about.ts'
import { BadCommandLine, parseCommandLine } from './command-line.ts'
import { openLog, type MongodLog } from './log.ts'
import { mongodOptions } from './options.ts'
import { runMongod } from './run-mongod.ts'
import { takeScenario } from './scenario.ts'
import { StartFailure, type MongodEnd } from './start-failure.ts'

/** The program `mongod` of a practice sandbox: bundled on its own, it runs when it is loaded. */
async function main(commandLine: readonly string[]): Promise<MongodEnd> {
  try {
    const { scenario, argv } = takeScenario(commandLine)
    const asked = parseCommandLine(argv, scenario)
    if (asked.asks === 'run') {
      const options = mongodOptions(asked.given, scenario.version)
      const log = openLog(options.log)
      const stopping = new AbortController()
      stopOnSignals(log, stopping)
      try {
        return await runMongod({ argv, options, scenario, log, stopping })
      } finally {
        stopping.abort()
        log.close()
      }
    }
    const { version, edition } = scenario
    process.stdout.write(
      asked.asks === 'version' ? versionText(buildInfoOf(version, edition)) : helpText(scenario),
    )
    return 0
  } catch (error) {
    return refuse(error)
  }
}

/** What fails before there is a log. */
function refuse(error: unknown): MongodEnd {
  if (error instanceof StartFailure) {
    const log = openLog(undefined)
    for (const entry of error.entries) log.write(entry)
    return error.end
  }
  if (error instanceof BadCommandLine) {
    process.stderr.write(refusalText(error.message))
    return 2
  }
  process.stderr.write(`simulated mongod: ${error instanceof Error ? error.message : String(error)}\n`)
  return 100
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

function stopOnSignals(log: MongodLog, stopping: AbortController): void {
  for (const [name, signal] of Object.entries(signals)) {
    process.on(name, () => {
      if (stopping.signal.aborted) return
      log.info('CONTROL', 23377, 'SignalHandler', 'Received signal', { signal, error: name })
      log.info('CONTROL', 23381, 'SignalHandler', 'will terminate after current cmd ends')
      stopping.abort()
    })
  }
}

const end = await main(process.argv.slice(2))
if (typeof end === 'string') process.kill(process.pid, end)
else process.exitCode = end
