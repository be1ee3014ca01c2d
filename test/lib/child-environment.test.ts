import { expect, test } from 'vitest'
import { childEnvironment, signedInEnvironment } from '../../src/lib/child-environment.ts'

test.each([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_ID',
  'IDENTITY_HEADER',
  'MSI_SECRET',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GITHUB_TOKEN',
  'NPM_CONFIG__AUTH',
  'MYSQL_PWD',
  'PGPASSWORD',
  'DB_PASS',
  'SSH_AUTH_SOCK',
  'OPENAI_API_KEY',
  'MASTERKEY',
  'vault_passphrase',
  'MONGODB_URI',
])('%s does not reach a child', name => {
  expect(childEnvironment({ [name]: 'x', PATH: '/bin' })).toEqual({ PATH: '/bin' })
})

test('an address with a password in it does not, whatever its name', () => {
  expect(
    childEnvironment({ BACKEND: 'mongodb://op:hunter2@db.example.net/x', SITE: 'https://example.net:8080/' }),
  ).toEqual({
    SITE: 'https://example.net:8080/',
  })
})

test.each([
  'PATH',
  'HOME',
  'PWD',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TERM',
  'USER',
  'LD_LIBRARY_PATH',
  'XDG_STATE_HOME',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'AWS_CA_BUNDLE',
  'AWS_ENDPOINT_URL_KMS',
  'AWS_REGION',
])('%s does', name => {
  expect(childEnvironment({ [name]: 'x' })).toEqual({ [name]: 'x' })
})

test.each(['HTTPS_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'no_proxy'])(
  '%s does, with its password',
  name => {
    const address = 'http://op:hunter2@proxy.example.net:3128'
    expect(childEnvironment({ [name]: address })).toEqual({ [name]: address })
  },
)

test('a child that uses the sign-in of this machine is told where that lies, and no secret', () => {
  const where = {
    AZURE_CLIENT_ID: 'id',
    AZURE_FEDERATED_TOKEN_FILE: '/run/token',
    GOOGLE_APPLICATION_CREDENTIALS: '/home/op/adc.json',
    CLOUDSDK_CONFIG: '/home/op/gcloud',
  }
  const secrets = { AZURE_CLIENT_SECRET: 'x', IDENTITY_HEADER: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
  expect(signedInEnvironment({ ...where, ...secrets, AZURE_TENANT_ID: undefined, PATH: '/bin' })).toEqual({
    ...where,
    PATH: '/bin',
  })
})

test('a variable without a value is left out', () => {
  expect(childEnvironment({ HOME: undefined })).toEqual({})
})
