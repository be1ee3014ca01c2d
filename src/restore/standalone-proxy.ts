import { homedir } from 'node:os'
import type { Writable } from 'node:stream'
import { diagnose } from '../credentials/diagnose.ts'
import { credentialsFromMetadata } from '../credentials/from-metadata.ts'
import { credentialsFromValues } from '../credentials/from-values.ts'
import { readMetadata, type Metadata } from '../credentials/metadata.ts'
import { proveKey } from '../credentials/prove.ts'
import { KmsFailure } from '../kms/failure.ts'
import type { CloudCredentials, KeyService } from '../kms/key-service.ts'
import { openKeyService } from '../kms/open.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import { shellCommand } from '../lib/shell-quote.ts'
import { eventsTo } from '../proxy/events.ts'
import { eventsInWords } from '../proxy/event-words.ts'
import type { KeyOrder } from '../proxy/orders.ts'
import { serveUntilSignalled } from '../proxy/proxy-process.ts'
import { wrappedKeyFiles } from './credentials/named.ts'
import { findDbpaths } from '../snapshot/find.ts'
import { pastedPath } from '../snapshot/pasted-path.ts'
import { servedKeys, type ServedKey } from '../snapshot/served-ids.ts'
import { surveySnapshot } from '../snapshot/survey.ts'

/** What the flags of `kmipProxyStandalone` say. */
export interface StandaloneSettings {
  readonly dbpath: string
  readonly cloudProvider: string | undefined
  readonly kmipPort: number
  readonly mongodPort: number
  readonly aws: {
    readonly accessKeyId: string | undefined
    readonly secretAccessKey: string | undefined
    readonly sessionToken: string | undefined
    readonly region: string | undefined
  }
  /** `ID=FILE`, one line for each key. */
  readonly wrappedKey: string | undefined
  readonly kmsEndpoint: string | undefined
  readonly stsEndpoint: string | undefined
  readonly authorityHost: string | undefined
}

/**
 * The key proxy as `kmipProxyStandalone` is started: reads the metadata files, finds the wrapped keys, serves until it is
 * told to end. Resolves to the exit code. Throws SNAP-…, CRED-… and PROXY-….
 */
export async function runStandaloneProxy(
  settings: StandaloneSettings,
  { format, stdout }: { readonly format: 'text' | 'json'; readonly stdout: Writable },
): Promise<number> {
  const emit = format === 'json' ? eventsTo(stdout) : eventsInWords(stdout, settings.mongodPort)
  return serveUntilSignalled(async signal => {
    const path = pastedPath(settings.dbpath, { home: homedir(), cwd: process.cwd() })
    const [dbpath] = await findDbpaths(path, signal)
    const snapshot = await surveySnapshot(dbpath, { signal, onProgress: () => undefined })
    const served = servedKeys(snapshot).filter(
      ({ key }) => (settings.cloudProvider ?? key.provider) === key.provider,
    )
    if (served.length === 0) throw noKey(dbpath, settings.cloudProvider)
    const keys: KeyOrder[] = []
    for (const each of served) keys.push(await orderFor(each, settings, signal))
    return { port: settings.kmipPort, certificates: dbpath, keys }
  }, emit)
}

async function orderFor(
  { key, ids }: ServedKey,
  settings: StandaloneSettings,
  signal: AbortSignal,
): Promise<KeyOrder> {
  const reading = await readMetadata(key)
  const metadata = reading.kind === 'metadata' ? reading.metadata : undefined
  const credentials = credentialsFor(settings, metadata)
  if (credentials === undefined)
    throw new Failure(reading.kind === 'problem' ? reading.problem.finding : noCredentials)
  let service: KeyService | undefined
  try {
    service = await openKeyService(credentials)
    const wrappedKeyFile = wrappedKeyFiles(settings.wrappedKey).get(key.keyId)
    const { wrappedKey } = await proveKey(service, { key, credentials, metadata, wrappedKeyFile }, signal)
    return { ids, wrappedKey: wrappedKey.blob, keyName: wrappedKey.keyName, credentials }
  } catch (error) {
    if (error instanceof KmsFailure)
      throw diagnose(error, { key, credentials, caller: undefined, keyName: undefined })
    throw error
  } finally {
    service?.close()
  }
}

/** Flags win over the fields of the metadata file, as they do in `kmipProxyStandalone`. Throws CRED-… . */
function credentialsFor(
  settings: StandaloneSettings,
  metadata: Metadata | undefined,
): CloudCredentials | undefined {
  const { aws, kmsEndpoint, stsEndpoint, authorityHost } = settings
  const overrides = { region: aws.region, kmsEndpoint, stsEndpoint, authorityHost }
  const given = Object.entries(aws).flatMap(([name, value]) =>
    name === 'region' || value === undefined ? [] : [[name, new Secret(value)] as const],
  )
  if (given.length > 0) {
    const regionElse = metadata?.values.get('region')?.reveal()
    return credentialsFromValues(
      'aws',
      Object.fromEntries(given),
      { ...overrides, regionElse },
      'the command line',
    )
  }
  if (metadata === undefined) return undefined
  const reading = credentialsFromMetadata(metadata, overrides)
  if (reading.kind === 'finding') throw new Failure(reading.finding)
  return reading.credentials
}

const noCredentials = {
  code: 'CRED-013',
  message: 'There are no credentials: neither flags nor a metadata file',
  remedy: 'Give -awsAccessKey, -awsSecretAccessKey and -awsRegion, or use: snapthaw restore',
} as const

function noKey(dbpath: string, provider: string | undefined): Failure {
  return new Failure({
    code: 'SNAP-012',
    message: `${dbpath} has no key${provider === undefined ? '' : ` of ${provider}`} in cloudProviderCredentials`,
    remedy: `See what it has: ${shellCommand(['snapthaw', 'inspect', dbpath])}`,
  })
}
