import { diagnose } from '../../credentials/diagnose.ts'
import { credentialsFromDocument } from '../../credentials/document.ts'
import { credentialsFromValues } from '../../credentials/from-values.ts'
import { environmentCredentials } from '../../kms/aws-environment-source.ts'
import { profileCredentials } from '../../kms/aws-profile-source.ts'
import { listAwsProfiles, type AwsProfile } from '../../kms/aws-profiles.ts'
import { isRegionName, regionName } from '../../kms/aws-region.ts'
import type { FoundCredentials, SourceRequest } from '../../kms/aws-source.ts'
import { KmsFailure } from '../../kms/failure.ts'
import type { AwsCredentials, CloudCredentials } from '../../kms/key-service.ts'
import { formatDuration } from '../../lib/format.ts'
import { Secret } from '../../lib/secret.ts'
import type { RestoreContext } from '../context.ts'
import type { Option } from '../interview.ts'
import { catalogue, choice, secret, text } from '../questions.ts'
import { required } from './ask.ts'
import { mfaCodeProblem, sessionNameOf, withRoles } from './aws-role.ts'
import type { Source } from './choose-source.ts'
import { fieldOf, fromMetadata } from './from-metadata.ts'
import { isPlaceInDoubt, overridesOf, unlimited, type Obtained, type Wanted } from './obtained.ts'

/** AWS credentials from a source, and with roles on top where they are to be assumed. */
export async function obtainAws(context: RestoreContext, source: Source, wanted: Wanted): Promise<Obtained> {
  const base = await from[source](context, wanted)
  wanted.tries(base.origin)
  // Somebody whose metadata file is good has no role in mind, unless they say so.
  if (source === 'metadata' && !context.isDecided(catalogue.assumeRole.id)) return base
  return withRoles(context, base, wanted)
}

type ObtainAws = (context: RestoreContext, wanted: Wanted) => Promise<Obtained<AwsCredentials>>

const from: Readonly<Record<Source, ObtainAws>> = {
  async metadata(context, wanted) {
    const region = await decidedRegion(context, wanted)
    const credentials = fromMetadata(wanted, { ...overridesOf(context, wanted), region })
    return unlimited(ofAws(credentials), 'the metadata file')
  },

  async profile(context, wanted) {
    const profiles = await listAwsProfiles(context.environment)
    const name = await context.ask(choice(catalogue.profile, { options: profiles.map(optionFor) }))
    wanted.tries(`profile ${name}`)
    const ownRegion = profiles.find(profile => profile.name === name)?.region
    const request = await requestFor(context, wanted, ownRegion)
    const devices: string[] = []
    const mfaCode = (serial: string) => {
      devices.push(serial)
      return context.ask(
        secret(catalogue.mfaCode, { details: [`For the device ${serial}`], problem: mfaCodeProblem }),
      )
    }
    const find = () => profileCredentials(name, { ...request, mfaCode }, context.signal)
    const found = await explained(wanted, find, name)
    return ofSource(found, devices.length === 0 ? find : undefined)
  },

  async environment(context, wanted) {
    const { AWS_REGION, AWS_DEFAULT_REGION } = context.environment
    const request = await requestFor(context, wanted, AWS_REGION ?? AWS_DEFAULT_REGION)
    const find = () => environmentCredentials(request, context.signal)
    const found = await explained(wanted, find)
    if (found.passedOver.length > 0) {
      const message = `${found.passedOver.join('; ')}. The ${found.origin} answered`
      context.tell({ type: 'note', step: 'credentials', message })
    }
    return ofSource(found, find)
  },

  async prompt(context, wanted) {
    const accessKeyId = await context.ask(secret(catalogue.accessKeyId, { problem: required }))
    const secretAccessKey = await context.ask(secret(catalogue.secretAccessKey, { problem: required }))
    const sessionToken = await context.ask(secret(catalogue.sessionToken))
    const region = await askRegion(context, knownRegion(wanted))
    const credentials = credentialsFromValues(
      'aws',
      { accessKeyId, secretAccessKey, sessionToken },
      { ...overridesOf(context, wanted), region },
      'what was typed in',
    )
    return unlimited(ofAws(credentials), 'what was typed in')
  },

  async stdin(context, wanted) {
    const { credentials, expiration } = credentialsFromDocument(
      new Secret(await context.readStdin()),
      'aws',
      {
        ...overridesOf(context, wanted),
        region: await decidedRegion(context, wanted),
        regionElse: knownRegion(wanted),
      },
    )
    return { ...unlimited(ofAws(credentials), 'standard input'), expiration }
  },
}

/** Credentials that a source has found; `find` finds new ones, where nobody has to be asked for it. */
function ofSource(
  { credentials, origin, expiration }: FoundCredentials,
  find: (() => Promise<FoundCredentials>) | undefined,
): Obtained<AwsCredentials> {
  const renew = find === undefined ? undefined : async () => ofSource(await find(), find)
  return { credentials, origin, expiration, renew }
}

/** Says what it means for this key when a source gives no credentials. */
async function explained<T>({ key }: Wanted, find: () => Promise<T>, profile?: string): Promise<T> {
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof KmsFailure)) throw error
    throw diagnose(error, { key, credentials: undefined, profile, caller: undefined, keyName: undefined })
  }
}

/** `fallback`: the region of the source itself, for the case that nothing says where the key is. */
async function requestFor(
  context: RestoreContext,
  wanted: Wanted,
  fallback: string | undefined,
): Promise<SourceRequest> {
  const known = (await decidedRegion(context, wanted)) ?? knownRegion(wanted)
  return {
    environment: context.environment,
    region: known ?? (await askRegion(context, fallback)),
    kmsEndpoint: context.kmsEndpoint,
    stsEndpoint: context.stsEndpoint,
    sessionName: sessionNameOf(context),
  }
}

/** As a flag says, or as somebody says who is asked because what is known may be wrong. */
async function decidedRegion(context: RestoreContext, wanted: Wanted): Promise<string | undefined> {
  const isWanted = context.isDecided(catalogue.region.id) || isPlaceInDoubt(wanted)
  return isWanted ? askRegion(context, knownRegion(wanted)) : undefined
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

/** The region in the key's ARN, or in the metadata file, where it stays good when the keys do not. */
function knownRegion(wanted: Wanted): string | undefined {
  const regions = [wanted.kmsKey?.split(':')[3], fieldOf(wanted, 'region')]
  return regions.map(region => regionName(region ?? '')).find(isRegionName)
}

function optionFor({ name, description, signedInUntil, kind }: AwsProfile): Option {
  return {
    value: name,
    label: name,
    hint: kind === 'sso' ? `${description}, ${signedIn(signedInUntil)}` : description,
  }
}

function signedIn(until: Date | undefined): string {
  if (until === undefined) return 'not signed in'
  const left = until.getTime() - Date.now()
  return left > 0 ? `signed in for ${formatDuration(left)}` : 'sign-in is over'
}

/** What is read of an AWS key is for AWS: the dialect of the key's provider has read it. */
function ofAws(credentials: CloudCredentials): AwsCredentials {
  if (credentials.provider !== 'aws')
    throw new TypeError(`Credentials of ${credentials.provider} for a key of AWS`)
  return credentials
}
