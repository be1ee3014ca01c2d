import * as z from 'zod/mini'
import type { CloudCredentials } from '../kms/key-service.ts'
import { Failure } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'

/** A master key to unwrap and serve. */
export interface KeyOrder {
  /** The KMIP ids under which mongod may ask for it: at least one, and each in one order only. */
  readonly ids: readonly string[]
  /** What the cloud's key service made of the master key. */
  readonly wrappedKey: Uint8Array
  /** The cloud's own name of the key that wrapped it, where known. */
  readonly keyName?: string | undefined
  readonly credentials: CloudCredentials
}

/** All that a key proxy needs to know. It reaches its process as one JSON document on stdin. */
export interface ProxyOrders {
  /** Of 127.0.0.1; 0: a free one. */
  readonly port: number
  /** The folder for kmipCA.pem and kmipClient.pem: the dbpath. */
  readonly certificates: string
  readonly keys: readonly KeyOrder[]
}

const name = z.string().check(z.minLength(1))

const secret = z.codec(name, z.instanceof(Secret), {
  decode: text => new Secret(text),
  encode: value => value.reveal(),
})

const base64 = z.codec(z.base64().check(z.minLength(1)), z.custom<Uint8Array>(isBytes), {
  decode: text => Buffer.from(text, 'base64'),
  encode: bytes => Buffer.from(bytes).toString('base64'),
})

const aws = z.strictObject({
  provider: z.literal('aws'),
  accessKeyId: secret,
  secretAccessKey: secret,
  sessionToken: z.optional(secret),
  region: name,
  kmsEndpoint: z.optional(name),
  stsEndpoint: z.optional(name),
})

const ambient = z.strictObject({ kind: z.literal('ambient') })

const azure = z.strictObject({
  provider: z.literal('azure'),
  identity: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('client-secret'), tenantId: name, clientId: name, secret }),
    ambient,
  ]),
  keyIdentifier: name,
  environment: z.optional(name),
  authorityHost: z.optional(name),
})

const gcp = z.strictObject({
  provider: z.literal('gcp'),
  identity: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('service-account'), key: secret }),
    ambient,
  ]),
  keyResource: name,
  kmsEndpoint: z.optional(name),
})

const keyOrder = z.strictObject({
  ids: z.readonly(z.array(name).check(z.minLength(1))),
  wrappedKey: base64,
  keyName: z.optional(name),
  credentials: z.discriminatedUnion('provider', [aws, azure, gcp]),
})

const document = z.strictObject({
  v: z.literal(1),
  port: z.int().check(z.minimum(0), z.maximum(65535)),
  certificates: name,
  keys: z.readonly(z.array(keyOrder).check(z.minLength(1), z.refine(haveDistinctIds))),
})

/** The orders in a JSON document. Throws `Failure` USAGE-002, which names what is wrong and never a value. */
export function parseOrders(json: string): ProxyOrders {
  const parsed = z.safeDecode(document, parseJson(json) as z.input<typeof document>)
  if (parsed.success) {
    const { port, certificates, keys } = parsed.data
    return { port, certificates, keys }
  }
  throw misunderstood(parsed.error.issues.map(issue => [...issue.path].join('.') || 'the document'))
}

/** The JSON document of these orders: it holds the credentials in clear, so it is itself a secret. */
export function formatOrders({ port, certificates, keys }: ProxyOrders): Secret {
  return new Secret(JSON.stringify(z.encode(document, { v: 1, port, certificates, keys })))
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Without its cause: the message of a SyntaxError quotes the text around the fault, which may be a secret.
    throw misunderstood(['the document, which is not JSON'])
  }
}

function misunderstood(parts: readonly string[]): Failure {
  return new Failure({
    code: 'USAGE-002',
    message: `The orders for the key proxy on stdin are not understood: ${[...new Set(parts)].join(', ')}`,
    remedy: 'Start it with `snapthaw restore`, or with flags: snapthaw proxy --help',
  })
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}

function haveDistinctIds(keys: readonly { readonly ids: readonly string[] }[]): boolean {
  const ids = keys.flatMap(key => key.ids)
  return new Set(ids).size === ids.length
}
