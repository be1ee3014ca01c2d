import { attribute } from '../attribute.ts'
import { findObject, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { many, once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.12 Get Attributes */
export const getAttributes = operation({
  request: structure({
    uniqueIdentifier: optional(Tag.UniqueIdentifier, text),
    /** None: all. Those that the object does not have are left out of the answer. */
    attributeNames: many(Tag.AttributeName, text),
  }),
  response: structure({
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    attributes: many(Tag.Attribute, attribute),
  }),
  perform({ uniqueIdentifier: asked, attributeNames }, context) {
    if (new Set(attributeNames).size < attributeNames.length) {
      throw new KmipError('InvalidMessage', 'An attribute name stands there twice')
    }
    const { uniqueIdentifier, object } = findObject(asked, context)
    const names = attributeNames.length > 0 ? attributeNames : object.attributes.names(context.version.minor)
    return { uniqueIdentifier, attributes: names.flatMap(name => object.attributes.instances(name)) }
  },
})
