import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import type { KeyVersion } from './state.ts'

/** Encrypts a data key with RSA-OAEP, as Key Vault's `encrypt` would and everybody can: the key is public. */
export function wrapWith({ privateKey }: KeyVersion, plaintext: Uint8Array): Buffer {
  const key = createPublicKey(privateKey)
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, plaintext)
}
