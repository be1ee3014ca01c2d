import { expect, test } from 'vitest'
import { isRegionName, regionName } from '../../src/kms/aws-region.ts'

test.each([
  ['us-east-1', 'us-east-1'],
  ['US_EAST_1', 'us-east-1'],
  ['AP_NORTHEAST_2', 'ap-northeast-2'],
  ['US_GOV_WEST_1', 'us-gov-west-1'],
  [' eu-central-1\n', 'eu-central-1'],
])('%o is the region %s', (spelling, region) => {
  expect(regionName(spelling)).toBe(region)
  expect(isRegionName(regionName(spelling))).toBe(true)
})

test.each(['', 'us east 1', 'EASTUS2', 'us-east', 'evil.example/us-east-1', 'us-east-1.evil.example'])(
  '%o is no region',
  text => {
    expect(isRegionName(regionName(text))).toBe(false)
  },
)
