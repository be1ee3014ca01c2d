import { credentialsFromDocument } from '../../credentials/document.ts'
import { credentialsFromMetadata } from '../../credentials/from-metadata.ts'
import { environmentCredentials } from '../../kms/aws-environment-source.ts'
import { profileCredentials } from '../../kms/aws-profile-source.ts'
import { listAwsProfiles } from '../../kms/aws-profiles.ts'
import { isRegionName, regionName } from '../../kms/aws-region.ts'
import { assumeRole } from '../../kms/aws-role.ts'
import type { FoundCredentials, SourceRequest } from '../../kms/aws-source.ts'
import type { AwsCredentials, CloudCredentials } from '../../kms/key-service.ts'
import { Failure } from '../../lib/failure.ts'
import { formatDuration } from '../../lib/format.ts'
import { Secret } from '../../lib/secret.ts'
import type { RestoreContext } from '../context.ts'
import type { TextQuestion } from '../interview.ts'
import { catalogue, choice, secret, text } from '../questions.ts'
import type { Source } from './choose-source.ts'
import type { Obtained, Wanted } from './obtained.ts'

/** AWS credentials from a source, and with a role on top where one is to be assumed. */
export async function obtainAws(context: RestoreContext, source: Source, wanted: Wanted): Promise<Obtained> {
  const base = await from[source](context, wanted)
  // Somebody whose metadata file is good has no role in mind, unless they say so.
  if (source === 'metadata' && !context.isDecided(catalogue.assumeRole.id)) return base
  return withRole(context, base)
}

type ObtainAws = (context: RestoreContext, wanted: Wanted) => Promise<ObtainedAws>

const from: Readonly<Record<Source, ObtainAws>> = {
  async metadata(context, { metadata, key }) {
    if (metadata === undefined) throw noMetadata(key.metadataPath)
    const region = context.isDecided(catalogue.region.id) ? await askRegion(context, undefined) : undefined
    const reading = credentialsFromMetadata(metadata, { region, ...endpoints(context) })
    if (reading.kind === 'finding') throw new Failure(reading.finding)
    return { credentials: ofAws(reading.credentials), origin: 'the metadata file', expiration: undefined }
  },

  async profile(context, wanted) {
    const profiles = await listAwsProfiles(context.environment)
    const name = await context.ask(
      choice(catalogue.profile, {
        options: profiles.map(({ name, description, signedInUntil, kind }) => ({
          value: name,
          label: name,
          hint: kind === 'sso' ? `${description}, ${signedIn(signedInUntil)}` : description,
        })),
      }),
    )
    return ofSource(await profileCredentials(name, await request(context, wanted), context.signal))
  },

  async environment(context, wanted) {
    return ofSource(await environmentCredentials(await request(context, wanted), context.signal))
  },

  async prompt(context, wanted) {
    const accessKeyId = await context.ask(secret(catalogue.accessKeyId, { problem: required }))
    const secretAccessKey = await context.ask(secret(catalogue.secretAccessKey, { problem: required }))
    const sessionToken = await context.ask(secret(catalogue.sessionToken))
    const region = await askRegion(context, knownRegion(wanted))
    const document = JSON.stringify({
      accessKeyId: accessKeyId.reveal().trim(),
      secretAccessKey: secretAccessKey.reveal().trim(),
      sessionToken: sessionToken.reveal().trim(),
    })
    const credentials = credentialsFromDocument(new Secret(document), 'aws', {
      region,
      ...endpoints(context),
    })
    return { credentials: ofAws(credentials), origin: 'what was typed in', expiration: undefined }
  },

  async stdin(context, wanted) {
    const text = new Secret(await context.readStdin())
    const region = context.isDecided(catalogue.region.id) ? await askRegion(context, undefined) : undefined
    const credentials = credentialsFromDocument(text, 'aws', {
      region,
      regionElse: knownRegion(wanted),
      ...endpoints(context),
    })
    return { credentials: ofAws(credentials), origin: 'standard input', expiration: undefined }
  },
}

/** Assumes a role where the operator names one. A code of an MFA device works once, and is asked for each time. */
async function withRole(context: RestoreContext, base: ObtainedAws): Promise<Obtained> {
  const roleArn = await askOrNone(
    context,
    text(catalogue.assumeRole, { default: none, placeholder: roleExample, problem: arnProblem }),
  )
  if (roleArn === undefined) return base
  const problem = arnProblem(roleArn)
  if (problem !== undefined) throw notAnArn(problem)
  const externalId = await askOrNone(context, text(catalogue.externalId, { default: none }))
  const serial = await askOrNone(context, text(catalogue.mfaSerial, { default: none }))
  const code =
    serial === undefined ? undefined : await context.ask(secret(catalogue.mfaCode, { problem: codeProblem }))
  const session = context.session()?.id ?? 'dry-run'
  const role = await assumeRole(
    base.credentials,
    {
      roleArn,
      externalId,
      mfa: serial === undefined || code === undefined ? undefined : { serial, code },
      sessionName: `snapthaw-${session}`,
      durationSeconds: oneHour,
    },
    context.signal,
    { environment: context.environment },
  )
  return {
    credentials: role.credentials,
    origin: `role ${roleName(roleArn)} through ${base.origin}`,
    expiration: role.expiration,
  }
}

/** The answer that a question takes for “there is none”: typed, it wins over a default. */
const none = 'none'

async function askOrNone(context: RestoreContext, question: TextQuestion): Promise<string | undefined> {
  const answer = (await context.ask(question)).trim()
  return answer === '' || answer === none ? undefined : answer
}

/** Seconds: the most that AWS gives where a role is assumed with a role's keys, as those of SSO are. */
const oneHour = 3600
const roleExample = 'arn:aws:iam::111122223333:role/snapshot-restore'

/** An Atlas `roleId` is 24 hex digits, and means nothing to AWS. */
function arnProblem(answer: string): string | undefined {
  const given = answer.trim()
  if (given === '' || given === none || /^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(given)) return undefined
  if (/^[0-9a-f]{24}$/i.test(given)) {
    return 'This is an id of Atlas, which AWS does not know. The role’s ARN is in the AWS console: IAM → Roles'
  }
  return `The ARN of a role looks like ${roleExample}`
}

function notAnArn(problem: string): Failure {
  return new Failure({
    code: 'CRED-014',
    message: problem,
    remedy: `Give the ARN of the role: --assume-role ${roleExample}`,
  })
}

function codeProblem(answer: Secret): string | undefined {
  return /^\d{6,8}$/.test(answer.reveal().trim()) ? undefined : 'A code has six digits'
}

function required(answer: Secret): string | undefined {
  return answer.reveal().trim() === '' ? 'It cannot be empty' : undefined
}

async function request(context: RestoreContext, wanted: Wanted): Promise<SourceRequest> {
  const known = knownRegion(wanted)
  const region =
    context.isDecided(catalogue.region.id) || known === undefined ? await askRegion(context, known) : known
  return {
    environment: context.environment,
    region,
    ...endpoints(context),
    sessionName: `snapthaw-${context.session()?.id ?? 'dry-run'}`,
    mfaCode: serial =>
      context.ask(secret(catalogue.mfaCode, { details: [`For the device ${serial}`], problem: codeProblem })),
  }
}

async function askRegion(context: RestoreContext, known: string | undefined): Promise<string> {
  const answer = await context.ask(
    text(catalogue.region, {
      ...(known === undefined ? {} : { default: known }),
      placeholder: 'us-east-1',
      problem: given =>
        isRegionName(regionName(given.trim())) ? undefined : 'A region looks like us-east-1, or US_EAST_1',
    }),
  )
  return regionName(answer.trim())
}

/** The region in the metadata file, which stays good when its keys do not. */
function knownRegion({ metadata }: Wanted): string | undefined {
  const region = metadata?.values.get('region')?.reveal()
  return region !== undefined && isRegionName(regionName(region)) ? regionName(region) : undefined
}

function endpoints({ kmsEndpoint, stsEndpoint }: RestoreContext) {
  return { kmsEndpoint, stsEndpoint }
}

function signedIn(until: Date | undefined): string {
  if (until === undefined) return 'not signed in'
  const left = until.getTime() - Date.now()
  return left > 0 ? `signed in for ${formatDuration(left)}` : 'sign-in is over'
}

type ObtainedAws = Obtained & { readonly credentials: AwsCredentials }

function ofSource({ credentials, origin, expiration }: FoundCredentials): ObtainedAws {
  return { credentials, origin, expiration }
}

/** What is read of an AWS key is for AWS: the dialect of the key's provider has read it. */
function ofAws(credentials: CloudCredentials): AwsCredentials {
  if (credentials.provider !== 'aws')
    throw new TypeError(`Credentials of ${credentials.provider} for a key of AWS`)
  return credentials
}

function noMetadata(metadataPath: string): Failure {
  return new Failure({
    code: 'SNAP-012',
    message: `${metadataPath} cannot be used`,
    remedy: 'Give credentials from elsewhere: --credentials profile, environment, stdin or prompt',
  })
}

function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
