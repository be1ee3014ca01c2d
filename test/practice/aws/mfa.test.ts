import { describe, expect, it } from 'vitest'
import { nextCodes, useCode } from '../../../src/practice/aws/mfa.ts'

const device = {
  serial: 'arn:aws:iam::111122223333:mfa/alice',
  seed: Buffer.from('12345678901234567890').toString('base64'),
  counter: 0,
}

describe('an MFA device', () => {
  // RFC 4226, appendix D.
  const codes = [
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]

  it('shows the codes of the RFC', () => {
    expect(nextCodes(device, 10)).toEqual(codes)
  })

  it('takes each code once', () => {
    const used = useCode(device, '755224')!
    expect(nextCodes(used, 1)).toEqual(['287082'])
    expect(useCode(used, '755224')).toBeUndefined()
  })

  it('takes a code that is a few ahead, and then none before it', () => {
    const used = useCode(device, '969429')!
    expect(nextCodes(used, 1)).toEqual(['338314'])
    expect(useCode(used, '287082')).toBeUndefined()
  })

  it('takes no other code', () => {
    expect(useCode(device, '000000')).toBeUndefined()
  })
})
