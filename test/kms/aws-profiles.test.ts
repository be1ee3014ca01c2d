import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listAwsProfiles, type AwsProfile } from '../../src/kms/aws-profiles.ts'
import { createAwsHome, type AwsHome } from './aws-home.ts'

let home: AwsHome
beforeEach(async () => void (home = await createAwsHome()))
afterEach(() => home.remove())

async function profile(name: string): Promise<AwsProfile | undefined> {
  return (await listAwsProfiles(home.environment)).find(each => each.name === name)
}

test('without files there are no profiles', async () => {
  expect(await listAwsProfiles(home.environment)).toEqual([])
})

test('each profile is told by where its keys come from, without a secret', async () => {
  await home.writeConfig(`
[default]
region = us-east-1
[profile admin]
role_arn = arn:aws:iam::111122223333:role/admin
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile vault]
credential_process = /opt/vault/aws-keys --password canary-password
[profile pod]
role_arn = arn:aws:iam::111122223333:role/pod
web_identity_token_file = /var/run/token
[profile console]
login_session = arn:aws:iam::111122223333:user/me
[profile people]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Restore
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`)
  await home.writeCredentials(`
[base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = canary-secret
[session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = canary-secret
aws_session_token = canary-token
`)
  const profiles = await listAwsProfiles(home.environment)
  expect(profiles.map(({ name, kind, description }) => [name, kind, description])).toEqual([
    ['admin', 'role', 'role arn:aws:iam::111122223333:role/admin through base, with an MFA code'],
    ['base', 'keys', 'access key AKIA…LE, long-term'],
    ['console', 'login', 'console sign-in (aws login)'],
    ['default', 'none', 'no credentials'],
    ['people', 'sso', 'SSO role Restore of account 111122223333'],
    ['pod', 'web-identity', 'role arn:aws:iam::111122223333:role/pod through a web identity token'],
    ['session', 'keys', 'access key ASIA…LE, temporary'],
    ['vault', 'process', 'program aws-keys'],
  ])
  expect(JSON.stringify(profiles)).not.toContain('canary')
})

test('an SSO profile says until when somebody is signed in', async () => {
  await home.writeConfig(`
[profile people]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Restore
[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Restore
[profile nobody]
sso_session = other
sso_account_id = 111122223333
sso_role_name = Restore
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
`)
  await home.writeSsoToken('corp', { accessToken: 'canary', expiresAt: '2026-11-24T10:00:00Z' })
  await home.writeSsoToken('https://old.awsapps.com/start', { expiresAt: '2020-02-02T02:02:02UTC' })
  expect((await profile('people'))?.signedInUntil).toEqual(new Date('2026-11-24T10:00:00Z'))
  expect((await profile('old'))?.signedInUntil).toEqual(new Date('2020-02-02T02:02:02Z'))
  expect((await profile('nobody'))?.signedInUntil).toBeUndefined()
})

test('files are read as AWS writes them: comments, quotes, nested settings, both files together', async () => {
  await home.writeConfig(
    [
      '# a comment',
      '[profile "with blanks"] ; another',
      'REGION = eu-central-1 # Frankfurt',
      's3 =',
      '  region = us-west-2',
      'aws_access_key_id = AKIAOUTDONE000000000',
      '[profile default]',
      'region = us-west-1',
      '[default]',
      'region = us-east-1',
      '[services nothing]',
      'region = us-gov-east-1',
    ].join('\r\n'),
  )
  await home.writeCredentials(
    '[with blanks]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=a=b;c#d\n',
  )
  expect(await listAwsProfiles(home.environment)).toMatchObject([
    { name: 'default', region: 'us-west-1' },
    {
      name: 'with blanks',
      region: 'eu-central-1',
      kind: 'keys',
      description: 'access key AKIA…LE, long-term',
    },
  ])
})

test('the files are those that the environment names', async () => {
  await writeFile(join(home.folder, 'elsewhere'), '[profile there]\nregion = eu-west-2\n')
  const profiles = await listAwsProfiles({ ...home.environment, AWS_CONFIG_FILE: '~/elsewhere' })
  expect(profiles.map(({ name }) => name)).toEqual(['there'])
})
