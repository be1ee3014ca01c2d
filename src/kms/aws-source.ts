import type { Environment } from '../lib/environment.ts'
import type { Secret } from '../lib/secret.ts'
import { ownAwsFailure, type AwsReason } from './aws-failure.ts'
import { regionName } from './aws-region.ts'
import type { KmsFailure } from './failure.ts'
import type { AwsCredentials } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

/** What AWS credentials are looked for with. */
export interface SourceRequest extends NetworkOptions {
  /** Where files, variables and programs are looked up; the SDK's own sources see `process.env` besides. */
  readonly environment: Environment
  /** Where the key is. Without it: the region of the profile, `AWS_REGION` or `AWS_DEFAULT_REGION`. */
  readonly region?: string | undefined
  readonly kmsEndpoint?: string | undefined
  readonly stsEndpoint?: string | undefined
  /** What CloudTrail shows of roles that are assumed on the way and have no session name of their own. */
  readonly sessionName: string
  /** Asks for the code of an MFA device. Without it a profile that wants one fails with `mfa-needed`. */
  readonly mfaCode?: ((serial: string) => Promise<Secret>) | undefined
}

/** Keys as they were handed out, before it is said where they shall be used. */
export interface IssuedKeys {
  readonly accessKeyId: Secret
  readonly secretAccessKey: Secret
  readonly sessionToken?: Secret | undefined
  readonly expiration?: Date | undefined
}

export interface FoundCredentials {
  readonly credentials: AwsCredentials
  /** Where they were found: `profile restore`, `AWS_ACCESS_KEY_ID`, … */
  readonly origin: string
  /** Undefined for keys that do not expire, or do not say when. */
  readonly expiration: Date | undefined
  /** What was looked for before, and why it gave nothing, one sentence each. */
  readonly passedOver: readonly string[]
}

/** Throws `KmsFailure` with the reason `region-missing` where nobody says where the key is. */
export function credentialsOf(
  keys: IssuedKeys,
  request: SourceRequest,
  ownRegion: string | undefined,
): AwsCredentials {
  const region = regionFor(request, ownRegion)
  if (region === undefined) throw sourceFailure('region-missing', 'Nothing says in which region the key is')
  return {
    provider: 'aws',
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken,
    region,
    kmsEndpoint: request.kmsEndpoint,
    stsEndpoint: request.stsEndpoint,
  }
}

/** The key's own region before the source's and the environment's. */
export function regionFor(request: SourceRequest, ownRegion: string | undefined): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = request.environment
  const region = request.region ?? ownRegion ?? AWS_REGION ?? AWS_DEFAULT_REGION
  return region === undefined ? undefined : regionName(region)
}

/** A source that gives no credentials. */
export function sourceFailure(reason: AwsReason, message: string): KmsFailure {
  return ownAwsFailure({ class: 'missing', reason, operation: sourceOperation }, message)
}

/** Looking for credentials is no call of a cloud, and is named so. */
export const sourceOperation = 'credentials'
