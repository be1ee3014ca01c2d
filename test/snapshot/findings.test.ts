import { expect, test } from 'vitest'
import { findingsOf, type Facts } from '../../src/snapshot/findings.ts'

/** A snapshot with nothing to say about. */
const fine: Facts = {
  dbpath: '/data/rs 0',
  encryption: 'enterprise',
  keys: [{ keyId: 'k', provider: 'aws', metadataPath: '/data/rs 0/cloudProviderCredentials/k.aws.metadata' }],
  strangeMetadata: [],
  hasKeystore: true,
  keystoreIds: ['k'],
  missing: [],
  misplaced: [],
  storage: { engine: 'wiredTiger', directoryPerDB: false, directoryForIndexes: false },
  use: { kind: 'free' },
  tree: { files: 0, bytes: 0, collected: [], notUsable: [], notRead: [], linksOut: [] },
  notWritable: undefined,
  free: 10_000_000_000,
}

function codesOf(change: Partial<Facts>): string[] {
  return findingsOf({ ...fine, ...change }).map(({ code, severity }) => `${code} ${severity}`)
}

test('of a snapshot with nothing wrong there is nothing to say', () => {
  expect(findingsOf(fine)).toEqual([])
})

test('a disk that is nearly full is worth a warning, and one that does not say how full it is is not', () => {
  expect(codesOf({ free: 999_999_999 })).toEqual(['SNAP-010 warning'])
  expect(codesOf({ free: 1_000_000_000 })).toEqual([])
  expect(codesOf({ free: undefined })).toEqual([])
})

test('a read-only file system needs a copy, not another owner', () => {
  const [finding] = findingsOf({ ...fine, notWritable: 'EROFS', tree: { ...fine.tree, notUsable: ['a'] } })
  expect(finding).toMatchObject({ code: 'SNAP-009', severity: 'error' })
  expect(finding?.remedy).toContain('Copy the snapshot')
})

test('a folder that takes no new files needs another owner, with its path quoted for a shell', () => {
  const [finding] = findingsOf({ ...fine, notWritable: 'EACCES' })
  expect(finding).toMatchObject({ code: 'SNAP-009', severity: 'error' })
  expect(finding?.remedy).toContain(`sudo chown -R "$(id -un)" '/data/rs 0'`)
})

test('a mongod whose files cannot be seen is worth a warning: it may be another one’s recycled pid', () => {
  expect(codesOf({ use: { kind: 'unclear', pid: 1, program: 'mongod' } })).toEqual(['SNAP-008 warning'])
})

test('the first few of many names are told, and how many more there are', () => {
  const linksOut = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const [finding] = findingsOf({ ...fine, tree: { ...fine.tree, linksOut } })
  expect(finding?.message).toMatch(/: a, b, c, d, e and 2 more$/)
})

test('findings come in the order of their codes', () => {
  const codes = codesOf({
    missing: ['WiredTiger.wt'],
    hasKeystore: false,
    notWritable: 'EACCES',
    free: 0,
    keystoreIds: ['a', 'b'],
    keys: [],
    storage: 'absent',
    use: { kind: 'unclean', pid: 7 },
  })
  expect(codes).toEqual([...codes].sort())
  expect(codes).toHaveLength(8)
})
