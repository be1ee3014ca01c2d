import type { AttributeName, AttributeValues, CustomAttributeName } from './attributes/attribute-table.ts'
import { attributeRow } from './attributes/attribute-table.ts'
import { KmipError } from './result.ts'
import type { Shape, ValueOf } from './shape.ts'
import { anything, integer, many, once, optional, structure, text } from './shape.ts'
import { name } from './structures.ts'
import type { Field } from './ttlv/field.ts'
import { Tag } from './ttlv/tags.ts'

/**
 * An instance of an attribute. The index tells several instances apart; where it is missing, it is 0 or for the server to
 * give.
 */
export type Attribute =
  | {
      [N in AttributeName]: {
        readonly name: N
        readonly index?: number | undefined
        readonly value: AttributeValues[N]
      }
    }[AttributeName]
  | { readonly name: CustomAttributeName; readonly index?: number | undefined; readonly value: Field }

/** 2.1.1 Attribute, its value as it stands. */
export const rawAttribute = structure({
  name: once(Tag.AttributeName, text),
  index: optional(Tag.AttributeIndex, integer),
  value: once(Tag.AttributeValue, anything),
})
export type RawAttribute = ValueOf<typeof rawAttribute>

/** 2.1.1 Attribute. Which shape its value has, its name says. Throws `KmipError` InvalidField for a name that nothing has. */
export const attribute: Shape<Attribute> = {
  read(field, unknownFields) {
    const raw = rawAttribute.read(field, unknownFields)
    const row = attributeRow(raw.name)
    if (row === undefined) throw new KmipError('InvalidField', 'An attribute of this name does not exist')
    return { ...raw, value: row.shape.read(raw.value, unknownFields) } as Attribute
  },
  write(tag, value) {
    return rawAttribute.write(tag, { ...value, value: attributeValueField(value) })
  },
}

/** The value of an attribute as it stands in a message. */
export function attributeValueField(value: Attribute): Field {
  const row = attributeRow(value.name)
  if (row === undefined) throw new RangeError(`There is no attribute ${value.name}`)
  return row.shape.write(Tag.AttributeValue, value.value)
}

/** 2.1.8 Template-Attribute. Names are those of templates, objects that this library does not have. */
export const templateAttribute = structure({
  names: many(Tag.Name, name),
  attributes: many(Tag.Attribute, attribute),
})
export type TemplateAttribute = ValueOf<typeof templateAttribute>
