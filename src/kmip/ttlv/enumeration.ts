/** The versions that this library speaks, oldest first. All have major version 1. */
export const minorVersions = ['1.0', '1.1', '1.2', '1.3', '1.4'] as const
export type VersionName = (typeof minorVersions)[number]

/** Names and values of an enumeration, under the version that added them. */
type Additions = Partial<Record<VersionName, Readonly<Record<string, number>>>>
type NameOf<A> =
  A extends Record<string, infer Values> ? (Values extends unknown ? keyof Values & string : never) : never

/** One enumeration of section 9.1.3.2. */
export interface Enumeration<Name extends string> {
  /** The number that stands for a name on the wire. */
  code(name: Name): number
  /** The name of a number, or undefined: a peer may be younger than this library, or have extensions of its own. */
  name(code: number): Name | undefined
  /** Whether a version knows the name. `minor` is the minor version, 0 to 4. */
  isKnownTo(name: Name, minor: number): boolean
  readonly names: readonly Name[]
}

/** An enumeration from its table in the specification, grouped by the version that added the values. */
export function enumeration<const A extends Additions>(additions: A): Enumeration<NameOf<A>> {
  type Name = NameOf<A>
  const codes = new Map<Name, number>()
  const names = new Map<number, Name>()
  const since = new Map<Name, number>()
  for (const [minor, version] of minorVersions.entries()) {
    for (const [name, code] of Object.entries(additions[version] ?? {})) {
      codes.set(name as Name, code)
      names.set(code, name as Name)
      since.set(name as Name, minor)
    }
  }
  return {
    code(name) {
      const code = codes.get(name)
      if (code === undefined) throw new RangeError(`No value of this enumeration is called ${name}`)
      return code
    },
    name: code => names.get(code),
    isKnownTo: (name, minor) => minor >= (since.get(name) ?? Infinity),
    names: [...codes.keys()],
  }
}

/** The names of an enumeration, as a type. */
export type Named<E> = E extends Enumeration<infer Name> ? Name : never
