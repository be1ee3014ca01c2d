import { isRegionName, regionName } from '../../kms/aws-region.ts'
import { masked, type Secret } from '../../lib/secret.ts'
import {
  missingFields,
  roleBased,
  textOf,
  withFinding,
  type CredentialsReading,
  type Dialect,
} from '../dialect.ts'

/** What KMS puts before a ciphertext of a symmetric key: seen on all of them, documented nowhere. */
const beginning = [0x01, 0x02, 0x02, 0x00, 0x78]

const elsewhere = '--credentials profile, environment, stdin or prompt'

export const awsDialect: Dialect = {
  fields: {
    accessKeyId: 'identifier',
    secretAccessKey: 'secret',
    roleId: 'plain',
    region: 'plain',
    customerMasterKeyId: 'plain',
  },
  // The file has no place for it, and that is the trap of the procedure.
  documentFields: { sessionToken: 'sessionToken' },
  fieldOfDocument: () => undefined,
  documentExample: '{"accessKeyId": …, "secretAccessKey": …, "sessionToken": …, "region": …}',

  read(values, { region: givenRegion, regionElse, kmsEndpoint, stsEndpoint }, where) {
    const accessKeyId = values.get('accessKeyId')
    const secretAccessKey = values.get('secretAccessKey')
    const sessionToken = values.get('sessionToken')
    const spelling = givenRegion ?? textOf(values, 'region') ?? regionElse
    const byRole = roleBased(
      values,
      where,
      'Use credentials of your own that may decrypt with the key, or assume a role that may: --assume-role ARN',
    )
    if (byRole !== undefined) return byRole
    if (accessKeyId === undefined || secretAccessKey === undefined || spelling === undefined) {
      return missingFields({ accessKeyId, secretAccessKey, region: spelling }, where, elsewhere)
    }
    const region = regionName(spelling)
    if (!isRegionName(region)) return notARegion(spelling)
    if (sessionToken === undefined && isTemporary(accessKeyId)) return withoutToken(accessKeyId, where)
    return {
      kind: 'credentials',
      credentials: {
        provider: 'aws',
        accessKeyId,
        secretAccessKey,
        sessionToken,
        region,
        kmsEndpoint,
        stsEndpoint,
      },
    }
  },

  keyName: values => textOf(values, 'customerMasterKeyId'),

  // https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html: CiphertextBlob
  largestBlob: 6144,
  looksWrapped: blob => beginning.every((byte, index) => blob[index] === byte),
}

/** Keys that STS hands out begin with ASIA: they work only together with their session token. */
export function isTemporary(accessKeyId: Secret): boolean {
  return accessKeyId.reveal().startsWith('ASIA')
}

function withoutToken(accessKeyId: Secret, where: string): CredentialsReading {
  return withFinding({
    code: 'CRED-002',
    severity: 'error',
    message:
      `Access key ${masked(accessKeyId)} is temporary: it works only together with its session token, ` +
      `and ${where} holds none`,
    remedy:
      `Give access key, secret and session token together: ${elsewhere}. ` +
      'They go to the key proxy, because a metadata file has no field for the token',
  })
}

function notARegion(spelling: string): CredentialsReading {
  return withFinding({
    code: 'CRED-008',
    severity: 'error',
    message: `${spelling} is no AWS region`,
    remedy: 'Give the region of the customer master key, as us-east-1 or US_EAST_1: --region R',
  })
}
