import { roleArnProblem, trustPolicy, whoTrustsWhom } from '../../credentials/aws/advice.ts'
import { diagnose } from '../../credentials/diagnose.ts'
import type { WantedRole } from '../../credentials/diagnosis.ts'
import { assumeRole } from '../../kms/aws-role.ts'
import { KmsFailure } from '../../kms/failure.ts'
import type { AwsCredentials, Caller } from '../../kms/key-service.ts'
import { openKeyService } from '../../kms/open.ts'
import { Failure } from '../../lib/failure.ts'
import type { Secret } from '../../lib/secret.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, secret, text } from '../questions.ts'
import { askOrNone, decided, none } from './ask.ts'
import type { Obtained, Wanted } from './obtained.ts'

/** Roles to assume, each with the keys of the one before, and what STS is told beside their names. */
interface RoleChain {
  /** The first is assumed with the base credentials. */
  readonly arns: readonly string[]
  /** Given to each of the roles: one that asks for none does not mind. */
  readonly externalId: string | undefined
  /** Given to the first: the keys of a role have no device. A code works once. */
  readonly mfa: { readonly serial: string; readonly code: Secret } | undefined
  readonly sessionName: string
  readonly durationSeconds: number
}

/** The credentials of the roles that are to be assumed with these, or these where none is. Throws CRED-…. */
export async function withRoles(
  context: RestoreContext,
  base: Obtained<AwsCredentials>,
  wanted: Wanted,
): Promise<Obtained<AwsCredentials>> {
  // Whoever is asked for a role wants to know as whom they would assume it; and stale keys assume none.
  const caller = context.interactive ? await whoIsAsking(context, base.credentials, wanted) : undefined
  const arns = await askForRoles(context, caller)
  if (arns === undefined) return base
  return assumeAll(context, wanted, base, await askForTerms(context, caller, arns))
}

async function askForRoles(
  context: RestoreContext,
  caller: Caller | undefined,
): Promise<RoleChain['arns'] | undefined> {
  const answer = await askOrNone(
    context,
    text(catalogue.assumeRole, {
      default: none,
      placeholder: roleExample,
      problem: given => (given.trim() === '' || given.trim() === none ? undefined : rolesProblem(given)),
      ...(caller === undefined ? {} : { details: [`You are ${caller.principal}`] }),
    }),
  )
  if (answer === undefined) return undefined
  const problem = rolesProblem(answer)
  if (problem === undefined) return rolesIn(answer)
  throw new Failure({
    code: 'CRED-014',
    message: problem,
    remedy: `Give the ARN of the role: --assume-role ${roleExample}`,
    backTo: 'credentials',
  })
}

/** What the trust policies of the roles may ask for. */
async function askForTerms(
  context: RestoreContext,
  caller: Caller | undefined,
  arns: RoleChain['arns'],
): Promise<RoleChain> {
  const [first = ''] = arns
  const trust =
    caller === undefined
      ? {}
      : { details: whoTrustsWhom(caller, first), byHand: trustPolicy(caller, { mfa: 'not-required' }) }
  const externalId = await askOrNone(context, text(catalogue.externalId, { default: none, ...trust }))
  const serial = await askOrNone(context, text(catalogue.mfaSerial, { default: none }))
  const mfa =
    serial === undefined
      ? undefined
      : { serial, code: await context.ask(secret(catalogue.mfaCode, { problem: mfaCodeProblem })) }
  const sessionName = await decided(context, catalogue.roleSessionName, sessionNameProblem)
  const duration = await decided(context, catalogue.durationSeconds, durationProblem)
  return {
    arns,
    externalId,
    mfa,
    sessionName: sessionName ?? sessionNameOf(context),
    durationSeconds: Number(duration ?? oneHour),
  }
}

async function assumeAll(
  context: RestoreContext,
  wanted: Wanted,
  base: Obtained<AwsCredentials>,
  chain: RoleChain,
): Promise<Obtained<AwsCredentials>> {
  let { credentials, origin, expiration } = base
  let { mfa } = chain
  for (const roleArn of chain.arns) {
    tellAsking(context, `asking aws for the role ${roleName(roleArn)}`)
    const { externalId, sessionName, durationSeconds } = chain
    const request = { roleArn, externalId, mfa, sessionName, durationSeconds }
    const wantedRole = {
      arn: roleArn,
      externalId,
      mfa: mfa === undefined ? 'not-required' : 'required',
    } as const
    const role = await assumeRole(credentials, request, context.signal, {
      environment: context.environment,
    }).catch(notAssumed(context, wanted, credentials, wantedRole))
    origin = `role ${roleName(roleArn)} through ${origin}`
    ;({ credentials, expiration } = role)
    mfa = undefined
  }
  const again = async () => assumeAll(context, wanted, (await base.renew?.()) ?? base, chain)
  return { credentials, origin, expiration, renew: chain.mfa === undefined ? again : undefined }
}

/** STS says the same for many reasons: whether it knows the caller at all is asked, where it is not clear. */
function notAssumed(
  context: RestoreContext,
  wanted: Wanted,
  credentials: AwsCredentials,
  role: WantedRole,
): (error: unknown) => Promise<never> {
  return async error => {
    if (!(error instanceof KmsFailure)) throw error
    const caller = error.class === 'permission' ? await whoIsAsking(context, credentials, wanted) : undefined
    throw diagnose(error, { key: wanted.key, credentials, caller, keyName: undefined, role })
  }
}

/** With these, nothing can be asked of AWS at all. */
const useless: ReadonlySet<string> = new Set(['stale', 'clock', 'missing'])

/** Undefined where STS does not say it. Throws CRED-… where it does not know the credentials. */
async function whoIsAsking(
  context: RestoreContext,
  credentials: AwsCredentials,
  { key }: Wanted,
): Promise<Caller | undefined> {
  tellAsking(context, 'asking aws whose credentials these are')
  const service = await openKeyService(credentials, { environment: context.environment })
  try {
    return await service.check(context.signal)
  } catch (error) {
    if (!(error instanceof KmsFailure)) throw error
    if (!useless.has(error.class) && !context.signal.aborted) return undefined
    throw diagnose(error, { key, credentials, caller: undefined, keyName: undefined })
  } finally {
    service.close()
  }
}

function tellAsking(context: RestoreContext, message: string): void {
  context.tell({ type: 'progress', step: 'credentials', done: 0, unit: 'keys', message })
}

/** What CloudTrail shows of this restore, unless somebody wants another name. */
export function sessionNameOf(context: RestoreContext): string {
  return `snapthaw-${context.session()?.id ?? 'dry-run'}`
}

export function mfaCodeProblem(answer: Secret): string | undefined {
  return /^\d{6,8}$/.test(answer.reveal().trim()) ? undefined : 'A code has six digits'
}

/** Seconds: the most that AWS gives where a role is assumed with a role's keys, as those of SSO are. */
const oneHour = 3600
const roleExample = 'arn:aws:iam::111122223333:role/snapshot-restore'

/** One ARN, or several with commas between them: a role's name may have one as well. */
function rolesIn(answer: string): readonly string[] {
  return answer.trim().split(/\s*,\s*(?=arn:)/)
}

function rolesProblem(answer: string): string | undefined {
  return rolesIn(answer)
    .map(roleArnProblem)
    .find(problem => problem !== undefined)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function sessionNameProblem(answer: string): string | undefined {
  return /^[\w+=,.@-]{2,64}$/.test(answer)
    ? undefined
    : 'a session name has 2 to 64 letters, digits and characters of _+=,.@-'
}

function durationProblem(answer: string): string | undefined {
  const seconds = Number(answer)
  return Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200
    ? undefined
    : 'a role is assumed for 900 to 43200 seconds'
}

function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
