import { missingFields, roleBased, textOf, type Dialect } from '../dialect.ts'

/** Cloud KMS's own header of a ciphertext: seen on all of them, documented nowhere. */
const beginning = [0x0a, 0x24, 0x00]

const elsewhere = '--credentials environment, stdin or prompt'

/** Names of the Admin API of Atlas (encryptionAtRest, googleCloudKms); the spelling on disk is documented nowhere. */
export const gcpDialect: Dialect = {
  fields: { serviceAccountKey: 'secret', keyVersionResourceId: 'plain', roleId: 'plain' },
  documentFields: {},
  // The key document of a service account, as it was downloaded.
  fieldOfDocument: document => ('private_key' in document ? 'serviceAccountKey' : undefined),
  documentExample: '{"type": "service_account", "client_email": …, "private_key": …}',

  read(values, { kmsKey, kmsKeyElse, kmsEndpoint }, where) {
    const key = values.get('serviceAccountKey')
    const keyResource = kmsKey ?? textOf(values, 'keyVersionResourceId') ?? kmsKeyElse
    const byRole = roleBased(
      values,
      where,
      `Use the sign-in of somebody who may decrypt with the key, or the key of a service account that may: ${elsewhere}`,
    )
    if (byRole !== undefined) return byRole
    if (key === undefined || keyResource === undefined) {
      return missingFields({ serviceAccountKey: key, keyVersionResourceId: keyResource }, where, elsewhere)
    }
    return {
      kind: 'credentials',
      credentials: { provider: 'gcp', identity: { kind: 'service-account', key }, keyResource, kmsEndpoint },
    }
  },

  keyName: values => textOf(values, 'keyVersionResourceId'),
  // https://cloud.google.com/kms/quotas: 64 KiB of plaintext, and what encryption adds to it.
  largestBlob: 66_560,
  looksWrapped: blob => beginning.every((byte, index) => blob[index] === byte),
}
