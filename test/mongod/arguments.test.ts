import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/lib/failure.ts'
import { argvOf, mongodArguments, type MongodSettings } from '../../src/mongod/arguments.ts'

const settings: MongodSettings = {
  version: '7.0.14',
  dbpath: '/data/rs0',
  port: 27017,
  kmipPort: 5696,
  caFile: '/data/rs0/kmipCA.pem',
  clientCertificateFile: '/data/rs0/kmipClient.pem',
  logPath: '/state/s/mongod.log',
  pidFile: '/state/s/mongod.pid',
  directoryPerDB: false,
  directoryForIndexes: false,
  kmipActivateKeys: 'by-version',
  extra: [],
}
const argv = (change: Partial<MongodSettings> = {}) => argvOf(mongodArguments({ ...settings, ...change }))

describe('mongod’s command line', () => {
  it('is the one of the procedure, on loopback, with the session’s files', () => {
    expect(argv().join(' ')).toBe(
      '--dbpath /data/rs0 --port 27017 --bind_ip 127.0.0.1 --enableEncryption' +
        ' --kmipServerName 127.0.0.1 --kmipPort 5696 --kmipServerCAFile /data/rs0/kmipCA.pem' +
        ' --kmipClientCertificateFile /data/rs0/kmipClient.pem --kmipActivateKeys false' +
        ' --logpath /state/s/mongod.log --logappend --pidfilepath /state/s/mongod.pid' +
        ' --setParameter disableLogicalSessionCacheRefresh=true',
    )
  })

  it.each([
    ['4.4.29', false],
    ['5.0.31', false],
    ['5.2.0', true],
    ['6.0.17', true],
    ['8.0.4', true],
    ['10.0.0', true],
  ])('of %s has --kmipActivateKeys: %s', (version, has) => {
    expect(argv({ version }).includes('--kmipActivateKeys')).toBe(has)
  })

  it('leaves --kmipActivateKeys out where this mongod does not know it', () => {
    expect(argv({ kmipActivateKeys: 'unknown' })).not.toContain('--kmipActivateKeys')
  })

  it('follows the snapshot’s storage options', () => {
    expect(argv({ directoryPerDB: true })).toContain('--directoryperdb')
    expect(argv({ directoryForIndexes: true })).toContain('--wiredTigerDirectoryForIndexes')
    expect(argv()).not.toContain('--directoryperdb')
    expect(argv()).not.toContain('--wiredTigerDirectoryForIndexes')
  })

  it('never names a key: existing data does that', () => {
    expect(argv()).not.toContain('--kmipKeyIdentifier')
  })

  it('has a reason of one line for each flag, and the flag ready to be copied', () => {
    for (const { argument, reason, words } of mongodArguments({ ...settings, dbpath: '/data/my snapshot' })) {
      expect(reason).toMatch(/^\S[^\n]{10,100}$/)
      expect(argument.startsWith(words[0]!)).toBe(true)
    }
    expect(mongodArguments({ ...settings, dbpath: '/data/my snapshot' })[0]?.argument).toBe(
      "--dbpath '/data/my snapshot'",
    )
  })

  it('ends with what the operator added, each flag with its values', () => {
    const list = mongodArguments({
      ...settings,
      extra: ['--slowms', '50', '--quiet', '--wiredTigerCacheSizeGB=2'],
    })
    expect(list.slice(-3).map(({ words }) => words)).toEqual([
      ['--slowms', '50'],
      ['--quiet'],
      ['--wiredTigerCacheSizeGB=2'],
    ])
  })

  it.each([
    ['--dbpath'],
    ['-dbpath'],
    ['--dbpath=/elsewhere'],
    ['--bind_ip=0.0.0.0'],
    ['--bind_ip_all'],
    ['--port'],
    ['-f'],
    ['--config'],
    ['--kmipKeyIdentifier'],
    ['--repair'],
    ['--fork'],
  ])('does not let the operator add %s', word => {
    expect(() => mongodArguments({ ...settings, extra: ['--quiet', word] })).toThrow(
      expect.objectContaining({ code: 'USAGE-003', exitCode: 2 }),
    )
  })

  it('does not repeat what stands after the = of a refused flag', () => {
    const refused = () => mongodArguments({ ...settings, extra: ['--kmipClientCertificatePassword=canary'] })
    expect(refused).toThrow(Failure)
    expect(refused).not.toThrow(/canary/)
  })

  it('lets flags pass whose names only look like something of JavaScript', () => {
    expect(argv({ extra: ['--constructor'] }).at(-1)).toBe('--constructor')
  })
})
