import { attribute } from '../attribute.ts'
import { checkRight, findInstance, follow } from '../attributes/changing-attributes.ts'
import { checkDates } from '../lifecycle.ts'
import { checkName, completed } from '../new-object.ts'
import { findObject, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.15 Modify Attribute */
export const modifyAttribute = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    attribute: once(Tag.Attribute, attribute),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    attribute: once(Tag.Attribute, attribute),
  }),
  perform({ uniqueIdentifier: asked, attribute: wanted }, context) {
    const { uniqueIdentifier, object } = findObject(asked, context)
    checkRight(object, wanted.name, 'modifies', context.now)
    const present = findInstance(object, wanted.name, wanted.index)
    if (
      present.name === 'Usage Limits' &&
      present.value.usageLimitsCount !== present.value.usageLimitsTotal
    ) {
      throw new KmipError('PermissionDenied', 'The usage limits are in use')
    }
    checkName(wanted, context, 'IllegalOperation', object)
    checkDates(object, wanted)
    const modified = object.attributes.replace(present, completed(wanted))
    follow(object, modified, context.now)
    return { uniqueIdentifier, attribute: modified }
  },
})
