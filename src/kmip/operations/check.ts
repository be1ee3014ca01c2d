import { findUndestroyed, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { integer, interval, longInteger, once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.10 Check. What is answered beside the identifier is what the server does not allow: as much of it as it would. */
export const check = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    usageLimitsCount: optional(Tag.UsageLimitsCount, longInteger),
    cryptographicUsageMask: optional(Tag.CryptographicUsageMask, integer),
    leaseTime: optional(Tag.LeaseTime, interval),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    usageLimitsCount: optional(Tag.UsageLimitsCount, longInteger),
    cryptographicUsageMask: optional(Tag.CryptographicUsageMask, integer),
    leaseTime: optional(Tag.LeaseTime, interval),
  }),
  perform({ uniqueIdentifier: asked, usageLimitsCount, cryptographicUsageMask, leaseTime }, context) {
    const { uniqueIdentifier, object } = findUndestroyed(asked, context)
    const { attributes } = object
    const mask = attributes.get('Cryptographic Usage Mask') ?? 0
    const lease = attributes.get('Lease Time')
    const limits = attributes.get('Usage Limits')
    if (usageLimitsCount !== undefined && usageLimitsCount < 0n) {
      throw new KmipError('InvalidField', 'The usage limits count is negative')
    }
    const left = limits?.usageLimitsCount
    return {
      uniqueIdentifier,
      usageLimitsCount:
        left !== undefined && usageLimitsCount !== undefined && usageLimitsCount > left ? left : undefined,
      cryptographicUsageMask:
        cryptographicUsageMask !== undefined && (cryptographicUsageMask & ~mask) !== 0 ? mask : undefined,
      leaseTime: lease !== undefined && leaseTime !== undefined && leaseTime > lease ? lease : undefined,
    }
  },
})
