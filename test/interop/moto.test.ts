import { beforeAll, expect, it } from 'vitest'
import { cases } from './aws-cases.ts'
import { checkCredentials, opens, refusedAs } from './aws-credentials.ts'
import { startMoto } from './aws-emulators.ts'
import type { AwsCloud } from './aws-cloud.ts'
import { restoreAt } from './aws-restore.ts'

let cloud: AwsCloud

beforeAll(async () => {
  const moto = await startMoto()
  cloud = moto.cloud
  return () => moto.stop()
})

// What moto enforces: the integrity of a ciphertext, which key and which region, who is known and what they may do.
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
  // moto answers to KMS's JSON with XML: the caller is known to STS, so it is the permission.
  ['tells who may not decrypt from who is unknown', cases.notAllowed, refusedAs('CRED-006')],
  ['does not take a ciphertext with a flipped bit', cases.flippedBit, refusedAs('CRED-012')],
  ['does not take garbage for a wrapped key', cases.garbage, refusedAs('CRED-012')],
  [
    'says that a key may be in another region when that of the file is wrong',
    cases.otherRegion,
    refusedAs('CRED-008'),
  ],
  ['says so too of a ciphertext from another region', cases.blobFromElsewhere, refusedAs('CRED-008')],
  ['names the key that is not in the region of the file', cases.otherRegionNamed, refusedAs('CRED-008')],
  ['names a key that is not there', cases.noSuchKey, refusedAs('CRED-008')],
  ['asks nobody with role-based metadata', cases.roleBased, refusedAs('CRED-001')],
  ['opens the key with an assumed role', cases.assumed, opens],
  ['opens the key with a role that wants an external id', cases.assumedWithId, opens],
  ['names the role when the external id is wrong', cases.externalIdWrong, refusedAs('CRED-014')],
  ['names the role when it trusts somebody else', cases.notTrusted, refusedAs('CRED-014')],
  ['does not send the role id of Atlas to the cloud', cases.roleIdOfAtlas, refusedAs('CRED-014')],
])('%s', async (_sentence, operatorsCase, expected) => {
  const { verdict, stderr } = await checkCredentials(cloud, operatorsCase(cloud))
  expect(verdict, stderr).toEqual(expected)
})

it('restores a snapshot whose key moto has wrapped', async () => {
  const { steps, last } = await restoreAt(cloud, cases.good(cloud))
  expect({ steps, last }).toMatchObject({
    steps: { credentials: 'done', proxy: 'done', check: 'done' },
    last: { type: 'ready' },
  })
})
