import { Failure } from '../src/lib/failure.ts'
import { runStandaloneProxy, type StandaloneSettings } from '../src/restore/standalone-proxy.ts'

// Stands in for kmipProxyStandalone, which cannot be had where snapthaw is built. It takes the flags of the Atlas page and
// no others, each with one dash, reads its credentials from the metadata file or from those flags, and complains in the
// words that the page has. How the real one looks for the wrapped key is not known; this one looks where snapthaw does.

const known = [
  'awsAccessKey',
  'awsSecretAccessKey',
  'awsSessionToken',
  'awsRegion',
  'cloudProvider',
  'dbpath',
  'kmipPort',
  'mongodPort',
]

function flagsIn(argv: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>()
  for (let index = 0; index < argv.length; index += 2) {
    const [dashed = '', value] = argv.slice(index, index + 2)
    const name = /^-(\w+)$/.exec(dashed)?.[1]
    if (name === undefined || !known.includes(name) || value === undefined) {
      process.stderr.write(`flag provided but not defined: ${dashed}\n`)
      process.exit(2)
    }
    flags.set(name, value)
  }
  return flags
}

const flags = flagsIn(process.argv.slice(2))
const settings: StandaloneSettings = {
  dbpath: flags.get('dbpath') ?? '',
  cloudProvider: flags.get('cloudProvider'),
  kmipPort: Number(flags.get('kmipPort')),
  mongodPort: Number(flags.get('mongodPort')),
  aws: {
    accessKeyId: flags.get('awsAccessKey'),
    secretAccessKey: flags.get('awsSecretAccessKey'),
    sessionToken: flags.get('awsSessionToken'),
    region: flags.get('awsRegion'),
  },
  wrappedKey: undefined,
  kmsEndpoint: undefined,
  stsEndpoint: undefined,
  authorityHost: undefined,
}

process.stdout.write(`kmipProxyStandalone for ${settings.dbpath}\n`)
try {
  process.exitCode = await runStandaloneProxy(settings, { format: 'text', stdout: process.stdout })
} catch (error) {
  const isStale = error instanceof Failure && error.code.startsWith('CRED-')
  process.stderr.write(
    isStale
      ? 'Unable to decrypt the snapshot using these credentials. You must update the metadata files on disk that contain the old credentials.\n'
      : `panic: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
