import type { Caller } from '../../kms/key-service.ts'

/** What a policy needs to name. What is not known stays a word in capitals, for the reader to replace. */
export interface PolicyPlace {
  /** The ARN of the customer master key. */
  readonly keyArn?: string | undefined
  readonly region?: string | undefined
}

/** The smallest policy with which an identity opens the key itself. JSON, for copying. */
export function decryptPolicy({ keyArn, region = 'REGION' }: PolicyPlace): string {
  return policy({
    Sid: 'OpenSnapshot',
    Action: 'kms:Decrypt',
    Resource: keyArn ?? `arn:aws:kms:${region}:ACCOUNT:key/KEY-ID`,
  })
}

/** The smallest policy with which an identity assumes a role that opens the key. JSON, for copying. */
export function assumeRolePolicy(roleArn: string): string {
  return policy({ Sid: 'AssumeSnapshotRole', Action: 'sts:AssumeRole', Resource: roleArn })
}

/** The statement with which a key's policy lets this caller decrypt; the policy's other statements stay. JSON, for copying. */
export function keyPolicyStatement(caller: Caller): string {
  return JSON.stringify(
    {
      Sid: 'OpenSnapshot',
      Effect: 'Allow',
      Principal: { AWS: trustablePrincipal(caller.principal) },
      Action: 'kms:Decrypt',
      Resource: '*',
    },
    null,
    2,
  )
}

/** What the role asks of whoever assumes it. */
export interface TrustConditions {
  readonly externalId?: string | undefined
  readonly mfa: 'required' | 'not-required'
}

/** The trust policy with which a role lets this caller assume it. JSON, for copying; a role that trusts others too keeps their statements. */
export function trustPolicy(caller: Caller, { externalId, mfa }: TrustConditions): string {
  const conditions = {
    ...(externalId === undefined ? {} : { StringEquals: { 'sts:ExternalId': externalId } }),
    ...(mfa === 'required' ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {}),
  }
  return policy({
    Sid: 'SnapshotRestore',
    Principal: { AWS: trustablePrincipal(caller.principal) },
    Action: 'sts:AssumeRole',
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  })
}

/**
 * The principal as a trust policy names it: a session of a role is trusted through the role. The session's ARN leaves
 * out the role's path, so a role with one (those of AWS SSO have `/aws-reserved/sso.amazonaws.com/…`) is to be completed.
 */
export function trustablePrincipal(arn: string): string {
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? []
  return role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`
}

/** Who trusts whom when a role is assumed: lines for the operator. */
export function whoTrustsWhom(caller: Caller, roleArn: string): string[] {
  return [
    `${caller.principal} asks STS for keys of ${roleArn}.`,
    'Its own policies must allow sts:AssumeRole on the role, and the trust policy of the role must name it.',
    'The role that Atlas uses trusts the AWS account of Atlas, with the external ID of Atlas, and nobody else until its trust policy names them too. Any other role with kms:Decrypt on the key does as well.',
  ]
}

/** What is wrong with a text that shall be the ARN of a role, in a sentence, or undefined. */
export function roleArnProblem(text: string): string | undefined {
  if (/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text)) return undefined
  if (/^[0-9a-f]{24}$/i.test(text)) {
    return 'This is a roleId of Atlas, which AWS does not know. Its ARN is in: atlas cloudProviders accessRoles list'
  }
  if (text.includes(':assumed-role/'))
    return 'This is a session of a role. The role itself is arn:aws:iam::ACCOUNT:role/NAME'
  return 'The ARN of a role looks like arn:aws:iam::111122223333:role/NAME'
}

function policy(statement: Readonly<Record<string, unknown>>): string {
  const { Sid, ...rest } = statement
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid, Effect: 'Allow', ...rest }] }, null, 2)
}
