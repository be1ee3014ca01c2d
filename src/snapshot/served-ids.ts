import type { Snapshot, SnapshotKey } from './snapshot.ts'

/** Which keys of a snapshot mongod needs, and the KMIP ids under which it will ask for each. */
export interface ServedKey {
  readonly key: SnapshotKey
  readonly ids: readonly string[]
}

/**
 * mongod asks for the id that its key.store is named for. Where that is a key of cloudProviderCredentials, that key is
 * the one. Where it is not and there is one key only, it is served under both ids. Otherwise nothing says which key
 * it is, and each is a candidate under its own id and the key.store's.
 */
export function servedKeys({
  keys,
  keystoreIds,
}: Pick<Snapshot, 'keys' | 'keystoreIds'>): readonly ServedKey[] {
  const named = keys.filter(({ keyId }) => keystoreIds.includes(keyId))
  if (named.length > 0) return named.map(key => ({ key, ids: [key.keyId] }))
  return keys.map(key => ({ key, ids: [...new Set([key.keyId, ...keystoreIds])] }))
}
