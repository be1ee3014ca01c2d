import { attribute } from '../attribute.ts'
import { checkRight, findInstance } from '../attributes/changing-attributes.ts'
import { touch } from '../lifecycle.ts'
import { findObject, operation } from '../operation.ts'
import { integer, once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.16 Delete Attribute */
export const deleteAttribute = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    attributeName: once(Tag.AttributeName, text),
    attributeIndex: optional(Tag.AttributeIndex, integer),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    attribute: once(Tag.Attribute, attribute),
  }),
  perform({ uniqueIdentifier: asked, attributeName, attributeIndex }, context) {
    const { uniqueIdentifier, object } = findObject(asked, context)
    checkRight(object, attributeName, 'deletes', context.now)
    const deleted = findInstance(object, attributeName, attributeIndex)
    object.attributes.remove(deleted)
    touch(object, context.now)
    return { uniqueIdentifier, attribute: deleted }
  },
})
