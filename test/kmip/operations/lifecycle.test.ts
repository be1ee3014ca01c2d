import { describe, expect, it } from 'vitest'
import { labPolicy, restorePolicy } from '../../../src/kmip/policy.ts'
import type { InProcess } from '../in-process.ts'
import { inProcess, refusalOf, later } from '../in-process.ts'

const revoke = (
  lab: InProcess,
  uniqueIdentifier: string,
  revocationReasonCode: 'KeyCompromise' | 'CessationOfOperation',
  compromiseOccurrenceDate?: bigint,
) =>
  lab.perform('Revoke', {
    uniqueIdentifier,
    revocationReason: { revocationReasonCode },
    compromiseOccurrenceDate,
  })

describe('the life of a key', () => {
  it('goes from pre-active to active, deactivated and destroyed, with a date for each', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const state = () => lab.valueOf(uniqueIdentifier, 'State')
    expect(state()).toBe('PreActive')
    lab.perform('Activate', { uniqueIdentifier })
    expect(state()).toBe('Active')
    expect(lab.valueOf(uniqueIdentifier, 'Activation Date')).toBe(later(0))
    expect(refusalOf(() => lab.perform('Activate', { uniqueIdentifier }))).toBe('PermissionDenied')
    expect(refusalOf(() => lab.perform('Destroy', { uniqueIdentifier }))).toBe('PermissionDenied')
    revoke(lab, uniqueIdentifier, 'CessationOfOperation')
    expect(state()).toBe('Deactivated')
    expect(lab.valueOf(uniqueIdentifier, 'Revocation Reason')).toEqual({
      revocationReasonCode: 'CessationOfOperation',
    })
    expect(refusalOf(() => lab.perform('Activate', { uniqueIdentifier }))).toBe('PermissionDenied')
    lab.perform('Get', { uniqueIdentifier })
    lab.perform('Destroy', { uniqueIdentifier })
    expect(state()).toBe('Destroyed')
    expect(lab.valueOf(uniqueIdentifier, 'Destroy Date')).toBe(later(0))
  })

  it('may end in a compromise from any state, with when it happened, or when the key was made', () => {
    const lab = inProcess(labPolicy)
    const told = lab.createKey()
    revoke(lab, told, 'KeyCompromise', 6n)
    expect(lab.valueOf(told, 'State')).toBe('Compromised')
    expect(lab.valueOf(told, 'Compromise Occurrence Date')).toBe(6n)
    expect(lab.valueOf(told, 'Compromise Date')).toBe(later(0))
    const untold = lab.createKey()
    lab.perform('Destroy', { uniqueIdentifier: untold })
    revoke(lab, untold, 'KeyCompromise')
    expect(lab.valueOf(untold, 'State')).toBe('DestroyedCompromised')
    expect(lab.valueOf(untold, 'Compromise Occurrence Date')).toBe(lab.valueOf(untold, 'Initial Date'))
    lab.perform('Destroy', { uniqueIdentifier: told })
    expect(lab.valueOf(told, 'State')).toBe('DestroyedCompromised')
  })

  it('cannot be ended for other reasons before it began, nor for none', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    expect(refusalOf(() => revoke(lab, uniqueIdentifier, 'CessationOfOperation'))).toBe('IllegalOperation')
    const revocationReason = { revocationReasonCode: 99 }
    expect(refusalOf(() => lab.perform('Revoke', { uniqueIdentifier, revocationReason }))).toBe(
      'InvalidField',
    )
  })

  it('leaves its attributes behind and nothing of the key', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    const secret = lab.store.get(uniqueIdentifier)!.material!.bytes
    const bytes = secret.revealBytes()
    lab.perform('Destroy', { uniqueIdentifier })
    expect(bytes).toEqual(Buffer.alloc(32))
    expect(() => secret.revealBytes()).toThrow('wiped')
    expect(refusalOf(() => lab.perform('Get', { uniqueIdentifier }))).toBe('ItemNotFound')
    expect(refusalOf(() => lab.perform('Activate', { uniqueIdentifier }))).toBe('ItemNotFound')
    expect(refusalOf(() => lab.perform('Destroy', { uniqueIdentifier }))).toBe('ItemNotFound')
    const attribute = { name: 'Comment', value: 'x' } as const
    expect(refusalOf(() => lab.perform('AddAttribute', { uniqueIdentifier, attribute }))).toBe(
      'PermissionDenied',
    )
  })

  it('notes when the key was changed last', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey()
    lab.store.get(uniqueIdentifier)!.attributes.set('Last Change Date', 0n)
    lab.perform('Activate', { uniqueIdentifier })
    expect(lab.valueOf(uniqueIdentifier, 'Last Change Date')).toBe(later(0))
  })
})

describe('under the restore policy', () => {
  it('an active key may be activated, and stays as it is', () => {
    const server = inProcess(restorePolicy)
    const before = server.perform('GetAttributes', { uniqueIdentifier: 'mykey', attributeNames: [] })
    expect(server.perform('Activate', { uniqueIdentifier: 'mykey' })).toEqual({ uniqueIdentifier: 'mykey' })
    expect(server.perform('GetAttributes', { uniqueIdentifier: 'mykey', attributeNames: [] })).toEqual(before)
  })

  it('nothing else is activated', () => {
    const server = inProcess(restorePolicy)
    server.store.get('mykey')!.attributes.set('State', 'PreActive')
    server.store.get('mykey')!.attributes.set('Activation Date', later(3600))
    expect(refusalOf(() => server.perform('Activate', { uniqueIdentifier: 'mykey' }))).toBe(
      'PermissionDenied',
    )
    expect(server.valueOf('mykey', 'State')).toBe('PreActive')
  })

  it('nothing can be made, changed or destroyed', () => {
    const server = inProcess(restorePolicy)
    expect(refusalOf(() => server.createKey())).toBe('PermissionDenied')
    expect(
      refusalOf(() =>
        server.perform('Register', {
          objectType: 'SymmetricKey',
          templateAttribute: { names: [], attributes: [] },
        }),
      ),
    ).toBe('PermissionDenied')
    expect(refusalOf(() => server.perform('Destroy', { uniqueIdentifier: 'mykey' }))).toBe('PermissionDenied')
    expect(refusalOf(() => revoke(server, 'mykey', 'KeyCompromise'))).toBe('PermissionDenied')
    expect(refusalOf(() => server.perform('Check', { uniqueIdentifier: 'mykey' }))).toBe('PermissionDenied')
  })
})

describe('Check', () => {
  it('says nothing to what is allowed', () => {
    const lab = inProcess(labPolicy)
    const ask = { uniqueIdentifier: 'mykey', cryptographicUsageMask: 4, usageLimitsCount: 5n, leaseTime: 10 }
    expect(lab.perform('Check', ask)).toEqual({ uniqueIdentifier: 'mykey' })
  })

  it('gives back what would be allowed in place of what is not', () => {
    const lab = inProcess(labPolicy)
    const uniqueIdentifier = lab.createKey({
      name: 'Usage Limits',
      value: { usageLimitsTotal: 500n, usageLimitsUnit: 'Byte' },
    })
    const ask = { uniqueIdentifier, cryptographicUsageMask: 16, usageLimitsCount: 501n, leaseTime: 100_000 }
    expect(lab.perform('Check', ask)).toEqual({
      uniqueIdentifier,
      cryptographicUsageMask: 12,
      usageLimitsCount: 500n,
      leaseTime: 3600,
    })
    expect(refusalOf(() => lab.perform('Check', { uniqueIdentifier, usageLimitsCount: -1n }))).toBe(
      'InvalidField',
    )
  })
})

describe('Query and Discover Versions', () => {
  it('name the operations that the policy lets through, and the objects', () => {
    const ask = { queryFunctions: ['QueryOperations', 'QueryObjects', 'QueryServerInformation'] } as const
    const answer = inProcess(restorePolicy).perform('Query', ask)
    expect(answer.operations).toEqual([
      'Locate',
      'Get',
      'GetAttributes',
      'GetAttributeList',
      'Activate',
      'Query',
      'DiscoverVersions',
      'Encrypt',
      'Decrypt',
    ])
    expect(answer.objectTypes).toEqual(['SymmetricKey', 'SecretData'])
    expect(answer.vendorIdentification).toMatch(/./)
    expect(inProcess(labPolicy).perform('Query', ask).operations).toHaveLength(17)
  })

  it('know capabilities, generators and profiles from 1.3 on', () => {
    const ask = {
      queryFunctions: ['QueryCapabilities', 'QueryRNGs', 'QueryProfiles', 'QueryAttestationTypes'],
    } as const
    const newest = inProcess(labPolicy, 4).perform('Query', ask)
    expect(newest.capabilityInformation).toMatchObject([
      { streamingCapability: true, batchContinueCapability: true },
    ])
    expect(newest.rngParameters).toMatchObject([{ rngAlgorithm: 'DRBG' }])
    expect(newest.profileInformation).toContainEqual({ profileName: 'BaselineServerBasicKMIPV1_4' })
    const older = inProcess(labPolicy, 3).perform('Query', ask)
    expect(older.capabilityInformation[0]).not.toHaveProperty('batchContinueCapability')
    expect(older.profileInformation).not.toContainEqual({ profileName: 'BaselineServerBasicKMIPV1_4' })
    expect(inProcess(labPolicy, 2).perform('Query', ask)).toMatchObject({
      capabilityInformation: [],
      rngParameters: [],
      profileInformation: [],
    })
    expect(inProcess(restorePolicy).perform('Query', ask).profileInformation).toEqual([])
  })

  it('answer what they know when a client also asks for what nobody knows yet', () => {
    const answer = inProcess(labPolicy).perform('Query', { queryFunctions: ['QueryObjects', 0xd, 0xe] })
    expect(answer.objectTypes).toHaveLength(2)
  })

  it('give the versions that both sides know, newest first', () => {
    const server = inProcess(restorePolicy, 0)
    const minors = (...asked: (readonly [number, number])[]) =>
      server
        .perform('DiscoverVersions', { protocolVersions: asked.map(([major, minor]) => ({ major, minor })) })
        .protocolVersions.map(({ major, minor }) => `${major}.${minor}`)
    expect(minors()).toEqual(['1.4', '1.3', '1.2', '1.1', '1.0'])
    expect(minors([1, 0], [2, 0], [1, 3])).toEqual(['1.3', '1.0'])
    expect(minors([2, 1])).toEqual([])
  })
})
