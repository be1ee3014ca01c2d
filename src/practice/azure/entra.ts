import type { Asked, WireAnswer } from '../stand-in.ts'
import { issueToken, lifetime } from './access-token.ts'
import { cloudOfLogin, clouds } from './clouds.ts'
import { entraRefusal, json, type Trouble } from './refusal.ts'
import type { Application, AzureState, Tenant } from './state.ts'

/** Entra ID, as far as an application with a client secret asks it. Throws `Refusal`. */
export function answerAsEntra(state: AzureState, asked: Asked, now: number): WireAnswer {
  const [, tenantId = '', ...rest] = asked.url.pathname.split('/')
  switch (`${asked.method} /${rest.join('/')}`) {
    case 'GET /discovery/instance':
      return discoverInstance(asked)
    case 'GET /v2.0/.well-known/openid-configuration':
      return json(200, openIdConfiguration(asked, findTenant(state, tenantId, 'unknown-tenant', now)))
    case 'POST /oauth2/v2.0/token':
      return issue(state, asked, findTenant(state, tenantId, 'unknown-tenant-at-token', now), now)
    default:
      return { status: 404, headers: {}, body: '' }
  }
}

const troubleTexts = {
  throttled: 'There are too many incoming requests. This exception is thrown for blocked tenants.',
  failing: 'The Microsoft Online Directory Service (MSODS) is not available.',
  'conditional-access':
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
} as const

/** What only Key Vault can be troubled with is no trouble here: the request is answered. */
export function entraTrouble(trouble: Trouble, now: number): void {
  if (trouble === 'invalid-issuer' || trouble === 'token-refused') return
  throw entraRefusal(trouble, troubleTexts[trouble], now)
}

/**
 * Which hosts belong to a cloud: MSAL asks it of login.microsoftonline.com before it believes another host.
 * https://learn.microsoft.com/entra/identity-platform/msal-authority-discovery (instance discovery)
 */
function discoverInstance({ url }: Asked): WireAnswer {
  const authorization = url.searchParams.get('authorization_endpoint') ?? ''
  const host = URL.canParse(authorization) ? new URL(authorization).host : ''
  if (!clouds.some(({ loginHosts }) => loginHosts.includes(host))) {
    return json(400, {
      error: 'invalid_instance',
      error_description: 'AADSTS50049: Unknown or invalid instance.',
    })
  }
  const [, tenant = ''] = new URL(authorization).pathname.split('/')
  return json(200, {
    tenant_discovery_endpoint: `https://${host}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: clouds.map(({ loginHosts }) => ({
      preferred_network: loginHosts.at(-1),
      preferred_cache: loginHosts[0],
      aliases: loginHosts,
    })),
  })
}

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri */
function openIdConfiguration({ url }: Asked, { tenantId }: Tenant) {
  const origin = `https://${url.host}/${tenantId}`
  return {
    issuer: `${origin}/v2.0`,
    authorization_endpoint: `${origin}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/oauth2/v2.0/token`,
    end_session_endpoint: `${origin}/oauth2/v2.0/logout`,
    jwks_uri: `${origin}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    response_types_supported: ['code', 'token'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#first-case-access-token-request-with-a-shared-secret */
function issue(state: AzureState, asked: Asked, tenant: Tenant, now: number): WireAnswer {
  const form = new URLSearchParams(asked.body.toString())
  const grant = form.get('grant_type')
  if (grant !== 'client_credentials') {
    throw entraRefusal('unknown-grant', `The app requested an unsupported grant type '${grant}'.`, now)
  }
  const application = findApplication(tenant, form.get('client_id') ?? '', now)
  checkSecret(application, form.get('client_secret'), now)
  const audience = (form.get('scope') ?? '').replace(/\/\.default( .*)?$/, '')
  const cloud = cloudOfLogin(asked.hostname)
  if (audience !== `https://${cloud.vaultDomain}`) {
    throw entraRefusal(
      'unknown-resource',
      `The resource principal named ${audience} was not found in the tenant named ${tenant.tenantId}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
      now,
    )
  }
  const { clientId, objectId } = application
  const subject = { audience, issuer: cloud.issuer, clientId, objectId, tenantId: tenant.tenantId }
  return json(200, {
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: issueToken(subject, state.tokenKey, now),
  })
}

function findTenant(
  state: AzureState,
  tenantId: string,
  missing: 'unknown-tenant' | 'unknown-tenant-at-token',
  now: number,
): Tenant {
  if (!/^[\da-z-]{36}$|\./i.test(tenantId)) {
    throw entraRefusal(
      'malformed-tenant',
      `Specified tenant identifier '${tenantId}' is neither a valid DNS name, nor a valid external domain.`,
      now,
    )
  }
  const tenant = state.tenants.find(each => each.tenantId === tenantId)
  if (tenant !== undefined) return tenant
  throw entraRefusal(
    missing,
    `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    now,
  )
}

function findApplication({ tenantId, applications }: Tenant, clientId: string, now: number): Application {
  const application = applications.find(each => each.clientId === clientId)
  if (application === undefined) {
    throw entraRefusal(
      'unknown-application',
      `Application with identifier '${clientId}' was not found in the directory '${tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
      now,
    )
  }
  if (application.state === 'enabled') return application
  throw entraRefusal('disabled-application', `Application '${clientId}' is disabled.`, now)
}

function checkSecret({ clientId, secrets }: Application, given: string | null, now: number): void {
  if (given === null) {
    throw entraRefusal(
      'missing-secret',
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
      now,
    )
  }
  const secret = secrets.find(({ value }) => value === given)
  if (secret === undefined) {
    throw entraRefusal(
      'wrong-secret',
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      now,
    )
  }
  if (Date.parse(secret.expiresAt) > now) return
  throw entraRefusal(
    'expired-secret',
    `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    now,
  )
}
