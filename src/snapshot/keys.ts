import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { providers, type Provider } from '../kms/key-service.ts'
import { systemErrorCode } from '../lib/failure.ts'
import type { SnapshotKey } from './snapshot.ts'

/** `<keyID>.<provider>.metadata`; a key id may itself hold dots. */
const metadataName = /^(?<keyId>.+)\.(?<provider>[^.]+)\.metadata$/i

/** What `cloudProviderCredentials` holds. */
export interface MetadataFiles {
  readonly keys: readonly SnapshotKey[]
  /** Paths that are named like a metadata file, but are folders, or of a provider that is not known. */
  readonly strange: readonly string[]
}

/** The metadata files of a folder, sorted by name; their content is not read. A folder that cannot be read holds none. */
export async function listMetadataFiles(folder: string): Promise<MetadataFiles> {
  const keys: SnapshotKey[] = []
  const strange: string[] = []
  for (const entry of await entriesOf(folder)) {
    const { keyId, provider } = metadataName.exec(entry.name)?.groups ?? {}
    if (keyId === undefined || provider === undefined) continue
    const metadataPath = join(folder, entry.name)
    const known = knownProvider(provider)
    // A link may lead to a file: the credentials room opens it and says what it finds.
    if (known === undefined || entry.isDirectory()) strange.push(metadataPath)
    else keys.push({ keyId, provider: known, metadataPath })
  }
  return { keys, strange }
}

/** Folders of key.store that are no keystore in use: mongod's own bookkeeping, and what a rotation leaves behind. */
const notInUse = ['keystore.metadata', '-invalidated-', '-initializing', '-upgradetmp']

/** The KMIP key ids that mongod's keystore names: each is the name of a folder in key.store. */
export async function listKeystoreIds(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder))
    .filter(entry => entry.isDirectory() && !notInUse.some(mark => entry.name.includes(mark)))
    .map(entry => entry.name)
}

function knownProvider(name: string): Provider | undefined {
  return providers.find(provider => provider === name.toLowerCase())
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    // Absent, not a folder, or not to be read: each of these is a finding of the survey already.
    if (systemErrorCode(error) !== undefined) return []
    throw error
  }
}
