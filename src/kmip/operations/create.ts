import { randomBytes } from 'node:crypto'
import { Secret } from '../../lib/secret.ts'
import { templateAttribute } from '../attribute.ts'
import { keyLengthInBytes, newAttributes, register } from '../new-object.ts'
import { operation } from '../operation.ts'
import { KmipError } from '../result.ts'
import { named, once, optional, structure, text } from '../shape.ts'
import { ObjectType } from '../ttlv/enumerations.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.1 Create */
export const create = operation({
  request: structure({
    objectType: once(Tag.ObjectType, named(ObjectType)),
    templateAttribute: once(Tag.TemplateAttribute, templateAttribute),
  }),
  response: structure({
    objectType: once(Tag.ObjectType, named(ObjectType)),
    uniqueIdentifier: once(Tag.UniqueIdentifier, text),
    templateAttribute: optional(Tag.TemplateAttribute, templateAttribute),
  }),
  perform({ objectType, templateAttribute: template }, context) {
    if (objectType !== 'SymmetricKey') {
      throw new KmipError('InvalidField', 'Only symmetric keys can be created')
    }
    const attributes = newAttributes('SymmetricKey', template, context)
    const algorithm = attributes.get('Cryptographic Algorithm')
    const length = attributes.get('Cryptographic Length')
    if (algorithm === undefined || length === undefined) {
      throw new KmipError('InvalidMessage', 'The cryptographic algorithm or length is missing')
    }
    const byteLength = keyLengthInBytes(algorithm, length)
    if (byteLength === undefined) {
      throw new KmipError('InvalidField', 'Keys of this algorithm or length are not created here')
    }
    attributes.set('Original Creation Date', context.now)
    const bytes = new Secret(randomBytes(byteLength))
    const material = { keyFormatType: 'Raw', bytes } as const
    return { objectType, uniqueIdentifier: register({ objectType, attributes, material }, context) }
  },
})
