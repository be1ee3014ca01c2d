import type { Credentials, STSClient } from '@aws-sdk/client-sts'
import { Secret } from '../lib/secret.ts'
import { notAwsAnswering } from './aws-failure.ts'
import { openSts } from './aws-sts.ts'
import type { AwsCredentials } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

const operation = 'sts:AssumeRole'

/** What STS needs to know to hand out keys of a role. */
export interface RoleRequest {
  readonly roleArn: string
  readonly externalId?: string | undefined
  /** The ARN (or serial number) of an MFA device, with the code that it shows now: each code works once. */
  readonly mfa?: { readonly serial: string; readonly code: Secret } | undefined
  /** What CloudTrail will show: `snapthaw-<session>`. */
  readonly sessionName: string
  /** 900 to 43,200, at most the role's own maximum; 3,600 where a role is assumed with a role's keys (chaining, SSO). */
  readonly durationSeconds: number
}

/** Temporary credentials that STS handed out. */
export interface TemporaryCredentials {
  readonly credentials: AwsCredentials & { readonly sessionToken: Secret }
  readonly expiration: Date
  /** `arn:aws:sts::111122223333:assumed-role/ROLE/SESSION` */
  readonly arn: string
}

/** Assumes a role with other credentials. Throws `KmsFailure` (operation `sts:AssumeRole`). */
export async function assumeRole(
  base: AwsCredentials,
  { roleArn, externalId, mfa, sessionName, durationSeconds }: RoleRequest,
  signal: AbortSignal,
  options: NetworkOptions = {},
): Promise<TemporaryCredentials> {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts')
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: durationSeconds,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(mfa === undefined ? {} : { SerialNumber: mfa.serial, TokenCode: mfa.code.reveal() }),
  })
  const sts = openSts(base, options)
  try {
    const send = (client: STSClient) => client.send(command, { abortSignal: signal })
    const answer = await sts.ask(operation, send, mfa === undefined ? [] : [mfa.code])
    return temporary(base, answer.Credentials, answer.AssumedRoleUser?.Arn)
  } finally {
    sts.close()
  }
}

/** The region and the endpoints stay those of the credentials that were used. */
function temporary(
  base: AwsCredentials,
  issued: Credentials | undefined,
  arn: string | undefined,
): TemporaryCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issued ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined || arn === undefined) {
    throw notAwsAnswering(operation)
  }
  const credentials = {
    ...base,
    accessKeyId: new Secret(AccessKeyId),
    secretAccessKey: new Secret(SecretAccessKey),
    sessionToken: new Secret(SessionToken),
  }
  return { credentials, expiration: Expiration, arn }
}
