import type { AwsCredentialIdentity } from '@smithy/types'
import { Secret } from '../lib/secret.ts'
import { abortable } from './abortable.ts'
import type { AwsConfigFiles } from './aws-config-files.ts'
import { awsTransport } from './aws-line.ts'
import { regionFor, type IssuedKeys, type SourceRequest } from './aws-source.ts'

// The sources that @aws-sdk/credential-providers knows to ask. They take files and addresses as parameters, except for
// two that are the machine's and not the environment's: the cache of `aws sso login` and `aws login` (in the home of
// this process) and the address of the instance metadata service.

/** What one attempt at a metadata service on the link-local network may take, in milliseconds: it answers at once or never. */
const metadataPatience = { timeout: 1_000, maxRetries: 0 }

/** A role by the token of an identity provider, as Kubernetes hands one to each pod. */
export async function keysByWebIdentity(
  role: { readonly arn: string; readonly tokenFile: string; readonly sessionName: string },
  request: SourceRequest,
  signal: AbortSignal,
): Promise<IssuedKeys> {
  const { fromTokenFile } = await import('@aws-sdk/credential-providers')
  const region = regionFor(request, undefined)
  const provider = fromTokenFile({
    webIdentityTokenFile: role.tokenFile,
    roleArn: role.arn,
    roleSessionName: role.sessionName,
    clientConfig: {
      ...awsTransport(request),
      ...(region === undefined ? {} : { region }),
      ...(request.stsEndpoint === undefined ? {} : { endpoint: request.stsEndpoint }),
    },
  })
  return issued(await abortable(provider(), signal))
}

/** The role of an ECS task or an EKS pod. */
export async function keysOfContainer(
  { environment }: SourceRequest,
  signal: AbortSignal,
): Promise<IssuedKeys> {
  const { fromHttp } = await import('@aws-sdk/credential-providers')
  const given = {
    awsContainerCredentialsRelativeUri: environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
    awsContainerCredentialsFullUri: environment.AWS_CONTAINER_CREDENTIALS_FULL_URI,
    awsContainerAuthorizationToken: environment.AWS_CONTAINER_AUTHORIZATION_TOKEN,
    awsContainerAuthorizationTokenFile: environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
  }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return issued(await abortable(fromHttp({ ...metadataPatience, ...options })(), signal))
}

/** The role of an EC2 instance. */
export async function keysOfInstance(signal: AbortSignal): Promise<IssuedKeys> {
  const { fromInstanceMetadata } = await import('@aws-sdk/credential-providers')
  return issued(await abortable(fromInstanceMetadata(metadataPatience)(), signal))
}

/** A profile that somebody signed in to with `aws sso login`. */
export async function keysBySso(
  profile: string,
  files: AwsConfigFiles,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<IssuedKeys> {
  const { fromSSO } = await import('@aws-sdk/credential-providers')
  return issued(await abortable(fromSSO(profileOf(profile, files, request))(), signal))
}

/** A profile that somebody signed in to with `aws login`. */
export async function keysByLogin(
  profile: string,
  files: AwsConfigFiles,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<IssuedKeys> {
  const { fromLoginCredentials } = await import('@aws-sdk/credential-providers')
  return issued(await abortable(fromLoginCredentials(profileOf(profile, files, request))(), signal))
}

function profileOf(profile: string, files: AwsConfigFiles, request: SourceRequest) {
  return {
    profile,
    filepath: files.credentialsPath,
    configFilepath: files.configPath,
    ignoreCache: true,
    clientConfig: awsTransport(request),
  }
}

function issued({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiration,
}: AwsCredentialIdentity): IssuedKeys {
  return {
    accessKeyId: new Secret(accessKeyId),
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    expiration,
  }
}
