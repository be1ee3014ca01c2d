import { destroy as destroyObject, stateOf } from '../lifecycle.ts'
import { findUndestroyed, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.21 Destroy */
export const destroy = operation({
  request: structure({ uniqueIdentifier: optional(Tag.UniqueIdentifier, text) }),
  response: structure({ uniqueIdentifier: once(Tag.UniqueIdentifier, text) }),
  perform({ uniqueIdentifier: asked }, context) {
    const { uniqueIdentifier, object } = findUndestroyed(asked, context)
    if (stateOf(object) === 'Active') {
      throw new KmipError('PermissionDenied', 'The object is active: revoke it first')
    }
    destroyObject(object, context.now)
    return { uniqueIdentifier }
  },
})
