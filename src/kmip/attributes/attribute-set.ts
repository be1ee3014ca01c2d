import type { Attribute } from '../attribute.ts'
import { minorVersions } from '../ttlv/enumeration.ts'
import type { AttributeName, AttributeValues } from './attribute-table.ts'
import { attributeRow, attributeTable, isAttributeName } from './attribute-table.ts'

const tableOrder = Object.keys(attributeTable)

/** The attributes of one object. It keeps them; what may be done to them, operations decide. */
export class AttributeSet {
  readonly #instances = new Map<string, Attribute[]>()

  /** The value of the first instance. */
  get<N extends AttributeName>(name: N): AttributeValues[N] | undefined {
    return this.#instances.get(name)?.[0]?.value as AttributeValues[N] | undefined
  }

  /** Makes this the only instance. */
  set<N extends AttributeName>(name: N, value: AttributeValues[N]): void {
    this.#instances.set(name, [{ name, value } as Attribute])
  }

  /** All instances of an attribute, by index. */
  instances(name: string): readonly Attribute[] {
    return this.#instances.get(name) ?? []
  }

  instance(name: string, index: number): Attribute | undefined {
    return this.instances(name).find(one => (one.index ?? 0) === index)
  }

  /** Adds an instance under the next free index, and gives it back with that. */
  add(attribute: Attribute): Attribute {
    const earlier = this.instances(attribute.name)
    const index = Math.max(-1, ...earlier.map(one => one.index ?? 0)) + 1
    // Index 0 is left out of messages, as the test cases of OASIS do.
    const added: Attribute = { ...attribute, index: index === 0 ? undefined : index }
    this.#instances.set(attribute.name, [...earlier, added])
    return added
  }

  /** Puts `attribute` in the place of `earlier`. */
  replace(earlier: Attribute, attribute: Attribute): Attribute {
    const replaced: Attribute = { ...attribute, index: earlier.index }
    const others = this.instances(earlier.name)
    this.#instances.set(
      earlier.name,
      others.map(one => (one === earlier ? replaced : one)),
    )
    return replaced
  }

  remove(attribute: Attribute): void {
    const rest = this.instances(attribute.name).filter(one => one !== attribute)
    if (rest.length === 0) this.#instances.delete(attribute.name)
    else this.#instances.set(attribute.name, rest)
  }

  /** The names that a client of version 1.`minor` knows, in the order of the specification, custom ones last. */
  names(minor: number): string[] {
    const present = [...this.#instances.keys()]
    const known = present.filter(name => minorVersions.indexOf(attributeRow(name)?.since ?? '1.0') <= minor)
    return [
      ...tableOrder.filter(name => known.includes(name)),
      ...known.filter(name => !isAttributeName(name)),
    ]
  }
}
