import { createHash, createHmac } from 'node:crypto'

/** An HTTP request as it came, before anything in it is believed. */
export interface SignedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What the Authorization header says of the signature. */
export interface Authorization {
  readonly accessKeyId: string
  /** YYYYMMDD */
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  /** Lower-case hex. */
  readonly signature: string
}

export const algorithm = 'AWS4-HMAC-SHA256'

/** The Authorization header taken apart, or undefined when a part is missing. */
export function parseAuthorization(header: string): Authorization | undefined {
  const fields = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map(field => {
        const [name = '', ...value] = field.trim().split('=')
        return [name, value.join('=')] as const
      }),
  )
  const [accessKeyId, date, region, service, terminator] = fields.get('Credential')?.split('/') ?? []
  const signedHeaders = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  if (!header.startsWith(algorithm) || !accessKeyId || !date || !region || !service) return undefined
  if (terminator !== 'aws4_request' || !signedHeaders || !signature) return undefined
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** What a signature is made from, and the signature. */
export interface Signing {
  readonly canonicalRequest: string
  readonly stringToSign: string
  /** Lower-case hex. */
  readonly signature: string
}

/**
 * Signs the request with this secret, as its sender should have: Signature Version 4 in headers,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function sign(request: SignedRequest, claim: Authorization, secretAccessKey: string): Signing {
  const scope = [claim.date, claim.region, claim.service, 'aws4_request']
  const canonicalRequest = canonical(request, claim.signedHeaders)
  const stringToSign = [
    algorithm,
    request.headers['x-amz-date'] ?? '',
    scope.join('/'),
    sha256(canonicalRequest),
  ].join('\n')
  const signingKey = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secretAccessKey}`)
  return { canonicalRequest, stringToSign, signature: hmac(signingKey, stringToSign).toString('hex') }
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function canonical(request: SignedRequest, signedHeaders: readonly string[]): string {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1')
  return [
    request.method,
    // STS and KMS are asked at /, so that it does not matter that a path would be encoded once more.
    pathname,
    [...searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...signedHeaders.map(name => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n')
}

/** Percent-encoding of everything but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
