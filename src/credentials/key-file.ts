import { basename } from 'node:path'
import type { Provider } from '../kms/key-service.ts'

/** One key as the name of its metadata file tells it. */
export interface KeyFile {
  readonly keyId: string
  readonly provider: Provider
  /** `<dbpath>/cloudProviderCredentials/<keyID>.<provider>.metadata`, absolute */
  readonly metadataPath: string
}

/** How findings name the file, inside a sentence. */
export function nameOf(key: KeyFile): string {
  return `the metadata file ${basename(key.metadataPath)}`
}
