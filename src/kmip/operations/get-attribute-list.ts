import { findObject, operation } from '../operation.ts'
import { many, once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.13 Get Attribute List */
export const getAttributeList = operation({
  request: structure({ uniqueIdentifier: optional(Tag.UniqueIdentifier, text) }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    attributeNames: many(Tag.AttributeName, text),
  }),
  perform({ uniqueIdentifier: asked }, context) {
    const { uniqueIdentifier, object } = findObject(asked, context)
    return { uniqueIdentifier, attributeNames: object.attributes.names(context.version.minor) }
  },
})
