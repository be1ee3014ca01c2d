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
import type { PracticeCloud } from './cloud.ts'

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
