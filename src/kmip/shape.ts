import { KmipError } from './result.ts'
import type { Enumeration } from './ttlv/enumeration.ts'
import type { Field } from './ttlv/field.ts'
import { tagName } from './ttlv/tags.ts'

// The structures of the specification as tables: each says once which fields it has, of which type and how often, and from
// that follow the type of its value, its reading and its writing.

/** What to do with a field that no version of the specification has (KMIP 1.4, section 11.1). */
export type UnknownFields = 'refuse' | 'ignore'

/** How a value of the program stands in a message. */
export interface Shape<T> {
  /** Throws `KmipError`: InvalidMessage for a wrong type, InvalidField for an unknown field. */
  read(field: Field, unknownFields: UnknownFields): T
  write(tag: number, value: T): Field
}

/** The type of the values of a shape. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never

function wrongType(field: Field): KmipError {
  return new KmipError('InvalidMessage', `${tagName(field.tag)} has the wrong type`)
}

export const text: Shape<string> = {
  read(field) {
    if (field.type !== 'TextString') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'TextString', value }),
}

/** The bytes are a view of the message that was read, not a copy. */
export const bytes: Shape<Buffer> = {
  read(field) {
    if (field.type !== 'ByteString') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'ByteString', value }),
}

export const integer: Shape<number> = {
  read(field) {
    if (field.type !== 'Integer') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'Integer', value }),
}

export const longInteger: Shape<bigint> = {
  read(field) {
    if (field.type !== 'LongInteger') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'LongInteger', value }),
}

export const boolean: Shape<boolean> = {
  read(field) {
    if (field.type !== 'Boolean') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'Boolean', value }),
}

/** Seconds since 1970-01-01T00:00:00Z. */
export const dateTime: Shape<bigint> = {
  read(field) {
    if (field.type !== 'DateTime') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'DateTime', value }),
}

/** Seconds. */
export const interval: Shape<number> = {
  read(field) {
    if (field.type !== 'Interval') throw wrongType(field)
    return field.value
  },
  write: (tag, value) => ({ tag, type: 'Interval', value }),
}

/** A value of an enumeration: its name, or the number itself where the specification has no name for it. */
export function named<Name extends string>(table: Enumeration<Name>): Shape<Name | number> {
  return {
    read(field) {
      if (field.type !== 'Enumeration') throw wrongType(field)
      return table.name(field.value) ?? field.value
    },
    write: (tag, value) => ({
      tag,
      type: 'Enumeration',
      value: typeof value === 'number' ? value : table.code(value),
    }),
  }
}

/** Anything, as it stands. */
export const anything: Shape<Field> = {
  read: field => field,
  write: (tag, value) => ({ ...value, tag }),
}

type Times = 'once' | 'optional' | 'many'

/** A field of a structure: its tag, its shape, and how often it may stand there. */
export interface Member<T, N extends Times> {
  readonly tag: number
  readonly shape: Shape<T>
  readonly times: N
}

/** A field that has to be there. */
export function once<T>(tag: number, shape: Shape<T>): Member<T, 'once'> {
  return { tag, shape, times: 'once' }
}

/** A field that may be left out. */
export function optional<T>(tag: number, shape: Shape<T>): Member<T, 'optional'> {
  return { tag, shape, times: 'optional' }
}

/** A field that may be repeated, and left out: an array. */
export function many<T>(tag: number, shape: Shape<T>): Member<T, 'many'> {
  return { tag, shape, times: 'many' }
}

type Members = Readonly<Record<string, Member<unknown, Times>>>
type OptionalKeys<M extends Members> = {
  [K in keyof M]: M[K] extends Member<unknown, 'optional'> ? K : never
}[keyof M]
type Simplify<T> = { [K in keyof T]: T[K] }

/** The value of a structure: one property for each of its members. */
export type StructureValue<M extends Members> = Simplify<
  {
    readonly [K in Exclude<keyof M, OptionalKeys<M>>]: M[K] extends Member<infer T, infer N>
      ? N extends 'many'
        ? readonly T[]
        : T
      : never
  } & {
    readonly [K in OptionalKeys<M>]?: (M[K] extends Member<infer T, Times> ? T : never) | undefined
  }
>

/**
 * A structure, its members in the order of the specification: they are written in it, and read in any.
 *
 * Read strictly: a field that is missing or stands there twice is InvalidMessage, one that the specification does not
 * have is InvalidField, unless unknown fields are to be ignored.
 */
export function structure<const M extends Members>(members: M): Shape<StructureValue<M>> {
  const fields = Object.entries(members).map(([name, member]) => ({ name, ...member }))
  const byTag = new Map(fields.map(field => [field.tag, field]))
  return {
    read(structureField, unknownFields) {
      if (structureField.type !== 'Structure') throw wrongType(structureField)
      const found: Record<string, unknown> = {}
      for (const child of structureField.value) {
        const field = byTag.get(child.tag)
        if (field === undefined) {
          if (unknownFields === 'ignore') continue
          throw new KmipError('InvalidField', `${tagName(structureField.tag)} has an unknown field`)
        }
        const value = field.shape.read(child, unknownFields)
        const earlier = found[field.name]
        if (earlier === undefined) found[field.name] = field.times === 'many' ? [value] : value
        else if (field.times === 'many') (earlier as unknown[]).push(value)
        else throw new KmipError('InvalidMessage', `${tagName(child.tag)} stands there twice`)
      }
      for (const { name, tag, times } of fields) {
        if (times === 'optional' || found[name] !== undefined) continue
        if (times === 'once') throw new KmipError('InvalidMessage', `${tagName(tag)} is missing`)
        found[name] = []
      }
      return found as StructureValue<M>
    },
    write(structureTag, value) {
      const content = value as Readonly<Record<string, unknown>>
      const written: Field[] = []
      for (const { name, tag, shape, times } of fields) {
        const one = content[name]
        if (one === undefined) continue
        const all = times === 'many' ? (one as readonly unknown[]) : [one]
        for (const each of all) written.push(shape.write(tag, each))
      }
      return { tag: structureTag, type: 'Structure', value: written }
    },
  }
}

/** A Byte String where something is encrypted or opaque, the given shape where it stands open. */
export function bytesOr<T>(open: Shape<T>): Shape<Buffer | T> {
  return {
    read: (field, unknownFields) =>
      field.type === 'ByteString' ? field.value : open.read(field, unknownFields),
    write: (tag, value) => (Buffer.isBuffer(value) ? bytes.write(tag, value) : open.write(tag, value)),
  }
}
