import { credentialsFromDocument } from '../../credentials/document.ts'
import { credentialsFromValues } from '../../credentials/from-values.ts'
import { Failure } from '../../lib/failure.ts'
import { Secret } from '../../lib/secret.ts'
import type { RestoreContext } from '../context.ts'
import { catalogue, secret, text } from '../questions.ts'
import { required } from './ask.ts'
import type { Source } from './choose-source.ts'
import { fieldOf, fromMetadata } from './from-metadata.ts'
import { kmsKeyFor } from './kms-key.ts'
import { isPlaceInDoubt, overridesOf, unlimited, type Obtained, type Wanted } from './obtained.ts'

/** Azure credentials from a source. Throws CRED-… and SNAP-012. */
export function obtainAzure(context: RestoreContext, source: Source, wanted: Wanted): Promise<Obtained> {
  return from[source](context, wanted)
}

const from: Readonly<Record<Source, (context: RestoreContext, wanted: Wanted) => Promise<Obtained>>> = {
  async metadata(context, wanted) {
    const overrides = overridesOf(context, wanted)
    const kmsKey = isPlaceInDoubt(wanted) ? await keyIdentifierOf(context, wanted) : overrides.kmsKey
    return unlimited(fromMetadata(wanted, { ...overrides, kmsKey }), 'the metadata file')
  },

  /** A client secret in variables goes to the key proxy as it is; every other sign-in the key proxy finds by itself. */
  async environment(context, wanted) {
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = context.environment
    const keyIdentifier = await keyIdentifierOf(context, wanted)
    if (AZURE_TENANT_ID && AZURE_CLIENT_ID && AZURE_CLIENT_SECRET) {
      const values = {
        tenantId: new Secret(AZURE_TENANT_ID),
        clientId: new Secret(AZURE_CLIENT_ID),
        secret: new Secret(AZURE_CLIENT_SECRET),
      }
      return ofValues(context, wanted, { values, keyIdentifier, origin: 'AZURE_CLIENT_SECRET' })
    }
    const message =
      'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are not all set: workload identity, managed identity and the Azure CLI are asked, in this order'
    context.tell({ type: 'note', step: 'credentials', message })
    const credentials = {
      provider: 'azure',
      identity: { kind: 'ambient' },
      keyIdentifier,
      environment: fieldOf(wanted, 'azureEnvironment'),
      authorityHost: context.authorityHost,
    } as const
    return unlimited(credentials, 'the sign-in of this machine')
  },

  async prompt(context, wanted) {
    const ask = async (
      definition: typeof catalogue.azureTenantId | typeof catalogue.azureClientId,
      field: string,
    ) => {
      const known = fieldOf(wanted, field)
      const given = { placeholder: '00000000-0000-0000-0000-000000000000', problem: required }
      return new Secret(
        await context.ask(text(definition, { ...given, ...(known === undefined ? {} : { default: known }) })),
      )
    }
    const tenantId = await ask(catalogue.azureTenantId, 'tenantId')
    const clientId = await ask(catalogue.azureClientId, 'clientId')
    const clientSecret = await context.ask(secret(catalogue.azureClientSecret, { problem: required }))
    const keyIdentifier = await keyIdentifierOf(context, wanted)
    const values = { tenantId, clientId, secret: clientSecret }
    return ofValues(context, wanted, { values, keyIdentifier, origin: 'what was typed in' })
  },

  async stdin(context, wanted) {
    const { credentials } = credentialsFromDocument(new Secret(await context.readStdin()), 'azure', {
      ...overridesOf(context, wanted),
      kmsKeyElse: fieldOf(wanted, 'keyIdentifier'),
    })
    return unlimited(credentials, 'standard input')
  },

  profile: () => Promise.reject(noProfiles('Azure')),
}

/** `--credentials profile` for a key that is not AWS's. */
export function noProfiles(cloud: string): Failure {
  return new Failure({
    code: 'CRED-013',
    message: `The key is in ${cloud}, and profiles are AWS’s`,
    remedy: 'Give credentials from elsewhere: --credentials environment, stdin or prompt',
  })
}

interface Given {
  readonly values: Readonly<Record<'tenantId' | 'clientId' | 'secret', Secret>>
  readonly keyIdentifier: string
  readonly origin: string
}

function ofValues(
  context: RestoreContext,
  wanted: Wanted,
  { values, keyIdentifier, origin }: Given,
): Obtained {
  const azureEnvironment = fieldOf(wanted, 'azureEnvironment')
  const all = {
    ...values,
    ...(azureEnvironment === undefined ? {} : { azureEnvironment: new Secret(azureEnvironment) }),
  }
  const overrides = { ...overridesOf(context, wanted), kmsKey: keyIdentifier }
  return unlimited(credentialsFromValues('azure', all, overrides, origin), origin)
}

/** Where the key is. */
function keyIdentifierOf(context: RestoreContext, wanted: Wanted): Promise<string> {
  return kmsKeyFor(
    context,
    wanted,
    fieldOf(wanted, 'keyIdentifier'),
    'https://VAULT.vault.azure.net/keys/KEY/VERSION',
  )
}
