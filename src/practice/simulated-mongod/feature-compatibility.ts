import type { EncryptedStore } from '../encrypted-store/open-store.ts'
import { releaseOf } from '../server-release.ts'
import { startEntry, StartFailure } from './start-failure.ts'

const documentId = 'featureCompatibilityVersion'

/**
 * The feature compatibility version that the data was left at. Throws `StartFailure` (exit code 62) when a mongod of
 * this version does not start with it.
 */
export async function checkFeatureCompatibility(store: EncryptedStore, version: string): Promise<string> {
  const found = await storedVersion(store)
  const { startsWith } = releaseOf(version)
  if (found !== undefined && startsWith.includes(found)) return found

  const oldest = startsWith[0] ?? ''
  const see = (page: string) => `https://docs.mongodb.com/master/release-notes/${oldest}${page}.`
  const compatibility = `See ${see('-compatibility/#feature-compatibility')}`
  const expected = startsWith.map(candidate => `'${candidate}'`).join(' or ')
  const error =
    'UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR: Location4926900:' +
    ` Invalid featureCompatibilityVersion document in admin.system.version: { _id: "${documentId}", version: "${found}" }.` +
    ` ${compatibility} :: caused by :: Invalid feature compatibility version value '${found}'; expected ${expected}.` +
    ` ${compatibility}). If the current featureCompatibilityVersion is below ${oldest},` +
    ` see the documentation on upgrading at ${see('/#upgrade-procedures')}`
  throw new StartFailure(62, [startEntry('F', 'CONTROL', 20573, 'Wrong mongod version', { error })])
}

async function storedVersion(store: EncryptedStore): Promise<string | undefined> {
  const entry = store.catalog.find(({ namespace }) => namespace === 'admin.system.version')
  if (entry === undefined) return undefined
  const records = await store.records(entry)
  for (let index = 0; index < records.count; index++) {
    const { _id: id, version } = records.read(index)
    if (id === documentId && typeof version === 'string') return version
  }
  return undefined
}
