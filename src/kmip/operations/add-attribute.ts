import { attribute } from '../attribute.ts'
import { attributeRow } from '../attributes/attribute-table.ts'
import { checkRight, follow } from '../attributes/changing-attributes.ts'
import { checkDates } from '../lifecycle.ts'
import { checkName, completed } from '../new-object.ts'
import { findObject, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.14 Add Attribute */
export const addAttribute = operation({
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
    checkRight(object, wanted.name, 'sets', context.now)
    if (wanted.index !== undefined) {
      throw new KmipError('InvalidField', 'The index of a new attribute is for the server to give')
    }
    const isSingle = attributeRow(wanted.name)?.instances === 'one'
    if (isSingle && object.attributes.instances(wanted.name).length > 0) {
      throw new KmipError('IllegalOperation', 'The object has this attribute already')
    }
    checkName(wanted, context, 'IllegalOperation')
    checkDates(object, wanted)
    const added = object.attributes.add(completed(wanted))
    follow(object, added, context.now)
    return { uniqueIdentifier, attribute: added }
  },
})
