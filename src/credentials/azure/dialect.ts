import { missingFields, roleBased, textOf, type Dialect } from '../dialect.ts'

/** The lengths of an RSA modulus of 2048, 3072 and 4096 bits, in bytes: a ciphertext of RSA is as long as its key. */
const modulusLengths = [256, 384, 512]

const elsewhere = '--credentials environment, stdin or prompt'

/** Names of the Admin API of Atlas (encryptionAtRest, azureKeyVault); the spelling on disk is documented nowhere. */
export const azureDialect: Dialect = {
  fields: {
    clientId: 'plain',
    tenantId: 'plain',
    secret: 'secret',
    azureEnvironment: 'plain',
    subscriptionId: 'plain',
    resourceGroupName: 'plain',
    keyVaultName: 'plain',
    keyIdentifier: 'plain',
    roleId: 'plain',
  },
  // What `az ad sp create-for-rbac` prints, and with --json-auth.
  documentFields: { appId: 'clientId', tenant: 'tenantId', password: 'secret', clientSecret: 'secret' },
  fieldOfDocument: () => undefined,
  documentExample: '{"tenantId": …, "clientId": …, "secret": …}',

  read(values, { kmsKey, kmsKeyElse, authorityHost }, where) {
    const clientId = textOf(values, 'clientId')
    const tenantId = textOf(values, 'tenantId')
    const secret = values.get('secret')
    const keyIdentifier = kmsKey ?? textOf(values, 'keyIdentifier') ?? kmsKeyElse
    const byRole = roleBased(
      values,
      where,
      `Use the sign-in of somebody who may decrypt with the key, or a client secret of your own: ${elsewhere}`,
    )
    if (byRole !== undefined) return byRole
    if (
      clientId === undefined ||
      tenantId === undefined ||
      secret === undefined ||
      keyIdentifier === undefined
    ) {
      return missingFields({ clientId, tenantId, secret, keyIdentifier }, where, elsewhere)
    }
    return {
      kind: 'credentials',
      credentials: {
        provider: 'azure',
        identity: { kind: 'client-secret', clientId, tenantId, secret },
        keyIdentifier,
        environment: textOf(values, 'azureEnvironment'),
        authorityHost,
      },
    }
  },

  keyName: values => textOf(values, 'keyIdentifier'),
  largestBlob: 512,
  looksWrapped: blob => modulusLengths.includes(blob.length),
}
