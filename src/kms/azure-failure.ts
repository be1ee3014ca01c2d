import type { Secret } from '../lib/secret.ts'
import { KmsFailure, type KmsFailureClass } from './failure.ts'
import { networkReason, type NetworkReason } from './network-failure.ts'
import { redacted } from './redacted.ts'

/** What came of an attempt to reach Entra ID or Key Vault. `body` is empty where the answer is a success in JSON. */
export type AzureExchange =
  | { readonly url: URL; readonly status: number; readonly body: string }
  | { readonly url: URL; readonly error: unknown }

/** What is looked at in a failure. */
interface AzureError {
  /** The names of the error and of what it was made from. */
  readonly names: readonly string[]
  /** `AADSTS7000215` of Entra ID, `KeyNotFound` of Key Vault, `AKV10032` of its gate. */
  readonly codes: readonly string[]
  readonly text: string
  readonly status: number | undefined
  /** Entra ID and Key Vault answer in JSON; whoever answers otherwise is neither of the two. */
  readonly isForeign: boolean
}

interface Row {
  readonly class: KmsFailureClass
  readonly reason: string
  /** Any of these, where given. */
  readonly codes?: readonly string[]
  readonly names?: readonly string[]
  readonly text?: RegExp
  /** What else must hold. */
  readonly when?: (error: AzureError) => boolean
}

/** In what Azure Identity says when the vault's challenge names another tenant than that of the credentials. */
const tenantOfVault = /not configured to acquire tokens for tenant ([\w-]+)/

/**
 * The errors of Entra ID and Key Vault, by code before the HTTP status; the first match counts.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
const rows = [
  // 50012 is the older number of 7000215.
  { class: 'stale', reason: 'wrong-secret', codes: ['AADSTS7000215', 'AADSTS50012', 'AADSTS7000216'] },
  { class: 'stale', reason: 'expired', codes: ['AADSTS7000222'] },
  { class: 'stale', reason: 'application-disabled', codes: ['AADSTS7000112'] },

  { class: 'configuration', reason: 'application-not-found', codes: ['AADSTS700016', 'AADSTS7000229'] },
  {
    class: 'configuration',
    reason: 'tenant-not-found',
    codes: ['AADSTS90002', 'AADSTS900023', 'AADSTS900021'],
  },
  // MSAL does not ask for a tenant whose id has characters that no tenant's id has.
  { class: 'configuration', reason: 'tenant-not-found', text: /^Invalid tenant id provided/ },
  { class: 'configuration', reason: 'tenant-mismatch', text: tenantOfVault },
  { class: 'configuration', reason: 'tenant-mismatch', codes: ['AKV10032'] },
  { class: 'configuration', reason: 'cloud-mismatch', codes: ['AADSTS500011', 'AADSTS900382'] },

  {
    class: 'permission',
    reason: 'conditional-access',
    codes: ['AADSTS53003', 'AADSTS530003', 'AADSTS530004'],
  },

  {
    class: 'permission',
    reason: 'not-authorized',
    codes: ['ForbiddenByPolicy', 'ForbiddenByRbac', 'AccessDenied'],
  },
  { class: 'permission', reason: 'network-denied', codes: ['ForbiddenByFirewall', 'ForbiddenByConnection'] },
  { class: 'key-state', reason: 'key-disabled', codes: ['KeyDisabled'] },
  { class: 'key-state', reason: 'operation-forbidden', codes: ['KeyOperationForbidden'] },
  { class: 'configuration', reason: 'key-not-found', codes: ['KeyNotFound'] },
  { class: 'data', reason: 'not-a-ciphertext', codes: ['BadParameter'] },

  // Only the HTTP status is left.
  { class: 'transient', reason: 'proxy-refused', when: ({ status }) => status === 407 },
  { class: 'transient', reason: 'throttled', when: ({ status }) => status === 429 },
  { class: 'transient', reason: 'service-error', when: ({ status = 0 }) => status >= 500 },
  // The answer broke off; the SDK has no other word for it.
  { class: 'transient', reason: 'connection-lost', text: /^Error reading response as text/ },
  // A login page of the network, a proxy's refusal.
  { class: 'transient', reason: 'not-the-cloud', when: ({ isForeign }) => isForeign },
  {
    class: 'permission',
    reason: 'refused-undecided',
    when: ({ status }) => status === 401 || status === 403,
  },

  // Nobody was asked: there is no login of the Azure CLI, no managed identity, and so on.
  {
    class: 'missing',
    reason: 'no-credentials',
    names: ['CredentialUnavailableError', 'AggregateAuthenticationError'],
  },
] as const satisfies readonly Row[]

/** Found before Azure is asked. */
type OwnReason = 'key-identifier-invalid' | 'environment-unknown' | 'plain-http' | 'unrecognised'

/** What a failure of Azure can be: the rows above, the network's, and those that are in no table. */
export type AzureReason = (typeof rows)[number]['reason'] | NetworkReason | OwnReason

/** In the words of Azure's REST paths. */
export type AzureOperation = 'oauth2/v2.0/token' | 'keys/decrypt' | 'keys/unwrapKey'

export interface AzureRequest {
  readonly operation: AzureOperation
  /** What came of the last attempt, where there was one. */
  readonly exchange: AzureExchange | undefined
  /** What must not appear in the message. */
  readonly secrets: readonly Secret[]
}

/**
 * What an error of Azure's SDK means. The SDK's error itself is left behind: it holds the request, and that the token.
 * A failure to get a token on the way to Key Vault is told as one of the token's.
 */
export function azureFailure(error: unknown, { operation, exchange, secrets }: AzureRequest): KmsFailure {
  if (error instanceof KmsFailure) return error
  const cause = isSilent(error) && exchange !== undefined && 'error' in exchange ? exchange.error : error
  const answer = exchange !== undefined && 'body' in exchange ? exchange : undefined
  const seen = isSilent(error) && answer !== undefined ? lookAtAnswer(answer) : lookAtError(cause, answer)
  const errorName = seen.codes.at(-1) ?? seen.names[0] ?? typeof error
  const told = isOfToken(seen, exchange) ? 'oauth2/v2.0/token' : operation
  return new KmsFailure({
    provider: 'azure',
    ...classify(cause, seen),
    operation: told,
    errorName,
    httpStatus: seen.status,
    message: redacted(messageOf(seen), secrets) || `${told} was answered with ${errorName}`,
  })
}

/** A failure found before or beside Azure's own answers. */
export function ownAzureFailure(
  kind: Pick<KmsFailure, 'class' | 'operation'> & { readonly reason: AzureReason },
  message: string,
): KmsFailure {
  return new KmsFailure({ provider: 'azure', ...kind, message, errorName: kind.reason })
}

/** MSAL's errors of discovery and of the network say that something failed, and nothing of what. */
function isSilent(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(endpoints_resolution_error|openid_config_error|network_error)\b/.test(error.message)
  )
}

/** Of Azure Identity: no token, no question to the vault. */
const identityErrors =
  /^(AuthenticationRequired|CredentialUnavailable|AggregateAuthentication|Authentication)Error$/

function isOfToken({ names }: AzureError, exchange: AzureExchange | undefined): boolean {
  const wasAskedForToken = exchange !== undefined && !exchange.url.pathname.startsWith('/keys/')
  return wasAskedForToken || names.some(name => identityErrors.test(name))
}

function classify(error: unknown, seen: AzureError): Pick<Row, 'class' | 'reason'> {
  const network = networkReason(error)
  if (network !== undefined) return { class: 'transient', reason: network }
  const row = (rows as readonly Row[]).find(each => matches(each, seen))
  return row === undefined
    ? { class: 'configuration', reason: 'unrecognised' }
    : { class: row.class, reason: row.reason }
}

function matches(row: Row, error: AzureError): boolean {
  return (
    (row.codes?.some(code => error.codes.includes(code)) ?? true) &&
    (row.names?.some(name => error.names.includes(name)) ?? true) &&
    (row.text?.test(error.text) ?? true) &&
    (row.when?.(error) ?? true)
  )
}

/** A RestError of Key Vault, an error of Azure Identity around one of MSAL, or whatever else was thrown. */
function lookAtError(error: unknown, answer: Answer | undefined): AzureError {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const { message } = thrown
  const { code, statusCode, details } = thrown as RestErrorLike
  const { status } = (thrown.cause ?? {}) as ServerErrorLike
  return {
    names: namesOf(thrown),
    codes: [code, ...numbersIn(message), details?.error?.innerError?.code].filter(
      each => typeof each === 'string',
    ),
    text: message,
    status: statusCode ?? status ?? answer?.status,
    isForeign: code === parseError || (answer !== undefined && isForeign(answer)),
  }
}

/** What was answered, where the SDK's error does not tell. */
function lookAtAnswer(answer: Answer): AzureError {
  const { error = '', error_description: description = '' } = parse(answer.body) ?? {}
  return {
    names: [],
    codes: [error, ...numbersIn(description)],
    text: description,
    status: answer.status,
    isForeign: isForeign(answer),
  }
}

type Answer = Extract<AzureExchange, { readonly body: string }>

/** Of @azure/core-rest-pipeline, as @azure/keyvault-keys fills it in. */
interface RestErrorLike {
  readonly code?: unknown
  readonly statusCode?: number
  readonly details?: { readonly error?: { readonly innerError?: { readonly code?: string } } }
}

/** Of @azure/core-rest-pipeline, for an answer that is no JSON although it says so. Its message is the answer. */
const parseError = 'PARSE_ERROR'

/** Of @azure/msal-common. */
interface ServerErrorLike {
  readonly status?: number
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#error-response */
interface EntraBody {
  readonly error?: string
  readonly error_description?: string
}

/** A success of theirs is JSON, and has no body here. */
function isForeign({ status, body }: Answer): boolean {
  return (status >= 400 || body !== '') && parse(body) === undefined
}

/** Undefined for what is no JSON object. */
function parse(body: string): EntraBody | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function namesOf(error: Error): readonly string[] {
  return error.cause instanceof Error ? [error.name, ...namesOf(error.cause)] : [error.name]
}

function numbersIn(text: string): readonly string[] {
  return [/AADSTS\d+/.exec(text)?.[0], /^AKV\d+/.exec(text)?.[0]].filter(each => each !== undefined)
}

/** Without MSAL's preamble, and without the ids that Entra ID puts behind what it says. */
function messageOf({ text, isForeign }: AzureError): string {
  if (isForeign) return 'Something that is not Azure answered, such as the login page of a network'
  const [, vaultsTenant] = tenantOfVault.exec(text) ?? []
  if (vaultsTenant !== undefined)
    return `The vault is of tenant ${vaultsTenant}, and the credentials are of another`
  return (/AADSTS\d+:.*/s.exec(text)?.[0] ?? text).replace(/\s*Trace ID:.*/s, '')
}
