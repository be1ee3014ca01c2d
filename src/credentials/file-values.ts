import type { CloudCredentials } from '../kms/key-service.ts'
import { Secret } from '../lib/secret.ts'
import type { FieldValues } from './dialect.ts'

/** What a metadata file would say of these credentials, or why it cannot. */
export type FileValues =
  | { readonly kind: 'values'; readonly values: FieldValues }
  | { readonly kind: 'cannot'; readonly why: string }

const ambient = 'They are those of a sign-in on this machine: there is nothing that could be written down'

/** The fields of a metadata file that these credentials change, by their names in `Dialect.fields`. */
export function fileValues(credentials: CloudCredentials): FileValues {
  switch (credentials.provider) {
    case 'aws':
      if (credentials.sessionToken !== undefined) {
        return {
          kind: 'cannot',
          why: 'They work only with their session token, and the file has no field for one',
        }
      }
      return values({
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        region: new Secret(credentials.region),
      })
    case 'azure': {
      const { identity } = credentials
      if (identity.kind === 'ambient') return { kind: 'cannot', why: ambient }
      return values({
        clientId: new Secret(identity.clientId),
        tenantId: new Secret(identity.tenantId),
        secret: identity.secret,
        keyIdentifier: new Secret(credentials.keyIdentifier),
      })
    }
    case 'gcp':
      if (credentials.identity.kind === 'ambient') return { kind: 'cannot', why: ambient }
      return values({
        serviceAccountKey: credentials.identity.key,
        keyVersionResourceId: new Secret(credentials.keyResource),
      })
  }
}

function values(fields: Readonly<Record<string, Secret>>): FileValues {
  return { kind: 'values', values: new Map(Object.entries(fields)) }
}
