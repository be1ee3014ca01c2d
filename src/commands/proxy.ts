import { Option, type Command } from 'commander'
import { Failure } from '../lib/failure.ts'
import { endpoint, oneALine } from './flags.ts'
import type { Invocation } from './invocation.ts'

/** The flags of `kmipProxyStandalone`, as the Atlas page has them. */
interface StandaloneFlags {
  readonly stdin?: true
  readonly json?: true
  readonly awsAccessKey?: string
  readonly awsSecretAccessKey?: string
  readonly awsSessionToken?: string
  readonly awsRegion?: string
  readonly cloudProvider?: string
  readonly dbpath?: string
  readonly kmipPort?: string
  readonly mongodPort?: string
  readonly wrappedKey?: string
  readonly policy?: string
  readonly listen?: string
  readonly certificates?: string
  readonly kmsEndpoint?: string
  readonly stsEndpoint?: string
  readonly authorityHost?: string
}

/** `snapthaw proxy`: only the key proxy, in the foreground. */
export function addProxy(program: Command, { end }: Invocation): void {
  program
    .command('proxy')
    .description(
      'only the key proxy, in the foreground; takes the flags of kmipProxyStandalone, with one dash or two',
    )
    .option('--stdin', 'orders as one JSON document on standard input, events as NDJSON on standard output')
    .option('--dbpath <DIR>', 'the mongod data directory')
    .option('--cloudProvider <P>', 'aws, azure or gcp; the metadata file says it too')
    .option('--kmipPort <N>', 'port of the KMIP server (0: a free one)', '5696')
    .option('--mongodPort <N>', 'port of mongod, for the command that is shown', '27017')
    .option('--awsAccessKey <ID>', 'in place of the metadata file’s; other users of this machine see it')
    .option(
      '--awsSecretAccessKey <SECRET>',
      'in place of the metadata file’s; other users of this machine see it',
    )
    .option('--awsSessionToken <TOKEN>', 'for temporary keys; other users of this machine see it')
    .option('--awsRegion <R>', 'region of the customer master key')
    .option(
      '--wrapped-key <ID=FILE>',
      'the wrapped master key, where the search does not find it; once for each key',
      oneALine,
    )
    .option('--kms-endpoint <URL>', 'another endpoint of the key service', endpoint)
    .option('--sts-endpoint <URL>', 'another endpoint of AWS STS', endpoint)
    .option('--authority-host <URL>', 'another host that hands out tokens of Entra ID', endpoint)
    .addOption(
      new Option(
        '--policy <P>',
        'restore: the keys of a snapshot, read-only; lab: an empty server that allows all',
      )
        .choices(['restore', 'lab'])
        .default('restore'),
    )
    .option('--listen <PORT>', 'lab: where to listen (0: a free port)')
    .option('--certificates <DIR>', 'lab: where kmipCA.pem and kmipClient.pem go')
    .option('--json', 'events as NDJSON on standard output')
    .addHelpText(
      'after',
      '\n`snapthaw restore` starts the key proxy without secrets in its command line: prefer it.',
    )
    .action(async (flags: StandaloneFlags) => {
      if (flags.stdin === true) {
        const { runProxyOnStdin } = await import('./proxy-stdin.ts')
        end(await runProxyOnStdin())
        return
      }
      const format = flags.json === true ? 'json' : 'text'
      if (flags.policy === 'lab') {
        end(await runLab(flags, format))
        return
      }
      if (flags.dbpath === undefined) {
        throw new Failure({
          code: 'USAGE-001',
          message: '--dbpath is missing: the key proxy has no snapshot',
          remedy: 'Name the dbpath: snapthaw proxy --dbpath DIR',
        })
      }
      const { runStandaloneProxy } = await import('../restore/standalone-proxy.ts')
      const { dbpath, cloudProvider, kmipPort = '', mongodPort = '' } = flags
      const {
        awsAccessKey,
        awsSecretAccessKey,
        awsSessionToken,
        awsRegion,
        wrappedKey,
        kmsEndpoint,
        stsEndpoint,
        authorityHost,
      } = flags
      const settings = {
        dbpath,
        cloudProvider,
        kmipPort: portOf('kmipPort', kmipPort),
        mongodPort: portOf('mongodPort', mongodPort),
        aws: {
          accessKeyId: awsAccessKey,
          secretAccessKey: awsSecretAccessKey,
          sessionToken: awsSessionToken,
          region: awsRegion,
        },
        wrappedKey,
        kmsEndpoint,
        stsEndpoint,
        authorityHost,
      }
      end(await toldOnce(format, runStandaloneProxy(settings, { format, stdout: process.stdout })))
    })
}

/** An empty KMIP server in the foreground, for trying clients and conformance suites. */
async function runLab(flags: StandaloneFlags, format: 'text' | 'json'): Promise<number> {
  const { listen, certificates } = flags
  if (listen === undefined || certificates === undefined) {
    throw new Failure({
      code: 'USAGE-001',
      message: `--policy lab needs ${listen === undefined ? '--listen PORT' : '--certificates DIR'}`,
      remedy: 'Start it as: snapthaw proxy --policy lab --listen 5696 --certificates DIR',
    })
  }
  const { eventsInWords } = await import('../proxy/event-words.ts')
  const { eventsTo } = await import('../proxy/events.ts')
  const { untilSignalled } = await import('../proxy/proxy-process.ts')
  const { serveLab } = await import('../proxy/serve.ts')
  const emit = format === 'json' ? eventsTo(process.stdout) : eventsInWords(process.stdout, undefined)
  const orders = { port: portOf('listen', listen), certificates }
  return toldOnce(
    format,
    untilSignalled(signal => serveLab(orders, { emit, signal })),
  )
}

/** As NDJSON, a failure is an event already: only its exit code is left to tell. */
async function toldOnce(format: 'text' | 'json', serving: Promise<number>): Promise<number> {
  try {
    return await serving
  } catch (error) {
    if (format === 'json' && error instanceof Failure) return error.exitCode
    throw error
  }
}

/** kmipProxyStandalone takes its long flags with one dash; commander would read `-awsRegion` as nine short ones. */
export function withTwoDashes(argv: readonly string[]): readonly string[] {
  return argv.map(word => (/^-[a-zA-Z]{2}/.test(word) ? `-${word}` : word))
}

function portOf(flag: string, value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return Number(value)
  throw new Failure({
    code: 'USAGE-002',
    message: `--${flag} takes a port from 0 to 65535, and this is no port: ${value}`,
    remedy: `Give a number, or 0 for a free port: --${flag} 0`,
  })
}
