import { expect, test } from 'vitest'
import { counted, formatBytes, formatCount, formatDuration } from '../../src/lib/format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_549, '1.5 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [48_200_000_000, '48.2 GB'],
  [5e18, '5000.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('counts have groups of three digits', () => {
  expect([0, 214, 1214, 1_000_000].map(formatCount)).toEqual(['0', '214', '1,214', '1,000,000'])
})

test('a thing is counted in its number', () => {
  expect([
    counted(1, 'key'),
    counted(0, 'key'),
    counted(1214, 'file'),
    counted(2, 'entry', 'entries'),
  ]).toEqual(['1 key', '0 keys', '1,214 files', '2 entries'])
})

test.each([
  [0, '0 ms'],
  [840.4, '840 ms'],
  [999.6, '1.0 s'],
  [3_200, '3.2 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [54 * 60_000, '54 min'],
  [59.9 * 60_000, '1 h'],
  [125 * 60_000, '2 h 5 min'],
  [24 * 3_600_000, '1 d'],
  [76 * 3_600_000 + 1, '3 d 4 h'],
])('%d ms are %s', (millis, text) => {
  expect(formatDuration(millis)).toBe(text)
})
