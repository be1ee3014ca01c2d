import { join } from 'node:path'
import { otherRegion, type AwsCloud, type Keys } from './aws-cloud.ts'
import type { AwsSnapshot } from './aws-snapshot.ts'

/** What an operator does at one account: the snapshot they have, and what they say to snapthaw besides its path. */
export interface AwsCase {
  readonly snapshot: AwsSnapshot
  readonly args?: readonly string[]
  /** Credentials that are given on standard input. */
  readonly stdin?: Keys
  readonly env?: Readonly<Record<string, string>>
}

type CaseOf = (cloud: AwsCloud) => AwsCase

const good: CaseOf = ({ account, key }) => ({ snapshot: { keys: account.restorer, blob: key.blob } })

function changed(change: (cloud: AwsCloud) => Partial<AwsSnapshot>): CaseOf {
  return cloud => ({ snapshot: { ...good(cloud).snapshot, ...change(cloud) } })
}

function given(keys: (cloud: AwsCloud) => Keys): CaseOf {
  return cloud => ({ ...good(cloud), args: ['--credentials', 'stdin'], stdin: keys(cloud) })
}

function assuming(role: (cloud: AwsCloud) => string, ...more: readonly string[]): CaseOf {
  return cloud => ({
    ...good(cloud),
    args: ['--credentials', 'metadata', '--assume-role', role(cloud), ...more],
  })
}

/** The program with a clock that is off by so many minutes. */
function atAnotherTime(minutes: number, of: CaseOf): CaseOf {
  const clock = join(import.meta.dirname, 'another-time.mjs')
  const env = { NODE_OPTIONS: `--import ${clock}`, MINUTES_OFF: String(minutes) }
  return cloud => ({ ...of(cloud), env })
}

const nobody = 'QQQQQQQQQQQQQQQQ'
const otherSecret = 'x'.repeat(40)
const wrongSecret = changed(({ account }) => ({
  keys: { ...account.restorer, secretAccessKey: otherSecret },
}))
/** No ciphertext of anybody's, and no text either. */
const garbage = Buffer.alloc(180, 0xa5)

/** The rows of interop.md, as an operator meets them. */
export const cases = {
  good,
  goodNamed: changed(({ key }) => ({ keyName: key.arn })),
  atlasSpelling: changed(() => ({ region: 'US_EAST_1' })),
  unknownKey: changed(({ account }) => ({ keys: { ...account.restorer, accessKeyId: `AKIA${nobody}` } })),
  wrongSecret,
  temporaryInFile: changed(({ account }) => ({ keys: account.session })),
  session: given(({ account }) => account.session),
  wrongToken: given(({ account }) => ({ ...account.session, sessionToken: 'bm8gdG9rZW4=' })),
  unknownSession: given(({ account }) => ({ ...account.session, accessKeyId: `ASIA${nobody}` })),
  expiredSession: given(({ account }) => account.shortSession),
  notAllowed: changed(({ account }) => ({ keys: account.stranger })),
  disabled: changed(({ disabledKey }) => ({ blob: disabledKey.blob })),
  pendingDeletion: changed(({ dyingKey }) => ({ blob: dyingKey.blob })),
  garbage: changed(() => ({ blob: garbage })),
  flippedBit: changed(({ key }) => ({ blob: flipped(key.blob) })),
  otherRegion: changed(() => ({ region: otherRegion })),
  otherRegionNamed: changed(({ key }) => ({ region: otherRegion, keyName: key.arn })),
  blobFromElsewhere: changed(({ farKey }) => ({ blob: farKey.blob })),
  blobFromElsewhereThere: changed(({ farKey }) => ({ blob: farKey.blob, region: otherRegion })),
  noSuchKey: changed(({ key }) => ({ keyName: `${key.arn.slice(0, -4)}0000` })),
  roleBased: changed(() => ({
    keys: { accessKeyId: '', secretAccessKey: '' },
    roleId: '0123456789abcdef01234567',
  })),
  assumed: assuming(({ account }) => account.plainRole),
  assumedWithId: assuming(({ account }) => account.guardedRole, '--external-id', 'restore-drill'),
  externalIdMissing: assuming(({ account }) => account.guardedRole),
  externalIdWrong: assuming(({ account }) => account.guardedRole, '--external-id', 'another'),
  noSuchRole: assuming(({ account }) => `${account.plainRole}-that-is-not-there`),
  notTrusted: assuming(({ account }) => account.strangersRole),
  roleIdOfAtlas: assuming(() => '0123456789abcdef01234567'),
  clockBehind: atAnotherTime(-60, good),
  clockAhead: atAnotherTime(60, good),
  clockBehindAndWrongSecret: atAnotherTime(-60, wrongSecret),
  clockBehindAndAssuming: atAnotherTime(
    -60,
    assuming(({ account }) => account.plainRole),
  ),
} satisfies Record<string, CaseOf>

function flipped(blob: Buffer): Buffer {
  const copy = Buffer.from(blob)
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1)
  return copy
}
