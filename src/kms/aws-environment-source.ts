import type { Environment } from '../lib/environment.ts'
import { Secret } from '../lib/secret.ts'
import { awsFailure } from './aws-failure.ts'
import { keysByWebIdentity, keysOfContainer, keysOfInstance } from './aws-sdk-sources.ts'
import {
  credentialsOf,
  sourceFailure,
  sourceOperation,
  type FoundCredentials,
  type IssuedKeys,
  type SourceRequest,
} from './aws-source.ts'

/**
 * The credentials of where this program runs: keys in variables, a web identity token, the role of the container or
 * the instance; the first that is there counts. Throws `KmsFailure`, which names what was tried.
 */
export async function environmentCredentials(
  request: SourceRequest,
  signal: AbortSignal,
): Promise<FoundCredentials> {
  const tried: string[] = []
  try {
    for (const source of sources) {
      const keys = source.isThere(request.environment) ? await source.ask(request, signal) : undefined
      if (keys !== undefined) {
        const credentials = credentialsOf(keys, request, undefined)
        return { credentials, origin: source.origin, expiration: keys.expiration, passedOver: tried }
      }
      tried.push(source.absence)
    }
  } catch (error) {
    throw awsFailure(error, { operation: sourceOperation, secrets: [] })
  }
  throw sourceFailure('no-credentials', `This environment has no AWS credentials: ${tried.join('; ')}`)
}

/** Keys in variables, or undefined where one of the two is missing. */
export function keysOfVariables(environment: Environment): IssuedKeys | undefined {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment
  if (!id || !secret) return undefined
  const expiration = environment.AWS_CREDENTIAL_EXPIRATION
  return {
    accessKeyId: new Secret(id),
    secretAccessKey: new Secret(secret),
    sessionToken: token ? new Secret(token) : undefined,
    expiration: expiration ? new Date(expiration) : undefined,
  }
}

interface Source {
  readonly origin: string
  /** What is said of it where it gives nothing. */
  readonly absence: string
  isThere(environment: Environment): boolean
  /** Undefined where nobody answers. */
  ask(request: SourceRequest, signal: AbortSignal): Promise<IssuedKeys | undefined>
}

/** In the order in which AWS's SDKs look. */
const sources: readonly Source[] = [
  {
    origin: 'AWS_ACCESS_KEY_ID',
    absence: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set',
    isThere: () => true,
    ask: ({ environment }) => Promise.resolve(keysOfVariables(environment)),
  },
  {
    origin: 'web identity token',
    absence: 'AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set',
    isThere: ({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role }) => Boolean(file) && Boolean(role),
    ask: (request, signal) => {
      const { AWS_ROLE_ARN: arn = '', AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile = '' } = request.environment
      const sessionName = request.environment.AWS_ROLE_SESSION_NAME ?? request.sessionName
      return keysByWebIdentity({ arn, tokenFile, sessionName }, request, signal)
    },
  },
  {
    origin: 'role of this container',
    absence: 'there is no container role',
    isThere: environment =>
      Boolean(environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) ||
      Boolean(environment.AWS_CONTAINER_CREDENTIALS_FULL_URI),
    ask: keysOfContainer,
  },
  {
    origin: 'role of this instance',
    absence: 'no instance metadata service answers',
    isThere: environment => environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() !== 'true',
    ask: (_, signal) =>
      keysOfInstance(signal).catch((error: unknown) => {
        if (signal.aborted) throw error
        return undefined
      }),
  },
]
