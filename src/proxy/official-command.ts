import type { AwsCredentials, Provider } from '../kms/key-service.ts'
import type { Secret } from '../lib/secret.ts'

/** All that kmipProxyStandalone is told, in the words of the Atlas page “Access an Encrypted Snapshot”. */
export interface OfficialOrders {
  readonly program: string
  readonly provider: Provider
  readonly dbpath: string
  readonly kmipPort: number
  /** Which port mongod will have: it is told so, and nothing is known to hang on it. */
  readonly mongodPort: number
  /** In place of those of the metadata files. Every user of this machine sees them as long as the program runs. */
  readonly credentials: AwsCredentials | undefined
}

/** The command line, its secrets still hidden: to be shown with `String`. */
export function officialCommand(orders: OfficialOrders): readonly (string | Secret)[] {
  const { program, provider, dbpath, kmipPort, mongodPort, credentials } = orders
  return [
    program,
    ...(credentials === undefined ? [] : ofAws(credentials)),
    ...['-cloudProvider', provider],
    ...['-dbpath', dbpath],
    ...['-kmipPort', String(kmipPort)],
    ...['-mongodPort', String(mongodPort)],
  ]
}

/** There are such flags for AWS only. */
function ofAws({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  region,
}: AwsCredentials): readonly (string | Secret)[] {
  return [
    ...['-awsAccessKey', accessKeyId],
    ...['-awsSecretAccessKey', secretAccessKey],
    ...(sessionToken === undefined ? [] : ['-awsSessionToken', sessionToken]),
    ...['-awsRegion', region],
  ]
}
