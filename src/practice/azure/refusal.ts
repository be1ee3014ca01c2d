import { randomUUID } from 'node:crypto'
import type { WireAnswer } from '../stand-in.ts'

export const services = ['entra', 'vault'] as const
export type Service = (typeof services)[number]

/** Refusals that have nothing to do with the question. */
export const troubles = [
  'throttled',
  'failing',
  'conditional-access',
  'invalid-issuer',
  'token-refused',
] as const
export type Trouble = (typeof troubles)[number]

/** An answer of Entra ID or Key Vault that is an error. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: WireAnswer

  constructor(message: string, answer: WireAnswer) {
    super(message)
    this.answer = answer
  }
}

/** OAuth's word for it, the HTTP status, and the number behind AADSTS. */
type EntraSpelling = readonly [error: string, status: number, aadsts: number]

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes has all numbers; the link
// above each leads to where it was seen in the wild.
const entraSpellings = {
  // https://github.com/Azure/azure-cli/issues/23130 (discovery)
  'unknown-tenant': ['invalid_tenant', 400, 90002],
  // https://github.com/microsoftarchive/BatchAI/pull/31 (the token endpoint)
  'unknown-tenant-at-token': ['invalid_request', 400, 90002],
  // https://github.com/MicrosoftDocs/azure-docs/issues/100978
  'malformed-tenant': ['invalid_request', 400, 900023],
  // https://github.com/donwa/oneindex/issues/621
  'unknown-application': ['unauthorized_client', 400, 700016],
  // https://github.com/Worklytics/psoxy/pull/74
  'disabled-application': ['unauthorized_client', 400, 7000112],
  // https://github.com/Azure/sap-automation/issues/418
  'wrong-secret': ['invalid_client', 401, 7000215],
  // https://github.com/liprec/vsts-release-aas/issues/119
  'expired-secret': ['invalid_client', 401, 7000222],
  // https://github.com/MicrosoftDocs/azure-docs/issues/30777
  'missing-secret': ['invalid_client', 401, 7000216],
  // https://github.com/hashicorp/terraform-provider-azurerm/issues/16291
  'unknown-resource': ['invalid_resource', 400, 500011],
  // https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/pull/3023
  'unknown-grant': ['unsupported_grant_type', 400, 70003],
  // https://github.com/MartinIngesen/MSOLSpray/issues/5
  'conditional-access': ['interaction_required', 400, 53003],
  // These two only on the page above.
  throttled: ['temporarily_unavailable', 429, 90055],
  failing: ['temporarily_unavailable', 503, 90033],
} as const satisfies Readonly<Record<string, EntraSpelling>>
export type EntraReason = keyof typeof entraSpellings

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#error-response */
export function entraRefusal(reason: EntraReason, text: string, now: number): Refusal {
  const [error, status, aadsts] = entraSpellings[reason]
  const [traceId, correlationId] = [randomUUID(), randomUUID()]
  const timestamp = new Date(now)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
  const message = `AADSTS${aadsts}: ${text}`
  return new Refusal(
    message,
    json(status, {
      error,
      error_description: `${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [aadsts],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${aadsts}`,
    }),
  )
}

/** The HTTP status, the code, and the code of the inner error where there is one. */
type VaultSpelling = readonly [status: number, code: string, inner?: string]

const vaultSpellings = {
  // https://github.com/Azure/azure-sdk-for-js/issues/31094
  unauthorized: [401, 'Unauthorized'],
  // https://github.com/pulumi/actions/issues/1045
  'forbidden-by-policy': [403, 'Forbidden', 'ForbiddenByPolicy'],
  // https://github.com/getsops/sops/issues/1487
  'forbidden-by-role': [403, 'Forbidden', 'ForbiddenByRbac'],
  // https://github.com/microsoft/AzureTRE/issues/3789
  'forbidden-by-firewall': [403, 'Forbidden', 'ForbiddenByFirewall'],
  // https://github.com/microsoft/multimodal-ai/issues/171
  'forbidden-by-connection': [403, 'Forbidden', 'ForbiddenByConnection'],
  // https://github.com/Azure/azure-sdk-for-python/issues/45342
  'key-disabled': [403, 'Forbidden', 'KeyDisabled'],
  // https://github.com/Azure/azure-sdk-for-net/issues/11518
  'operation-forbidden': [403, 'Forbidden', 'KeyOperationForbidden'],
  // https://github.com/Azure/azure-sdk-for-net/issues/22002
  'key-not-found': [404, 'KeyNotFound'],
  // https://github.com/Azure/azure-sdk-for-net/issues/18947
  'bad-parameter': [400, 'BadParameter'],
  // https://github.com/vcsjones/AzureSignTool/issues/219
  throttled: [429, 'Throttled'],
  // https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
  failing: [500, 'InternalServerError'],
} as const satisfies Readonly<Record<string, VaultSpelling>>
export type VaultReason = keyof typeof vaultSpellings

/** https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#error-responses */
export function vaultRefusal(
  reason: VaultReason,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  const [status, code, inner] = vaultSpellings[reason] as VaultSpelling
  const error = { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) }
  return new Refusal(message, json(status, { error }, headers))
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}
