import { describe, expect, test } from 'vitest'
import { credentialsFromDocument } from '../../src/credentials/document.ts'
import type { Provider } from '../../src/kms/key-service.ts'
import { Failure } from '../../src/lib/failure.ts'
import { Secret } from '../../src/lib/secret.ts'

const readAll = (document: unknown, provider: Provider = 'aws', overrides = {}) =>
  credentialsFromDocument(
    new Secret(typeof document === 'string' ? document : JSON.stringify(document)),
    provider,
    overrides,
  )
const read = (...what: Parameters<typeof readAll>) => readAll(...what).credentials

const keys = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-token',
}

describe('the document on standard input', () => {
  test('gives AWS keys, with their session token', () => {
    const credentials = read({ ...keys, region: 'US_EAST_1' })
    expect(credentials).toMatchObject({ provider: 'aws', region: 'us-east-1' })
    expect(credentials.provider === 'aws' && credentials.sessionToken?.reveal()).toBe('canary-token')
  })

  test('needs no region where a flag or the metadata gives it', () => {
    expect(read(keys, 'aws', { region: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' })
  })

  test('may be what aws sts assume-role prints', () => {
    const printed = {
      Credentials: {
        AccessKeyId: 'ASIAX',
        SecretAccessKey: 's',
        SessionToken: 't',
        Expiration: '2030-01-01T00:00:00Z',
      },
      AssumedRoleUser: { Arn: 'arn:aws:sts::1:assumed-role/r/s' },
    }
    const { credentials, expiration } = readAll(printed, 'aws', { region: 'eu-west-1' })
    expect(credentials.provider === 'aws' && credentials.accessKeyId.reveal()).toBe('ASIAX')
    expect(expiration).toEqual(new Date('2030-01-01T00:00:00Z'))
  })

  test('gives a client secret of Azure', () => {
    const keyIdentifier = 'https://vault.vault.azure.net/keys/k/1'
    const credentials = read({ clientId: 'c', tenantId: 't', secret: 's', keyIdentifier }, 'azure')
    expect(credentials).toMatchObject({
      identity: { kind: 'client-secret', clientId: 'c', tenantId: 't' },
      keyIdentifier,
    })
  })

  test.each([
    { appId: 'c', displayName: 'restore', password: 's', tenant: 't' },
    { clientId: 'c', clientSecret: 's', tenantId: 't', subscriptionId: 'x' },
  ])('may be what az ad sp create-for-rbac prints: %o', printed => {
    const keyIdentifier = 'https://vault.vault.azure.net/keys/k/1'
    const credentials = read(printed, 'azure', { kmsKeyElse: keyIdentifier })
    expect(credentials).toMatchObject({
      identity: { kind: 'client-secret', clientId: 'c', tenantId: 't' },
      keyIdentifier,
    })
    expect(
      credentials.provider === 'azure' &&
        credentials.identity.kind === 'client-secret' &&
        credentials.identity.secret.reveal(),
    ).toBe('s')
  })

  test('may be the key document of a service account', () => {
    const document = { type: 'service_account', client_email: 'a@b', private_key: 'canary' }
    const kmsKey = 'projects/p/locations/l/keyRings/r/cryptoKeys/k'
    const credentials = read(document, 'gcp', { kmsKey })
    expect(credentials).toMatchObject({ keyResource: kmsKey })
    expect(
      credentials.provider === 'gcp' &&
        credentials.identity.kind === 'service-account' &&
        credentials.identity.key.reveal(),
    ).toBe(JSON.stringify(document))
  })

  test('gives a service account of Google Cloud, as a string or as it is', () => {
    const keyVersionResourceId = 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1'
    for (const serviceAccountKey of [{ type: 'service_account' }, '{"type":"service_account"}']) {
      const credentials = read({ serviceAccountKey, keyVersionResourceId }, 'gcp')
      expect(
        credentials.provider === 'gcp' &&
          credentials.identity.kind === 'service-account' &&
          credentials.identity.key.reveal(),
      ).toBe('{"type":"service_account"}')
    }
  })

  test.each([
    ['no JSON', '{"secretAccessKey": canary}', 'CRED-013', 'The JSON document on standard input is not JSON'],
    ['nothing', '', 'CRED-013', 'The JSON document on standard input is empty'],
    ['no object', ['canary'], 'CRED-013', 'The JSON document on standard input is no object'],
    ['half of the keys', { accessKeyId: 'canary-id' }, 'CRED-013', 'has no secretAccessKey and no region'],
    [
      'a temporary key alone',
      { ...keys, sessionToken: '', region: 'us-east-1' },
      'CRED-002',
      'Access key ASIA…LE is temporary',
    ],
    ['no region', { ...keys, region: 'nowhere' }, 'CRED-008', 'nowhere is no AWS region'],
  ])('that is %s is refused, and nothing of it repeated', (_, document, code, message) => {
    let failure: unknown
    try {
      read(document)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) as string })
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary')
  })
})
