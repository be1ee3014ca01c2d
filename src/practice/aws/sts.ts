import { accountOf, parseArn } from './arn.ts'
import { readAssumeRoleInput, type AssumeRoleInput } from './assume-role-input.ts'
import { isAllowed, sessionArn, type Caller } from './caller.ts'
import { newSession } from './fake-credentials.ts'
import { useCode } from './mfa.ts'
import { refusal } from './refusal.ts'
import type { AwsState, Role } from './state.ts'

/** sts:GetCallerIdentity: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function getCallerIdentity(caller: Caller) {
  return { UserId: caller.userId, Account: caller.account, Arn: caller.arn }
}

/**
 * sts:AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * Gives the answer and what the account is like afterwards: a session more, an MFA code less. Throws `Refusal`.
 */
export function assumeRole(state: AwsState, caller: Caller, parameters: URLSearchParams, now: number) {
  const input = readAssumeRoleInput(parameters)
  // https://github.com/localstack/localstack/pull/12885, recorded from AWS.
  if (!parseArn(input.roleArn)?.resource.startsWith('role/')) throw invalid(`${input.roleArn} is invalid`)
  const users = useMfaCode(state, caller, input)
  const role = state.roles.find(role => role.arn === input.roleArn)
  if (role === undefined || !mayAssume(caller, role, input)) {
    // One text for everything that the trust policy asks for, so that nobody learns what is missing:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html#troubleshoot_roles_cant-assume-role
    throw refusal(
      'sts',
      'denied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.roleArn}`,
    )
  }
  checkDuration(caller, role, input)
  const session = newSession(role.arn, input.roleSessionName, now + input.durationSeconds * 1000)
  return {
    state: { ...state, users, sessions: [...state.sessions, session] },
    result: {
      AssumedRoleUser: { AssumedRoleId: `${role.roleId}:${session.sessionName}`, Arn: sessionArn(session) },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiresAt,
      },
    },
  }
}

/** Checks the code, whether the role asks for one or not; gives the users after it has been used. */
function useMfaCode(
  state: AwsState,
  caller: Caller,
  { serialNumber, tokenCode }: AssumeRoleInput,
): AwsState['users'] {
  if (serialNumber === undefined && tokenCode === undefined) return state.users
  if (serialNumber === undefined || tokenCode === undefined) {
    // https://github.com/y13i/sgviz/issues/9
    throw mfaFailed(', must provide both MFA serial number and one time pass code.')
  }
  const device = caller.user?.mfaDevice
  if (device?.serial !== serialNumber) {
    // https://github.com/99designs/aws-vault/issues/676
    throw mfaFailed(
      ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  const used = useCode(device, tokenCode)
  // Wrong and used before are one answer: https://github.com/aws/aws-cli/issues/2279
  if (used === undefined) throw mfaFailed(' with invalid MFA one time pass code. ')
  return state.users.map(user => (user === caller.user ? { ...user, mfaDevice: used } : user))
}

/**
 * The role's trust policy must be content. The caller's own policies must allow it as well, unless the trust policy
 * names a principal of its own account: that is enough by itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-iam-resource.html
 */
function mayAssume(caller: Caller, role: Role, { externalId, serialNumber }: AssumeRoleInput): boolean {
  const { trust } = role
  const isNamed = trust.principals.includes(caller.principal)
  const isTrusted = isNamed || trust.principals.includes(`arn:aws:iam::${caller.account}:root`)
  const conditionsMet =
    (trust.externalId === undefined || trust.externalId === externalId) &&
    (trust.mfa === 'not asked for' || serialNumber !== undefined)
  const isEnough = isNamed && accountOf(role.arn) === caller.account
  return isTrusted && conditionsMet && (isEnough || isAllowed(caller, 'sts:AssumeRole', role.arn))
}

function checkDuration(caller: Caller, role: Role, { durationSeconds }: AssumeRoleInput): void {
  if (caller.credentials === 'temporary' && durationSeconds > 3600) {
    // https://github.com/99designs/aws-vault/issues/263
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (durationSeconds > role.maxSessionDuration) {
    // https://github.com/kreuzwerker/awsu/issues/27
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
}

function invalid(message: string) {
  return refusal('sts', 'invalid', message)
}

function mfaFailed(how: string) {
  return refusal('sts', 'denied', `MultiFactorAuthentication failed${how}`)
}
