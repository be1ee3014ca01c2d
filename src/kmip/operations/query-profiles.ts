import type { Policy } from '../policy.ts'
import type { ValueOf } from '../shape.ts'
import { integer, named, once, optional, structure, text } from '../shape.ts'
import type { Named } from '../ttlv/enumeration.ts'
import { enumeration } from '../ttlv/enumeration.ts'
import type { OperationName } from '../ttlv/enumerations.ts'
import { Tag } from '../ttlv/tags.ts'

/**
 * 9.1.3.2.42 Profile Name: of its 156 names those that a server of this library can fulfil. They have one number for each
 * version of KMIP, and have been in the specification since 1.3.
 */
export const ProfileName = enumeration({
  '1.3': {
    BaselineServerBasicKMIPV1_2: 0x1,
    SymmetricKeyLifecycleServerKMIPV1_0: 0x10,
    SymmetricKeyLifecycleServerKMIPV1_1: 0x11,
    SymmetricKeyLifecycleServerKMIPV1_2: 0x12,
    BasicCryptographicServerKMIPV1_2: 0x1a,
    SymmetricKeyFoundryServerKMIPV1_0: 0x28,
    SymmetricKeyFoundryServerKMIPV1_1: 0x29,
    SymmetricKeyFoundryServerKMIPV1_2: 0x2a,
    BaselineServerBasicKMIPV1_3: 0x55,
    SymmetricKeyLifecycleServerKMIPV1_3: 0x5e,
    BasicCryptographicServerKMIPV1_3: 0x62,
    SymmetricKeyFoundryServerKMIPV1_3: 0x6a,
  },
  '1.4': {
    BaselineServerBasicKMIPV1_4: 0x79,
    SymmetricKeyLifecycleServerKMIPV1_4: 0x82,
    BasicCryptographicServerKMIPV1_4: 0x86,
    SymmetricKeyFoundryServerKMIPV1_4: 0x8e,
  },
})

/** 2.1.19 Profile Information */
export const profileInformation = structure({
  profileName: once(Tag.ProfileName, named(ProfileName)),
  serverURI: optional(Tag.ServerURI, text),
  serverPort: optional(Tag.ServerPort, integer),
})

/** What the profiles that are served have in common, beyond what every policy lets through. */
const needed: readonly OperationName[] = [
  'Create',
  'Check',
  'AddAttribute',
  'ModifyAttribute',
  'DeleteAttribute',
  'Revoke',
  'Destroy',
  'Encrypt',
  'Decrypt',
]

/** The profiles that a server with this policy fulfils, as far as version 1.`minor` has names for them. */
export function servedProfiles(policy: Policy, minor: number): ValueOf<typeof profileInformation>[] {
  if (!needed.every(operation => policy.operations.has(operation))) return []
  const isKnown = (name: Named<typeof ProfileName>) => ProfileName.isKnownTo(name, minor)
  return ProfileName.names.filter(isKnown).map(profileName => ({ profileName }))
}
