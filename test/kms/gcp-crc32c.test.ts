import { expect, test } from 'vitest'
import { crc32c } from '../../src/kms/gcp-crc32c.ts'

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index)

test.each([
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 bytes that ascend', ascending, 0x46dd794e],
  ['32 bytes that descend', ascending.toReversed(), 0x113fdb5c],
  ['nothing', new Uint8Array(0), 0],
])('the checksum of %s is that of RFC 3720, B.4', (_, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum)
})

test('the checksum of 123456789 is the check value of the algorithm', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})
