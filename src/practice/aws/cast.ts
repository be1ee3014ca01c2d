import { newKmsKey, newMfaDevice } from './fake-credentials.ts'
import type { AccessKey, AwsState, KmsKey, Session, Statement, User } from './state.ts'

// Who appears in every scenario of AWS. Accounts and ids are those of AWS's documentation, where they mean nobody.

export const region = 'us-east-1'
const account = '111122223333'
const accountOfAtlas = '444455556666'

/** The operator's, made for restores: it may decrypt, and wants an external ID and an MFA code. */
export const restoreRole = `arn:aws:iam::${account}:role/snapshot-restore`
export const restoreExternalId = 'restore-drill'
/** Alice's. */
export const operatorMfa = `arn:aws:iam::${account}:mfa/alice`

/** The key that wraps the snapshot's master key. */
export function newMasterKeyWrapper(): KmsKey {
  return newKmsKey(account, region)
}

export function mayDecryptWith(key: KmsKey): readonly Statement[] {
  return [{ action: 'kms:Decrypt', resource: key.arn }]
}

export const mayAssumeRestoreRole: readonly Statement[] = [
  { action: 'sts:AssumeRole', resource: restoreRole },
]

/** Whose access key was given to Atlas, for its clusters to use the customer master key. */
export function atlasUser(accessKeys: readonly AccessKey[], allows: readonly Statement[]): User {
  const arn = `arn:aws:iam::${account}:user/atlas-encryption`
  return { arn, userId: 'AIDAJQABLZS4A3EXAMPLE', accessKeys, allows }
}

/** Alice, who restores. */
export function operator(accessKey: AccessKey, allows: readonly Statement[]): User {
  return {
    arn: `arn:aws:iam::${account}:user/alice`,
    userId: 'AIDACKCEVSQ6C2EXAMPLE',
    accessKeys: [accessKey],
    mfaDevice: newMfaDevice(operatorMfa),
    allows,
  }
}

/** The account with these people and sessions in it, its two roles, and the key. */
export function accountWith(
  key: KmsKey,
  users: readonly User[],
  sessions: readonly Session[] = [],
): AwsState {
  return {
    users,
    roles: [
      {
        arn: restoreRole,
        roleId: 'AROADBQP57FF2AEXAMPLE',
        trust: {
          principals: [`arn:aws:iam::${account}:root`],
          externalId: restoreExternalId,
          mfa: 'required',
        },
        maxSessionDuration: 3600,
        allows: mayDecryptWith(key),
      },
      {
        // The one that Atlas assumes. It trusts Atlas's account and nobody here: an operator cannot use it.
        arn: `arn:aws:iam::${account}:role/atlas-encryption`,
        roleId: 'AROAJQABLZS4A3EXAMPLE',
        trust: {
          principals: [`arn:aws:iam::${accountOfAtlas}:root`],
          externalId: '7d2c8f0e-0b6a-4a55-9a34-1c5f5e8f4c11',
          mfa: 'not asked for',
        },
        maxSessionDuration: 3600,
        allows: mayDecryptWith(key),
      },
    ],
    sessions,
    keys: [key],
    clockOffset: 0,
    faults: [],
  }
}
