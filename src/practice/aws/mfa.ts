import { createHmac } from 'node:crypto'
import type { MfaDevice } from './state.ts'

/** How many codes may have been looked at and not used: RFC 4226, section 7.4, the look-ahead window. */
const lookAhead = 10

/** The codes that the device shows next, each good for one use. */
export function nextCodes(device: MfaDevice, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => code(device.seed, device.counter + index))
}

/** The device after this code has been used, or undefined when the code is wrong or has been used before. */
export function useCode(device: MfaDevice, given: string): MfaDevice | undefined {
  const index = nextCodes(device, lookAhead).indexOf(given)
  return index === -1 ? undefined : { ...device, counter: device.counter + index + 1 }
}

/** HOTP of six digits: RFC 4226, section 5.3. */
function code(seed: string, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', Buffer.from(seed, 'base64')).update(message).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0')
}
