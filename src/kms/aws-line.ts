import type { Agent } from 'node:http'
import type { Secret } from '../lib/secret.ts'
import { awsFailure, ownAwsFailure } from './aws-failure.ts'
import { endpointProblem } from './endpoint.ts'
import type { AwsCredentials } from './key-service.ts'
import { defaultRequestTimeout, httpsAgent, type NetworkOptions } from './network.ts'
import { trustSystemAuthorities } from './system-authorities.ts'
import { untrustedCertificate } from './untrusted-certificate.ts'

/** From the second attempt on the SDK signs with the time that it saw in the answer before. */
const maxAttempts = 3

type Middleware = <Args extends { readonly request: unknown }, Output>(
  next: (args: Args) => Promise<Output>,
) => (args: Args) => Promise<Output>

/** What the SDK's clients for KMS and STS have in common. */
interface AwsClient {
  readonly config: { readonly systemClockOffset: number }
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'build'; readonly name: string }): void
  }
  destroy(): void
}

/** What both clients are made with. */
export type AwsConfiguration = ReturnType<typeof configurationFor>

/** A line to one service of AWS, opened when it is first asked. */
export interface AwsLine<Client extends AwsClient> {
  /**
   * Asks in IAM's name of the operation (`kms:Decrypt`). Throws `KmsFailure` for whatever comes in place of an answer;
   * what else was sent that must not be repeated in its message is given as `sent`.
   */
  ask<Answer>(
    operation: string,
    send: (client: Client) => Promise<Answer>,
    sent?: readonly Secret[],
  ): Promise<Answer>
  /** Milliseconds by which AWS's clock is ahead of this machine's, as the last answer showed. */
  clockOffset(): number
  close(): void
}

export function awsLine<Client extends AwsClient>(
  credentials: AwsCredentials,
  endpoint: string | undefined,
  options: NetworkOptions,
  load: (configuration: AwsConfiguration) => Promise<Client>,
): AwsLine<Client> {
  const { secretAccessKey, sessionToken } = credentials
  const secrets = sessionToken === undefined ? [secretAccessKey] : [secretAccessKey, sessionToken]
  let agent: Agent | undefined
  let opening: Promise<Client> | undefined
  let client: Client | undefined
  let asked: URL | undefined

  async function open(operation: string): Promise<Client> {
    const transport = awsTransport(options)
    agent = transport.requestHandler.httpsAgent
    const opened = await load(configurationFor(credentials, endpoint, transport))
    // Here the endpoint is known, wherever the SDK found it: AWS_ENDPOINT_URL_KMS and ~/.aws/config count too.
    opened.middlewareStack.add(
      next => args => {
        asked = originOf(args.request)
        const problem = endpointProblem(asked.origin)
        if (problem !== undefined) {
          throw ownAwsFailure({ class: 'configuration', reason: 'plain-http', operation }, problem)
        }
        if (asked.protocol === 'https:') trustSystemAuthorities()
        return next(args)
      },
      { step: 'build', name: 'snapthawChecksTheEndpoint' },
    )
    return opened
  }

  return {
    async ask(operation, send, sent = []) {
      try {
        client = await (opening ??= open(operation))
        return await send(client)
      } catch (error) {
        const failure = awsFailure(error, { operation, secrets: [...secrets, ...sent] })
        if (failure.reason !== 'certificate-untrusted' || asked === undefined) throw failure
        const message = await untrustedCertificate(asked, agent)
        throw ownAwsFailure({ class: failure.class, reason: 'certificate-untrusted', operation }, message)
      }
    },
    clockOffset: () => client?.config.systemClockOffset ?? 0,
    close: () => client?.destroy(),
  }
}

/** How any client of the AWS SDK is to use the network. Throws `ProxyAddressError`. */
export function awsTransport({
  environment = process.env,
  requestTimeout = defaultRequestTimeout,
}: NetworkOptions) {
  const agent = httpsAgent(environment)
  return {
    maxAttempts,
    requestHandler: {
      requestTimeout,
      connectionTimeout: requestTimeout,
      // Without it a timeout is a warning on the console only, and a hang hangs.
      throwOnRequestTimeout: true,
      ...(agent === undefined ? {} : { httpsAgent: agent }),
    },
  }
}

function configurationFor(
  { accessKeyId, secretAccessKey, sessionToken, region }: AwsCredentials,
  endpoint: string | undefined,
  transport: ReturnType<typeof awsTransport>,
) {
  return {
    ...transport,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: () =>
      Promise.resolve({
        accessKeyId: accessKeyId.reveal(),
        secretAccessKey: secretAccessKey.reveal(),
        ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
      }),
  }
}

/** An HttpRequest of the SDK has the parts of its URL. */
function originOf(request: unknown): URL {
  const { protocol, hostname, port } = request as { protocol: string; hostname: string; port?: number }
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`)
}
