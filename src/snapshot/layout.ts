/** Names in a dbpath, as WiredTiger, mongod and Atlas write them. */

export const credentialsFolder = 'cloudProviderCredentials'
/** MongoDB Enterprise's keystore: one folder for each KMIP key id. */
export const keystoreFolder = 'key.store'
/** Percona Server for MongoDB's keystore, another layout. */
export const perconaKeystoreFolder = 'key.db'
export const storageOptionsFile = 'storage.bson'
export const lockFile = 'mongod.lock'
export const wiredTigerFile = 'WiredTiger'
/** Written beside the data by Ops Manager. */
export const restoreInfoFile = 'restoreInfo.txt'

/**
 * Without one of these WiredTiger opens nothing, or worse, begins a new database in the same folder.
 * WiredTiger.turtle names the last checkpoint of WiredTiger.wt; _mdb_catalog.wt names mongod's collections.
 */
export const essentialFiles = [
  wiredTigerFile,
  'WiredTiger.turtle',
  'WiredTiger.wt',
  '_mdb_catalog.wt',
] as const

/** What must not be a folder, and what must not be a file. */
export const filesOfDbpath = [...essentialFiles, storageOptionsFile, lockFile] as const
export const foldersOfDbpath = [credentialsFolder, keystoreFolder, 'journal'] as const

/** Whether a folder with these entries is a dbpath, or what is left of one. */
export function isDbpath(names: ReadonlySet<string>): boolean {
  const signs = [
    ...essentialFiles,
    storageOptionsFile,
    credentialsFolder,
    keystoreFolder,
    perconaKeystoreFolder,
  ]
  return signs.some(sign => names.has(sign))
}
