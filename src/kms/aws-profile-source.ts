import { Secret } from '../lib/secret.ts'
import { readAwsConfigFiles, type AwsConfigFiles, type AwsSettings } from './aws-config-files.ts'
import { keysOfVariables } from './aws-environment-source.ts'
import { awsFailure } from './aws-failure.ts'
import { runCredentialProcess } from './aws-process.ts'
import { profileKind, type AwsProfileKind } from './aws-profiles.ts'
import { assumeRole } from './aws-role.ts'
import {
  keysByLogin,
  keysBySso,
  keysByWebIdentity,
  keysOfContainer,
  keysOfInstance,
} from './aws-sdk-sources.ts'
import {
  credentialsOf,
  sourceFailure,
  sourceOperation,
  type FoundCredentials,
  type IssuedKeys,
  type SourceRequest,
} from './aws-source.ts'

/** Whoever was asked for a code had another wish than to give one: that is theirs, and no failure of AWS. */
class NoCode extends Error {
  override readonly name = 'NoCode'
}

/**
 * The credentials of a profile of ~/.aws, with all roles and sign-ins that it leads through. Throws `KmsFailure`, and
 * what `request.mfaCode` throws.
 */
export async function profileCredentials(
  name: string,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<FoundCredentials> {
  try {
    const files = await readAwsConfigFiles(request.environment)
    const keys = await keysOfProfile({ name, through: [] }, { files, request, signal })
    const credentials = credentialsOf(keys, request, files.profiles.get(name)?.get('region'))
    return { credentials, origin: `profile ${name}`, expiration: keys.expiration, passedOver: [] }
  } catch (error) {
    if (error instanceof NoCode) throw error.cause
    throw awsFailure(error, { operation: sourceOperation, secrets: [] })
  }
}

interface Search {
  readonly files: AwsConfigFiles
  readonly request: SourceRequest
  readonly signal: AbortSignal
}

/** A profile, and the profiles that led to it as their `source_profile`. */
interface Visit {
  readonly name: string
  readonly through: readonly string[]
}

function keysOfProfile(visit: Visit, search: Search): Promise<IssuedKeys> {
  const settings = search.files.profiles.get(visit.name)
  if (settings === undefined) {
    const names = [...search.files.profiles.keys()].join(', ') || 'none'
    throw sourceFailure('profile-unusable', `There is no AWS profile ${visit.name}; there are: ${names}`)
  }
  const kind = profileKind(settings)
  const hasKeys = settings.has('aws_access_key_id') && settings.has('aws_secret_access_key')
  // A profile may name itself as the source of its role: then its keys are meant.
  if (kind === 'role' && visit.through.includes(visit.name) && !hasKeys) {
    throw sourceFailure(
      'profile-unusable',
      `The AWS profiles ${visit.through.join(', ')} lead to each other in a circle`,
    )
  }
  return readers[kind === 'role' && visit.through.length > 0 && hasKeys ? 'keys' : kind](
    visit,
    settings,
    search,
  )
}

type Reader = (visit: Visit, settings: AwsSettings, search: Search) => Promise<IssuedKeys>

const readers: Readonly<Record<AwsProfileKind, Reader>> = {
  keys: (_, settings) => {
    const token = settings.get('aws_session_token')
    return Promise.resolve({
      accessKeyId: secretOf(settings, 'aws_access_key_id'),
      secretAccessKey: secretOf(settings, 'aws_secret_access_key'),
      sessionToken: token === undefined ? undefined : new Secret(token),
    })
  },
  role: async (visit, settings, search) => {
    const { request, signal } = search
    const base = await keysForRole(visit, settings, search)
    const { credentials, expiration } = await assumeRole(
      credentialsOf(base, request, settings.get('region')),
      {
        roleArn: settings.get('role_arn') ?? '',
        externalId: settings.get('external_id'),
        mfa: await mfaOf(visit.name, settings, request),
        sessionName: settings.get('role_session_name') ?? request.sessionName,
        durationSeconds: Number(settings.get('duration_seconds') ?? 3600),
      },
      signal,
      request,
    )
    return { ...credentials, expiration }
  },
  'web-identity': (_, settings, { request, signal }) => {
    const arn = settings.get('role_arn') ?? ''
    const tokenFile = settings.get('web_identity_token_file') ?? ''
    const sessionName = settings.get('role_session_name') ?? request.sessionName
    return keysByWebIdentity({ arn, tokenFile, sessionName }, request, signal)
  },
  process: ({ name }, settings, { request, signal }) =>
    runCredentialProcess(name, settings.get('credential_process') ?? '', request.environment, signal),
  sso: ({ name }, _, { files, request, signal }) => keysBySso(name, files, request, signal),
  login: ({ name }, _, { files, request, signal }) => keysByLogin(name, files, request, signal),
  none: ({ name }) => {
    throw sourceFailure('profile-unusable', `The AWS profile ${name} has nothing that leads to credentials`)
  },
}

/** The keys that assume a profile's role: another profile's, or those of where this program runs. */
async function keysForRole(visit: Visit, settings: AwsSettings, search: Search): Promise<IssuedKeys> {
  const { request, signal } = search
  const source = settings.get('source_profile')
  if (source !== undefined)
    return keysOfProfile({ name: source, through: [...visit.through, visit.name] }, search)
  switch (settings.get('credential_source')) {
    case 'Environment': {
      const keys = keysOfVariables(request.environment)
      if (keys !== undefined) return keys
      throw sourceFailure(
        'profile-unusable',
        `The AWS profile ${visit.name} wants AWS_ACCESS_KEY_ID in the environment`,
      )
    }
    case 'Ec2InstanceMetadata':
      return keysOfInstance(signal)
    case 'EcsContainer':
      return keysOfContainer(request, signal)
    default:
      throw sourceFailure(
        'profile-unusable',
        `The AWS profile ${visit.name} has a credential_source that AWS does not define`,
      )
  }
}

async function mfaOf(name: string, settings: AwsSettings, { mfaCode }: SourceRequest) {
  const serial = settings.get('mfa_serial')
  if (serial === undefined) return undefined
  if (mfaCode === undefined) {
    throw sourceFailure('mfa-needed', `The AWS profile ${name} asks for a code of the MFA device ${serial}`)
  }
  const code = await mfaCode(serial).catch((reason: unknown) => {
    throw new NoCode('No MFA code was given', { cause: reason })
  })
  return { serial, code }
}

function secretOf(settings: AwsSettings, name: string): Secret {
  return new Secret(settings.get(name) ?? '')
}
