import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../src/practice/simulated-mongod/command-line.ts'
import { mongodOptions } from '../../src/practice/simulated-mongod/options.ts'
import { takeScenario, type Scenario } from '../../src/practice/simulated-mongod/scenario.ts'
import { temporaryFolder } from '../temp-folder.ts'

const enterprise: Scenario = { version: '7.0.14', edition: 'enterprise' }

function options(argv: readonly string[], scenario = enterprise) {
  const asked = parseCommandLine(argv, scenario)
  if (asked.asks !== 'run') throw new TypeError(`asks for ${asked.asks}`)
  return mongodOptions(asked.given, scenario.version)
}

const encryption = [
  '--enableEncryption',
  ...[
    '--kmipServerName',
    '127.0.0.1',
    '--kmipServerCAFile',
    'ca.pem',
    '--kmipClientCertificateFile',
    'client.pem',
  ],
]

describe('the command line of the simulated mongod', () => {
  it('takes every flag that a restore passes', () => {
    const argv = [
      ...[
        '--dbpath',
        '/data',
        '--port',
        '27018',
        '--bind_ip',
        '127.0.0.1',
        ...encryption,
        '--kmipPort',
        '5697',
      ],
      ...['--kmipActivateKeys', 'false', '--directoryperdb', '--wiredTigerDirectoryForIndexes'],
      ...['--logpath', '/log', '--logappend', '--pidfilepath', '/pid'],
      ...['--setParameter', 'disableLogicalSessionCacheRefresh=true'],
    ]
    expect(options(argv)).toMatchObject({
      dbpath: '/data',
      port: 27018,
      directoryPerDB: true,
      directoryForIndexes: true,
      log: { path: '/log', append: true },
      pidFile: '/pid',
      kmip: {
        serverName: '127.0.0.1',
        port: 5697,
        serverCAFile: 'ca.pem',
        clientCertificateFile: 'client.pem',
        activateKeys: false,
      },
    })
  })

  it('shows what was given under the names of the configuration file', () => {
    const argv = [
      '--port=1',
      '--logpath',
      '/l',
      '--setParameter',
      'a=1',
      '--setParameter',
      'b=c=d',
      ...encryption,
    ]
    expect(options(argv).settings).toEqual({
      net: { port: 1 },
      systemLog: { destination: 'file', path: '/l' },
      setParameter: { a: '1', b: 'c=d' },
      security: {
        enableEncryption: true,
        kmip: { serverName: '127.0.0.1', serverCAFile: 'ca.pem', clientCertificateFile: 'client.pem' },
      },
    })
  })

  it('has mongod’s defaults', () => {
    expect(options([])).toMatchObject({ dbpath: '/data/db', port: 27017, kmip: undefined, log: undefined })
    expect(options(encryption).kmip).toMatchObject({ port: 5696, activateKeys: true, connectTimeout: 5000 })
  })

  it.each([
    [['--nonsense'], "unrecognised option '--nonsense'"],
    [['--nonsense=1'], "unrecognised option '--nonsense'"],
    [['-x'], "unrecognised option '-x'"],
    [['file'], 'too many positional options have been specified on the command line'],
    [['--port'], "the required argument for option '--port' is missing"],
    [['--port', '--logappend'], "the required argument for option '--port' is missing"],
    [['--port', 'http'], "the argument ('http') for option '--port' is invalid"],
    [['--logappend=yes'], "option '--logappend' does not take any arguments"],
    [['--port', '1', '--port', '2'], 'Multiple occurrences of option "--port"'],
    [['--enableEncryption'], 'Must specify either an encryption key file or parameters for KMIP'],
  ])('refuses %j as mongod does', (argv, reason) => {
    expect(() => options(argv)).toThrow(reason)
  })

  it('takes a long flag with one dash, as mongod does', () => {
    expect(options(['-port', '27019']).port).toBe(27019)
  })

  it('of a community build knows no encryption', () => {
    expect(() => options(encryption, { ...enterprise, edition: 'community' })).toThrow(
      "unrecognised option '--enableEncryption'",
    )
  })

  it('of a mongod before 5.2 does not know --kmipActivateKeys, and activates nothing', () => {
    const old: Scenario = { version: '5.0.31', edition: 'enterprise' }
    expect(() => options(['--kmipActivateKeys', 'false'], old)).toThrow(
      "unrecognised option '--kmipActivateKeys'",
    )
    expect(options(encryption, old).kmip?.activateKeys).toBe(false)
  })

  it('names the flags that do nothing in a simulation', () => {
    expect(options(['--quiet', '--port', '1']).ignored).toEqual(['--quiet'])
  })
})

describe('the scenario of the simulated mongod', () => {
  it('is an ordinary mongod where there is none', () => {
    expect(takeScenario(['--port', '1'])).toEqual({ scenario: enterprise, argv: ['--port', '1'] })
  })

  it('comes first, and is not seen by mongod’s own command line', async () => {
    const file = join(await temporaryFolder(), 'scenario.json')
    await writeFile(file, '{ "edition": "community" }')
    expect(takeScenario(['--snapthawScenario', file, '--version'])).toEqual({
      scenario: { version: '7.0.14', edition: 'community' },
      argv: ['--version'],
    })
  })

  it.each(['[', '{ "edition": "gold" }', '{ "version": 7 }', '{ "version": "3.4.1" }'])(
    'is refused when it reads %s',
    async text => {
      const file = join(await temporaryFolder(), 'scenario.json')
      await writeFile(file, text)
      expect(() => takeScenario(['--snapthawScenario', file])).toThrow(
        /JSON|edition is|knows no mongod 3\.4\.1/,
      )
    },
  )
})
