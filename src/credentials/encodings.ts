import { isUtf8 } from 'node:buffer'

/** Fewer bytes cannot be a wrapped key of 32 bytes: encryption adds to it. */
const fewest = 33

/** The bytes that a text may stand for: hex, base64 or base64url. None where it is none of them, or too short. */
export function encodedIn(text: string): Buffer[] {
  const compact = text.replace(/\s/g, '')
  const found: Buffer[] = []
  if (/^(?:[0-9a-f]{2})+$/i.test(compact)) found.push(Buffer.from(compact, 'hex'))
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) found.push(Buffer.from(compact, 'base64'))
  return found.filter(isLongEnough)
}

export function isLongEnough(bytes: Uint8Array): boolean {
  return bytes.length >= fewest
}

/** Whether bytes read as text. A wrapped key does not; a text may be anybody's secret, and is not sent away as it is. */
export function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.some(byte => byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte))
}
