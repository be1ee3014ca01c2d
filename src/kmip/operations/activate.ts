import { activate as activateObject, stateOf } from '../lifecycle.ts'
import { findUndestroyed, operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { once, optional, structure, text } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.19 Activate */
export const activate = operation({
  request: structure({ uniqueIdentifier: optional(Tag.UniqueIdentifier, text) }),
  response: structure({ uniqueIdentifier: once(Tag.UniqueIdentifier, text) }),
  perform({ uniqueIdentifier: asked }, context) {
    const { uniqueIdentifier, object } = findUndestroyed(asked, context)
    if (context.policy.activates === 'active keys') {
      if (stateOf(object) !== 'Active') {
        throw new KmipError('PermissionDenied', 'The object is not active, and stays so')
      }
      return { uniqueIdentifier }
    }
    if (stateOf(object) !== 'PreActive') {
      throw new KmipError('PermissionDenied', 'The object is not pre-active')
    }
    activateObject(object, context.now)
    return { uniqueIdentifier }
  },
})
