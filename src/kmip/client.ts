import { Secret } from '../lib/secret.ts'
import type { Attribute } from './attribute.ts'
import { attributeValueField } from './attribute.ts'
import type { AttributeName, CustomAttributeName } from './attributes/attribute-table.ts'
import { openConnection } from './client-connection.ts'
import type { BatchAnswer, BatchRequest, BatchRequestItem } from './exchange.ts'
import { readResponse, writeRequest } from './exchange.ts'
import type { KeyBlock } from './key-block.ts'
import type { ProtocolVersion } from './messages.ts'
import type { KnownOperation, RequestOf, ResponseOf } from './operations/table.ts'
import { KmipError } from './result.ts'
import type { KeyWrappingData, RevocationReason } from './structures.ts'
import type { Named, VersionName } from './ttlv/enumeration.ts'
import { minorVersions } from './ttlv/enumeration.ts'
import type { CryptographicAlgorithm, KeyFormatType, ObjectType, QueryFunction } from './ttlv/enumerations.ts'

export interface KmipClientOptions {
  readonly host: string
  readonly port: number
  /** The authority of the server's certificate, and the certificate of the client with its key, as PEM. */
  readonly tls: {
    readonly ca: string | Buffer
    readonly cert: string | Buffer
    readonly key: string | Buffer
  }
  /** The version to speak; 1.2 unless another is given, which every server knows. */
  readonly version?: VersionName
  /** Milliseconds for connecting, handshake included, and for every exchange; 5000 unless another is given. */
  readonly timeout?: number
  /** Gives up the connection, and with it every exchange under way. */
  readonly signal?: AbortSignal
}

/** A key or secret as it was fetched. */
export interface FetchedObject {
  readonly uniqueIdentifier: string
  readonly objectType: Named<typeof ObjectType> | number
  readonly algorithm: Named<typeof CryptographicAlgorithm> | number | undefined
  /** Bits. */
  readonly length: number | undefined
  readonly keyFormatType: Named<typeof KeyFormatType> | number
  /** The key material: in the open, unless there is wrapping data. */
  readonly key: Secret
  readonly keyWrappingData: KeyWrappingData | undefined
}

/** Everything of a request but the object it is about. */
type Wishes<N extends KnownOperation> = Omit<RequestOf<N>, 'uniqueIdentifier'>
type NameOfAttribute = AttributeName | CustomAttributeName

/**
 * A client on one connection. Calls may be made without waiting for each other. A call that the server refuses rejects with
 * `KmipError`; one that gets no answer rejects with `KmipConnectionError`, and so does every later one.
 */
export interface KmipClient {
  readonly version: ProtocolVersion
  get(uniqueIdentifier: string, wishes?: Wishes<'Get'>): Promise<FetchedObject>
  /** All attributes, if no names are given. */
  getAttributes(uniqueIdentifier: string, names?: readonly NameOfAttribute[]): Promise<readonly Attribute[]>
  getAttributeList(uniqueIdentifier: string): Promise<readonly string[]>
  /** The objects that have all of the given attributes. */
  locate(
    attributes: readonly Attribute[],
    limits?: Omit<RequestOf<'Locate'>, 'attributes'>,
  ): Promise<ResponseOf<'Locate'>>
  query(functions: readonly Named<typeof QueryFunction>[]): Promise<ResponseOf<'Query'>>
  /** The versions that the server speaks, newest first; of the given ones, if any are. */
  discoverVersions(among?: readonly ProtocolVersion[]): Promise<readonly ProtocolVersion[]>
  activate(uniqueIdentifier: string): Promise<void>
  /** Has the server make a symmetric key. Resolves to its unique identifier. */
  create(attributes: readonly Attribute[]): Promise<string>
  /** Gives the server an object. Resolves to its unique identifier. */
  register(
    object: Pick<RequestOf<'Register'>, 'objectType' | 'symmetricKey' | 'secretData'>,
    attributes?: readonly Attribute[],
  ): Promise<string>
  encrypt(uniqueIdentifier: string, wishes: Wishes<'Encrypt'>): Promise<ResponseOf<'Encrypt'>>
  decrypt(uniqueIdentifier: string, wishes: Wishes<'Decrypt'>): Promise<ResponseOf<'Decrypt'>>
  check(uniqueIdentifier: string, wishes: Wishes<'Check'>): Promise<ResponseOf<'Check'>>
  addAttribute(uniqueIdentifier: string, attribute: Attribute): Promise<Attribute>
  modifyAttribute(uniqueIdentifier: string, attribute: Attribute): Promise<Attribute>
  deleteAttribute(uniqueIdentifier: string, name: NameOfAttribute, index?: number): Promise<Attribute>
  /** `since`: for a compromise, when it happened; seconds since 1970-01-01T00:00:00Z. */
  revoke(uniqueIdentifier: string, reason: RevocationReason, since?: bigint): Promise<void>
  destroy(uniqueIdentifier: string): Promise<void>
  /** One operation as the specification has it. */
  perform<N extends KnownOperation>(operation: N, request: RequestOf<N>): Promise<ResponseOf<N>>
  /** A request of several items. Resolves also when items fail: each answer says so for itself. */
  exchange(batch: BatchRequest): Promise<readonly BatchAnswer[]>
  close(): Promise<void>
}

/** Connects to a KMIP server. Rejects with `KmipConnectionError`, or with the reason of the signal. */
export async function connectKmip(options: KmipClientOptions): Promise<KmipClient> {
  const { version: versionName = '1.2', timeout = 5_000 } = options
  const version = { major: 1, minor: minorVersions.indexOf(versionName) }
  const connection = await openConnection({ ...options, timeout })

  const exchange: KmipClient['exchange'] = async batch =>
    readResponse(await connection.exchange(writeRequest(version, batch)), batch)
  const perform: KmipClient['perform'] = async (operation, request) => {
    const [answer] = await exchange({ items: [{ operation, request } as BatchRequestItem] })
    if (answer === undefined) {
      throw new KmipError('GeneralFailure', 'The server has sent an empty response', operation)
    }
    if (answer.error !== undefined) throw answer.error
    return answer.response as ResponseOf<typeof operation>
  }

  return {
    version,
    perform,
    exchange,
    get: async (uniqueIdentifier, wishes) => fetched(await perform('Get', { uniqueIdentifier, ...wishes })),
    getAttributes: async (uniqueIdentifier, attributeNames = []) =>
      (await perform('GetAttributes', { uniqueIdentifier, attributeNames })).attributes,
    getAttributeList: async uniqueIdentifier =>
      (await perform('GetAttributeList', { uniqueIdentifier })).attributeNames,
    locate: (attributes, limits) =>
      perform('Locate', {
        ...limits,
        attributes: attributes.map(one => ({ name: one.name, value: attributeValueField(one) })),
      }),
    query: queryFunctions => perform('Query', { queryFunctions }),
    discoverVersions: async (protocolVersions = []) =>
      (await perform('DiscoverVersions', { protocolVersions })).protocolVersions,
    activate: async uniqueIdentifier => {
      await perform('Activate', { uniqueIdentifier })
    },
    create: async attributes => {
      const templateAttribute = { names: [], attributes }
      return (await perform('Create', { objectType: 'SymmetricKey', templateAttribute })).uniqueIdentifier
    },
    register: async (object, attributes = []) => {
      const templateAttribute = { names: [], attributes }
      return (await perform('Register', { ...object, templateAttribute })).uniqueIdentifier
    },
    encrypt: (uniqueIdentifier, wishes) => perform('Encrypt', { uniqueIdentifier, ...wishes }),
    decrypt: (uniqueIdentifier, wishes) => perform('Decrypt', { uniqueIdentifier, ...wishes }),
    check: (uniqueIdentifier, wishes) => perform('Check', { uniqueIdentifier, ...wishes }),
    addAttribute: async (uniqueIdentifier, attribute) =>
      (await perform('AddAttribute', { uniqueIdentifier, attribute })).attribute,
    modifyAttribute: async (uniqueIdentifier, attribute) =>
      (await perform('ModifyAttribute', { uniqueIdentifier, attribute })).attribute,
    deleteAttribute: async (uniqueIdentifier, attributeName, attributeIndex) =>
      (await perform('DeleteAttribute', { uniqueIdentifier, attributeName, attributeIndex })).attribute,
    revoke: async (uniqueIdentifier, revocationReason, compromiseOccurrenceDate) => {
      await perform('Revoke', { uniqueIdentifier, revocationReason, compromiseOccurrenceDate })
    },
    destroy: async uniqueIdentifier => {
      await perform('Destroy', { uniqueIdentifier })
    },
    close: () => connection.close(),
  }
}

function fetched({
  uniqueIdentifier,
  objectType,
  symmetricKey,
  secretData,
}: ResponseOf<'Get'>): FetchedObject {
  const keyBlock = symmetricKey?.keyBlock ?? secretData?.keyBlock
  const bytes = keyBlock && keyBytes(keyBlock)
  if (keyBlock === undefined || bytes === undefined) {
    throw new KmipError('GeneralFailure', 'The server has sent an object without a key', 'Get')
  }
  const key = new Secret(bytes)
  // They are a view of the response: no copy of the key stays behind there.
  bytes.fill(0)
  return {
    uniqueIdentifier,
    objectType,
    algorithm: keyBlock.cryptographicAlgorithm,
    length: keyBlock.cryptographicLength,
    keyFormatType: keyBlock.keyFormatType,
    key,
    keyWrappingData: keyBlock.keyWrappingData,
  }
}

function keyBytes({ keyValue }: KeyBlock): Buffer | undefined {
  if (keyValue === undefined || Buffer.isBuffer(keyValue)) return keyValue
  return Buffer.isBuffer(keyValue.keyMaterial) ? keyValue.keyMaterial : keyValue.keyMaterial.key
}
