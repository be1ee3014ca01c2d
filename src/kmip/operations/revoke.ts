import { compromise, deactivate, stateOf } from '../lifecycle.ts'
import { findObject, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { dateTime, once, optional, structure, text } from '../shape.ts'
import { revocationReason } from '../structures.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.20 Revoke */
export const revoke = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    revocationReason: once(Tag.RevocationReason, revocationReason),
    compromiseOccurrenceDate: optional(Tag.CompromiseOccurrenceDate, dateTime),
  }),
  response: structure({ uniqueIdentifier: once(Tag.UniqueIdentifier, text) }),
  perform({ uniqueIdentifier: asked, revocationReason: reason, compromiseOccurrenceDate }, context) {
    const { uniqueIdentifier, object } = findObject(asked, context)
    const code = reason.revocationReasonCode
    if (typeof code === 'number') throw new KmipError('InvalidField', 'The revocation reason code is unknown')
    if (code === 'KeyCompromise' || code === 'CACompromise') {
      compromise(object, compromiseOccurrenceDate, context.now)
    } else {
      if (stateOf(object) !== 'Active') {
        throw new KmipError(
          'IllegalOperation',
          'An object that is not active can be revoked as compromised only',
        )
      }
      deactivate(object, context.now)
    }
    object.attributes.set('Revocation Reason', reason)
    return { uniqueIdentifier }
  },
})
