import { accountOf } from './arn.ts'
import type { AwsState, Session, Statement, User } from './state.ts'

/** Who is asking, established by the signature. */
export interface Caller {
  /** A role's session bears the session's ARN: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
  readonly arn: string
  readonly account: string
  /** `AIDA…`, or `AROA…:SESSION`. */
  readonly userId: string
  /** What a trust policy calls it: the user, or the role behind the session. */
  readonly principal: string
  readonly credentials: 'long-term' | 'temporary'
  readonly user: User | undefined
  readonly allows: readonly Statement[]
  /** The region of the credential scope, which is the one that answers. */
  readonly region: string
}

/** Whether the caller's own policies allow it. */
export function isAllowed(caller: Caller, action: Statement['action'], resource: string): boolean {
  return caller.allows.some(allowed => allowed.action === action && allowed.resource === resource)
}

/** What a role's sessions are called. */
export function sessionArn({ roleArn, sessionName }: Pick<Session, 'roleArn' | 'sessionName'>): string {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  return `arn:aws:sts::${accountOf(roleArn)}:assumed-role/${role}/${sessionName}`
}

/** Whom an access key stands for, as long as nobody has proved to have the secret as well. */
export interface Claimed {
  readonly secretAccessKey: string
  readonly expiresAt: string | undefined
  readonly caller: Omit<Caller, 'region'>
}

/** Temporary keys are known only together with their token, long-term ones only without. */
export function findClaimed(
  state: AwsState,
  accessKeyId: string,
  sessionToken: string | undefined,
): Claimed | undefined {
  return sessionToken === undefined
    ? findUser(state, accessKeyId)
    : findSession(state, accessKeyId, sessionToken)
}

function findUser(state: AwsState, accessKeyId: string): Claimed | undefined {
  for (const user of state.users) {
    const key = user.accessKeys.find(key => key.accessKeyId === accessKeyId)
    if (key?.status !== 'active') continue
    return {
      secretAccessKey: key.secretAccessKey,
      expiresAt: undefined,
      caller: {
        arn: user.arn,
        account: accountOf(user.arn) ?? '',
        userId: user.userId,
        principal: user.arn,
        credentials: 'long-term',
        user,
        allows: user.allows,
      },
    }
  }
  return undefined
}

function findSession(state: AwsState, accessKeyId: string, sessionToken: string): Claimed | undefined {
  const session = state.sessions.find(
    session => session.accessKeyId === accessKeyId && session.sessionToken === sessionToken,
  )
  const role = state.roles.find(role => role.arn === session?.roleArn)
  if (session === undefined || role === undefined) return undefined
  return {
    secretAccessKey: session.secretAccessKey,
    expiresAt: session.expiresAt,
    caller: {
      arn: sessionArn(session),
      account: accountOf(role.arn) ?? '',
      userId: `${role.roleId}:${session.sessionName}`,
      principal: role.arn,
      credentials: 'temporary',
      user: undefined,
      allows: role.allows,
    },
  }
}
