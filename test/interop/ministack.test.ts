import { beforeAll, expect, it } from 'vitest'
import { cases } from './aws-cases.ts'
import { checkCredentials, opens, refusedAs } from './aws-credentials.ts'
import { startMinistack } from './aws-emulators.ts'
import type { AwsCloud } from './aws-cloud.ts'
import { restoreAt } from './aws-restore.ts'

let cloud: AwsCloud

beforeAll(async () => {
  const ministack = await startMinistack()
  cloud = ministack.cloud
  return () => ministack.stop()
})

// What ministack enforces: who is known, until when, with which clock, what they may do, and the state of a key.
it.each([
  ['opens the key with an access key that may decrypt', cases.good, opens],
  ['opens the key that the metadata file names', cases.goodNamed, opens],
  ['reads the region in the spelling of Atlas', cases.atlasSpelling, opens],
  ['opens a key of another region there', cases.blobFromElsewhereThere, opens],
  ['names an access key that the cloud does not know', cases.unknownKey, refusedAs('CRED-003')],
  ['tells a wrong secret from an unknown access key', cases.wrongSecret, refusedAs('CRED-004')],
  ['names the missing session token of a temporary access key', cases.temporaryInFile, refusedAs('CRED-002')],
  ['opens the key with a session that is given whole', cases.session, opens],
  ['does not take a session token that is not the key’s', cases.wrongToken, refusedAs('CRED-003')],
  ['does not know a session of nobody’s', cases.unknownSession, refusedAs('CRED-003')],
  ['tells a session that is over from one that is unknown', cases.expiredSession, refusedAs('CRED-005')],
  ['tells who may not decrypt from who is unknown', cases.notAllowed, refusedAs('CRED-006')],
  ['says that the key is disabled', cases.disabled, refusedAs('CRED-007')],
  ['says that the key is going to be deleted', cases.pendingDeletion, refusedAs('CRED-007')],
  ['does not take garbage for a wrapped key', cases.garbage, refusedAs('CRED-012')],
  // AWS says "does not exist in this region" here, ministack that it is no ciphertext.
  ['does not open a ciphertext from another region', cases.blobFromElsewhere, refusedAs('CRED-012')],
  ['names the key that is not in the region of the file', cases.otherRegionNamed, refusedAs('CRED-008')],
  ['asks nobody with role-based metadata', cases.roleBased, refusedAs('CRED-001')],
  ['opens the key with an assumed role', cases.assumed, opens],
  ['opens the key with a role that wants an external id', cases.assumedWithId, opens],
  ['names the role when the external id is missing', cases.externalIdMissing, refusedAs('CRED-014')],
  ['names the role when the external id is wrong', cases.externalIdWrong, refusedAs('CRED-014')],
  ['names a role that is not there', cases.noSuchRole, refusedAs('CRED-014')],
  ['names the role when it trusts somebody else', cases.notTrusted, refusedAs('CRED-014')],
  ['does not send the role id of Atlas to the cloud', cases.roleIdOfAtlas, refusedAs('CRED-014')],
  [
    'tells a wrong secret from a clock that is an hour behind',
    cases.clockBehindAndWrongSecret,
    refusedAs('CRED-004'),
  ],
])('%s', async (_sentence, operatorsCase, expected) => {
  const { verdict, stderr } = await checkCredentials(cloud, operatorsCase(cloud))
  expect(verdict, stderr).toEqual(expected)
})

it.each([
  ['an hour behind', cases.clockBehind, '60 minutes behind'],
  ['an hour ahead', cases.clockAhead, '60 minutes ahead of'],
  ['an hour behind, with a role to assume', cases.clockBehindAndAssuming, '60 minutes behind'],
])(
  'opens the key although the clock of this machine is %s, and says so',
  async (_clock, operatorsCase, said) => {
    const { verdict, stderr } = await checkCredentials(cloud, operatorsCase(cloud))
    expect(verdict, stderr).toEqual(opens)
    expect(stderr).toContain(`clock is ${said} AWS's`)
  },
)

it('restores a snapshot with a role that ministack lets the operator assume', async () => {
  const { steps, last } = await restoreAt(cloud, cases.assumedWithId(cloud))
  expect({ steps, last }).toMatchObject({
    steps: { credentials: 'done', proxy: 'done', check: 'done' },
    last: { type: 'ready' },
  })
})

it('leaves nothing running when ministack does not let the operator decrypt', async () => {
  const { steps, last, status } = await restoreAt(cloud, cases.notAllowed(cloud))
  expect({ steps, last }).toMatchObject({
    steps: { credentials: 'failed' },
    last: { type: 'failed', code: 'CRED-006', exitCode: 4 },
  })
  expect(status).toContain('nothing of it is running')
})
