import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** RSA of 2048 bits, PKCS #8 in PEM: for a certificate, a service account, a vault. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
