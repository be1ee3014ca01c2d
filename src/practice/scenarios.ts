import {
  accountWith,
  atlasUser,
  mayAssumeRestoreRole,
  mayDecryptWith,
  newMasterKeyWrapper,
  operator,
  operatorMfa,
  region,
  restoreExternalId,
  restoreRole,
} from './aws/cast.ts'
import { awsCloud } from './aws/cloud.ts'
import { newAccessKey, newSession } from './aws/fake-credentials.ts'
import { nextCodes } from './aws/mfa.ts'
import type { AwsState } from './aws/state.ts'
import { newAzureCast } from './azure/cast.ts'
import { azureCloud } from './azure/cloud.ts'
import type { PracticeCloud } from './cloud.ts'
import { newGcpCast } from './gcp/cast.ts'
import { gcpCloud } from './gcp/cloud.ts'

/** One thing that goes wrong in a restore, to be met where nothing is at stake. */
export interface Scenario {
  readonly id: string
  /** A few words, for a list. */
  readonly title: string
  /** What the learner meets, a sentence or two. */
  readonly goesWrong: string
  /** What they know afterwards: said at the end. */
  readonly learnt: string
  readonly cloud: PracticeCloud
}

/** Milliseconds. Sandboxes are opened again after days; what these sessions teach is the token, not the expiry. */
const longAway = Date.UTC(2100, 0, 1)

export const scenarios: readonly Scenario[] = [
  {
    id: 'first-restore',
    title: 'A restore in which all goes well',
    goesWrong: 'Nothing. The access key in the metadata file still opens the snapshot.',
    learnt:
      'A snapshot is opened in a chain: credentials open the customer master key, that unwraps the master key, and the key proxy hands it to mongod.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const accessKey = newAccessKey()
        return {
          key,
          state: accountWith(key, [atlasUser([accessKey], mayDecryptWith(key))]),
          metadata: { ...keysOf(accessKey), roleId: '', region },
          profiles: [],
        }
      },
      handout: () => ['Nothing is needed: the access key in the metadata file is good.'],
      answers: () => ({ credentials: 'metadata', region }),
    }),
  },
  {
    id: 'rotated-keys',
    title: 'The access key in the metadata file was deleted when keys were rotated',
    goesWrong:
      'The metadata file holds the access key of the day of the snapshot. It was deleted since, and another took its place.',
    learnt:
      'A metadata file is as old as its snapshot. When keys have been rotated since, give the key that took their place: in memory, or in the file.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const deleted = newAccessKey('deleted')
        const current = newAccessKey()
        return {
          key,
          state: accountWith(key, [atlasUser([deleted, current], mayDecryptWith(key))]),
          metadata: { ...keysOf(deleted), roleId: '', region },
          profiles: [{ name: 'atlas-encryption', region, ...keysOf(current) }],
        }
      },
      handout: () => [
        'AWS profile atlas-encryption: the access key that took the place of the one in the metadata file',
      ],
      answers: () => ({ credentials: 'profile', profile: 'atlas-encryption', region, mend: 'memory' }),
    }),
  },
  {
    id: 'role-based',
    title: 'Atlas uses a role, and the metadata file holds no keys at all',
    goesWrong:
      'The metadata file names a role by an id of Atlas’s own, which AWS does not know, and has no access key. Your own keys may not decrypt, but may assume a role that can.',
    learnt:
      'A roleId of Atlas is not an ARN, and the role behind it trusts Atlas, not you. Assume a role that trusts you and has kms:Decrypt on the key; an MFA code works once.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const accessKey = newAccessKey()
        return {
          key,
          state: accountWith(key, [operator(accessKey, mayAssumeRestoreRole)]),
          metadata: { accessKeyId: '', secretAccessKey: '', roleId: '65f1c0ffee5eed0123456789', region },
          profiles: [{ name: 'operator', region, ...keysOf(accessKey) }],
        }
      },
      handout: state => [
        'AWS profile operator: your own access key',
        `Role to assume: ${restoreRole}`,
        `External ID: ${restoreExternalId}`,
        `MFA device: ${operatorMfa}`,
        `MFA codes, each works once: ${nextMfaCodes(state).join(' ')}`,
      ],
      answers: state => ({
        credentials: 'profile',
        profile: 'operator',
        region,
        'assume-role': restoreRole,
        'external-id': restoreExternalId,
        'mfa-serial': operatorMfa,
        'mfa-code': nextMfaCodes(state)[0] ?? '',
        mend: 'memory',
      }),
    }),
  },
  {
    id: 'no-session-token',
    title: 'Temporary keys stand in the metadata file, which has no place for their token',
    goesWrong:
      'Somebody put temporary keys (ASIA…) into the metadata file. AWS knows them only together with their session token, and the file has no field for one.',
    learnt:
      'Temporary keys are three values. The metadata file takes two, so they cannot work from there: the key proxy must be given all three.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const session = newSession(restoreRole, 'alice', longAway)
        const { accessKeyId, secretAccessKey, sessionToken } = session
        return {
          key,
          state: accountWith(key, [], [session]),
          metadata: { accessKeyId, secretAccessKey, roleId: '', region },
          profiles: [{ name: 'snapshot-restore', region, accessKeyId, secretAccessKey, sessionToken }],
        }
      },
      handout: () => ['AWS profile snapshot-restore: the same temporary keys, with their session token'],
      answers: () => ({ credentials: 'profile', profile: 'snapshot-restore', region, mend: 'memory' }),
    }),
  },
  {
    id: 'no-permission',
    title: 'The keys in the metadata file are good, but may not decrypt',
    goesWrong:
      'AWS knows the access key in the metadata file and says who it belongs to. That user has lost its permission to use the customer master key.',
    learnt:
      'To be known and to be allowed are two things: GetCallerIdentity proves the first, only kms:Decrypt on the key proves the second.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const powerless = newAccessKey()
        const accessKey = newAccessKey()
        return {
          key,
          state: accountWith(key, [atlasUser([powerless], []), operator(accessKey, mayDecryptWith(key))]),
          metadata: { ...keysOf(powerless), roleId: '', region },
          profiles: [{ name: 'operator', region, ...keysOf(accessKey) }],
        }
      },
      handout: () => ['AWS profile operator: your own access key, which may use the customer master key'],
      answers: () => ({ credentials: 'profile', profile: 'operator', region, mend: 'memory' }),
    }),
  },
  {
    id: 'key-disabled',
    title: 'The customer master key is disabled',
    goesWrong:
      'The access key in the metadata file is good and may decrypt. Somebody has disabled the customer master key since, as one does with keys that nobody seems to use.',
    learnt:
      'A snapshot stays wrapped with the key of its day. A customer master key that is disabled or deleted takes every snapshot with it: no credentials help, only its administrator can.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const accessKey = newAccessKey()
        const account = accountWith(key, [atlasUser([accessKey], mayDecryptWith(key))])
        return {
          key,
          state: { ...account, faults: [{ service: 'kms', does: 'refuse', as: 'key-disabled', times: 1 }] },
          metadata: { ...keysOf(accessKey), roleId: '', region },
          profiles: [],
        }
      },
      handout: ({ faults }) =>
        faults.some(fault => fault.times !== 0)
          ? [
              'The key’s administrator enables it as soon as you have seen that it is disabled: then try again.',
            ]
          : ['The key’s administrator has enabled the key again.'],
      answers: () => ({ credentials: 'metadata', region }),
    }),
  },
  {
    id: 'wrong-region',
    title: 'The metadata file names another region than that of the key',
    goesWrong:
      'The metadata file says eu-west-1. The customer master key is in us-east-1, and AWS KMS in eu-west-1 has never heard of it.',
    learnt:
      'A KMS key is at home in one region, and each region answers for its own keys only. AWS does not say that a key is elsewhere: it says that there is none, or that you may not use it.',
    cloud: awsCloud({
      scene() {
        const key = newMasterKeyWrapper()
        const accessKey = newAccessKey()
        return {
          key,
          state: accountWith(key, [atlasUser([accessKey], mayDecryptWith(key))]),
          metadata: { ...keysOf(accessKey), roleId: '', region: 'eu-west-1' },
          profiles: [],
        }
      },
      handout: () => [`The region of the customer master key: ${region}`],
      answers: () => ({ credentials: 'metadata', region }),
    }),
  },
  {
    id: 'azure',
    title: 'A snapshot whose key is in Azure Key Vault',
    goesWrong: 'Nothing. The client secret in the metadata file is good, and its application may decrypt.',
    learnt:
      'In Azure two doors must open: Entra ID knows the application by its client secret and hands out a token, and the vault decides by role or access policy whether it may decrypt. The vault is the host of the key identifier.',
    cloud: azureCloud({
      scene: newAzureCast,
      handout: () => ['Nothing is needed: the client secret in the metadata file is good.'],
      answers: () => ({ credentials: 'metadata' }),
    }),
  },
  {
    id: 'gcp',
    title: 'A snapshot whose key is in Google Cloud KMS',
    goesWrong: 'Nothing. The key of the service account in the metadata file is good, and may decrypt.',
    learnt:
      'A service account signs its own requests with the private key of its key document, so that only Cloud KMS itself can say whether that key is still good. A ciphertext knows which version of its key made it.',
    cloud: gcpCloud({
      scene: newGcpCast,
      handout: () => ['Nothing is needed: the service account’s key in the metadata file is good.'],
      answers: () => ({ credentials: 'metadata' }),
    }),
  },
]

export function findScenario(id: string): Scenario | undefined {
  return scenarios.find(scenario => scenario.id === id)
}

function keysOf({
  accessKeyId,
  secretAccessKey,
}: {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}) {
  return { accessKeyId, secretAccessKey }
}

/** What the operator's MFA device shows next. */
function nextMfaCodes(state: AwsState): readonly string[] {
  return state.users.flatMap(({ mfaDevice }) => (mfaDevice === undefined ? [] : nextCodes(mfaDevice, 3)))
}
