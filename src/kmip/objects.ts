import { createHash } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'
import { AttributeSet } from './attributes/attribute-set.ts'
import type { KeyWrappingData } from './structures.ts'
import type { Named } from './ttlv/enumeration.ts'
import type { SecretDataType } from './ttlv/enumerations.ts'
import { CryptographicUsageMask } from './ttlv/masks.ts'

/** Key formats that this library stores. */
export type StoredFormat = 'Raw' | 'Opaque' | 'TransparentSymmetricKey'

/** What is secret of an object. */
export interface KeyMaterial {
  readonly keyFormatType: StoredFormat
  readonly bytes: Secret
  /** Present when the bytes are wrapped, as they were registered. */
  readonly wrapping?:
    { readonly data: KeyWrappingData; readonly encodedIn: 'KeyValue' | 'KeyMaterial' } | undefined
}

interface Kept {
  readonly attributes: AttributeSet
  /** Undefined once destroyed, and for an object of which the server has attributes only. */
  material: KeyMaterial | undefined
}

/** A managed object (KMIP 1.4, section 2.2). */
export type ManagedObject = Kept &
  (
    | { readonly objectType: 'SymmetricKey' }
    | { readonly objectType: 'SecretData'; readonly secretDataType: Named<typeof SecretDataType> | number }
  )

/** The objects of one server, in memory only. */
export class ObjectStore {
  readonly #objects = new Map<string, ManagedObject>()

  add(uniqueIdentifier: string, object: ManagedObject): void {
    if (this.#objects.has(uniqueIdentifier)) {
      throw new RangeError(`There already is an object ${uniqueIdentifier}`)
    }
    object.attributes.set('Unique Identifier', uniqueIdentifier)
    this.#objects.set(uniqueIdentifier, object)
  }

  get(uniqueIdentifier: string): ManagedObject | undefined {
    return this.#objects.get(uniqueIdentifier)
  }

  /** All objects, oldest first, by unique identifier. */
  entries(): IterableIterator<[string, ManagedObject]> {
    return this.#objects.entries()
  }

  get uniqueIdentifiers(): readonly string[] {
    return [...this.#objects.keys()]
  }

  /** Overwrites all key material with zeros and forgets every object. */
  wipe(): void {
    for (const object of this.#objects.values()) object.material?.bytes.wipe()
    this.#objects.clear()
  }
}

/** An AES-256 key that is to be served. */
export interface ActiveAesKey {
  /** The ids that it answers to: one, or several. */
  readonly uniqueIdentifier: string | readonly string[]
  /** 32 bytes. From here on it belongs to the store, which wipes it. */
  readonly key: Secret
  /** Its Name attribute. */
  readonly name?: string
}

/**
 * Adds an active AES-256 key that may encrypt and decrypt, once under every id. Throws `RangeError` when the key is not
 * 32 bytes or an id is taken.
 */
export function activeAesKey(store: ObjectStore, { uniqueIdentifier, key, name }: ActiveAesKey): void {
  const bytes = key.revealBytes()
  if (bytes.length !== 32) throw new RangeError('An AES-256 key has 32 bytes')
  const now = BigInt(Math.floor(Date.now() / 1000))
  for (const id of typeof uniqueIdentifier === 'string' ? [uniqueIdentifier] : uniqueIdentifier) {
    const attributes = new AttributeSet()
    attributes.set('Object Type', 'SymmetricKey')
    attributes.set('Cryptographic Algorithm', 'AES')
    attributes.set('Cryptographic Length', 256)
    attributes.set(
      'Cryptographic Usage Mask',
      CryptographicUsageMask.Encrypt | CryptographicUsageMask.Decrypt,
    )
    attributes.set('State', 'Active')
    attributes.set('Initial Date', now)
    attributes.set('Activation Date', now)
    attributes.set('Last Change Date', now)
    attributes.set('Digest', sha256Digest(bytes, 'Raw'))
    if (name !== undefined) attributes.set('Name', { nameValue: name, nameType: 'UninterpretedTextString' })
    store.add(id, { objectType: 'SymmetricKey', attributes, material: { keyFormatType: 'Raw', bytes: key } })
  }
}

/** 3.17 Digest: of the key material as it stands in the given format. */
export function sha256Digest(
  bytes: Buffer,
  keyFormatType: StoredFormat,
): { hashingAlgorithm: 'SHA_256'; digestValue: Buffer; keyFormatType: StoredFormat } {
  return {
    hashingAlgorithm: 'SHA_256',
    digestValue: createHash('sha256').update(bytes).digest(),
    keyFormatType,
  }
}
