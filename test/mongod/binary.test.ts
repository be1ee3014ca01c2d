import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  chooseable,
  describeMongod,
  noMongodFound,
  parseVersion,
  unsuitable,
} from '../../src/mongod/binary.ts'
import type { MongodBinary } from '../../src/mongod/mongod.ts'

const structured = (version: string, info: object) =>
  `db version v${version}\nBuild Info: ${JSON.stringify({ version, gitVersion: '83b8bb8b', modules: [], ...info }, null, 4)}\n`

describe('what mongod --version says', () => {
  it.each([
    [
      'Enterprise',
      structured('7.0.14', { modules: ['enterprise'] }),
      { version: '7.0.14', edition: 'enterprise' },
    ],
    ['Community', structured('8.0.4', {}), { version: '8.0.4', edition: 'community' }],
    [
      'a release candidate',
      structured('8.0.0-rc1', { modules: ['enterprise'] }),
      { version: '8.0.0-rc1', edition: 'enterprise' },
    ],
    [
      'Percona by its own version',
      structured('7.0.14', { psmdbVersion: '7.0.14-8' }),
      { version: '7.0.14', edition: 'percona' },
    ],
    ['Percona by its number', structured('8.0.17-6', {}), { version: '8.0.17-6', edition: 'percona' }],
    [
      'Enterprise 4.2, before the JSON',
      'db version v4.2.0\ngit version: a4b751dcf\nOpenSSL version: OpenSSL 1.1.1\nallocator: tcmalloc\nmodules: enterprise \nbuild environment:\n    distmod: ubuntu1804\n',
      { version: '4.2.0', edition: 'enterprise' },
    ],
    [
      'Community 4.2',
      'db version v4.2.0\nallocator: tcmalloc\nmodules: none\n',
      { version: '4.2.0', edition: 'community' },
    ],
  ])('tells %s', (_, output, expected) => {
    expect(parseVersion(output)).toEqual({ ...expected, simulated: false })
  })

  it('tells the simulated mongod, whatever stands before it', () => {
    const output = `This is a simulated mongod\n${structured('7.0.14', { modules: ['enterprise'], snapthawSimulated: true })}`
    expect(parseVersion(output)).toEqual({ version: '7.0.14', edition: 'enterprise', simulated: true })
  })

  it('tells what is no mongod', () => {
    expect(parseVersion('mongos version v7.0.14\n')).toBeUndefined()
    expect(parseVersion('')).toBeUndefined()
  })
})

describe('asking a mongod', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snapthaw-binary-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function program(text: string): Promise<string> {
    const path = join(folder, 'mongod')
    await writeFile(path, `#!/bin/sh\n${text}\n`)
    await chmod(path, 0o755)
    return path
  }
  const environment = { PATH: '/usr/bin:/bin' }
  const ask = (path: string, signal = new AbortController().signal) =>
    describeMongod(path, { environment, signal })

  it('runs it with --version and nothing of the own environment', async () => {
    const path = await program('[ "$*" = --version ] && [ -z "$HOME" ] && echo "db version v7.0.14"')
    expect(await ask(path)).toEqual({ path, version: '7.0.14', edition: 'community', simulated: false })
  })

  it('refuses another program, with what it said', async () => {
    const path = await program('echo "unknown option" >&2; exit 1')
    await expect(ask(path)).rejects.toMatchObject({ code: 'MONGOD-021', evidence: ['unknown option'] })
  })

  it('refuses a program that succeeds and says something else', async () => {
    await expect(ask(await program('echo hello'))).rejects.toMatchObject({ code: 'MONGOD-021' })
  })

  it('refuses a file that cannot be executed, a folder, and nothing', async () => {
    const path = await program('true')
    await chmod(path, 0o644)
    await mkdir(join(folder, 'folder'))
    for (const each of [path, join(folder, 'folder'), join(folder, 'absent')]) {
      await expect(ask(each)).rejects.toMatchObject({ code: 'MONGOD-021' })
    }
  })

  it('does not wait on when it is cancelled', async () => {
    const cancel = new AbortController()
    const asked = ask(await program('exec sleep 30'), cancel.signal)
    cancel.abort()
    await expect(asked).rejects.toThrow('aborted')
  })
})

describe('choosing a mongod', () => {
  const binary = (version: string, edition: MongodBinary['edition'] = 'enterprise') => ({
    path: '/usr/bin/mongod',
    version,
    edition,
    simulated: false,
  })

  it.each([
    ['7.0.14', '7.0.14', 'yes'],
    ['7.0.20', '7.0.14', 'yes'],
    ['7.0.9', '7.0.14', 'no'],
    ['6.0.20', '7.0.14', 'no'],
    ['7.1.20', '7.0.14', 'no'],
    ['8.0.4', '7.0.14', 'no'],
    ['7.0.14', undefined, 'unknown'],
    ['7.0.14', 'latest', 'unknown'],
  ])('%s for a snapshot of %s: %s', (version, wanted, fits) => {
    expect(chooseable(binary(version), wanted).fits).toBe(fits)
  })

  it.each(['community', 'percona'] as const)('refuses %s before its version is looked at', edition => {
    expect(chooseable(binary('6.0.0', edition), '7.0.14')).toMatchObject({ fits: 'no', because: 'edition' })
  })

  it('fails with the code of what does not fit', () => {
    const failureFor = (candidate: MongodBinary) => {
      const verdict = chooseable(candidate, '7.0.14')
      return verdict.fits === 'no' ? unsuitable(candidate, verdict).code : verdict.fits
    }
    expect(failureFor(binary('7.0.14', 'community'))).toBe('MONGOD-001')
    expect(failureFor(binary('6.0.0'))).toBe('MONGOD-004')
  })

  it('says which version to install where there is none', () => {
    expect(noMongodFound('7.0.14')).toMatchObject({
      code: 'MONGOD-020',
      remedy: expect.stringContaining('7.0.14') as string,
    })
    expect(noMongodFound(undefined).remedy).toContain('--mongod PATH')
  })
})
