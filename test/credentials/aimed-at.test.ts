import { afterEach, beforeEach, expect, test } from 'vitest'
import { aimedAt } from '../../src/credentials/aimed-at.ts'
import type { CloudCredentials, Provider } from '../../src/kms/key-service.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createDbpath, type Dbpath } from './dbpath.ts'

let dbpath: Dbpath
beforeEach(async () => void (dbpath = await createDbpath()))
afterEach(() => dbpath.remove())

const aws: CloudCredentials = {
  provider: 'aws',
  accessKeyId: new Secret('AKIA'),
  secretAccessKey: new Secret('s'),
  region: 'us-east-1',
}
const azure: CloudCredentials = {
  provider: 'azure',
  identity: { kind: 'ambient' },
  keyIdentifier: 'https://v.vault.azure.net/keys/one/1',
}
const gcp: CloudCredentials = {
  provider: 'gcp',
  identity: { kind: 'ambient' },
  keyResource: 'projects/p/locations/l/keyRings/r/cryptoKeys/one',
}

const metadataOf = (provider: Provider, content: object) => dbpath.metadata(JSON.stringify(content), provider)

test.each<[CloudCredentials, object, object]>([
  [aws, { region: 'EU_WEST_1' }, { region: 'eu-west-1' }],
  [aws, {}, { region: 'us-east-1' }],
  [
    azure,
    { keyIdentifier: 'https://v.vault.azure.net/keys/two/1' },
    { keyIdentifier: 'https://v.vault.azure.net/keys/two/1' },
  ],
  [
    gcp,
    { keyVersionResourceID: 'projects/p/locations/l/keyRings/r/cryptoKeys/two/cryptoKeyVersions/1' },
    { keyResource: 'projects/p/locations/l/keyRings/r/cryptoKeys/two/cryptoKeyVersions/1' },
  ],
])(
  '%o are turned to the key that a metadata file with %o is about',
  async (credentials, content, expected) => {
    expect(aimedAt(credentials, await metadataOf(credentials.provider, content))).toEqual({
      ...credentials,
      ...expected,
    })
  },
)

test.each<[CloudCredentials, Provider, object]>([
  [azure, 'azure', {}],
  [gcp, 'gcp', {}],
  [aws, 'aws', { region: 'nowhere' }],
  [aws, 'gcp', {}],
])('%o are of no use for a file of %s with %o', async (credentials, provider, content) => {
  expect(aimedAt(credentials, await metadataOf(provider, content))).toBeUndefined()
})
