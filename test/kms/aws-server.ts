import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Secret } from '../../src/lib/secret.ts'
import type { AwsCredentials } from '../../src/kms/key-service.ts'

/** One request as the SDK sent it. */
export interface SeenRequest {
  /** In IAM's spelling: `kms:Decrypt`, `sts:AssumeRole`. */
  readonly operation: string
  readonly headers: IncomingHttpHeaders
  /** KMS: the JSON document; STS: the form's fields. */
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Reply =
  | Answer
  /** Cuts the connection. */
  | 'cut'
  /** Never answers. */
  | 'silence'

export interface AwsServer {
  readonly url: string
  readonly requests: SeenRequest[]
  /** What it answers from now on. */
  answer: (request: SeenRequest) => Reply
  close(): Promise<void>
}

/** A server on 127.0.0.1 that answers KMS's JSON and STS's query protocol in AWS's wire forms, as it is told. */
export async function startAwsServer(
  answer: (request: SeenRequest) => Reply = () => 'cut',
): Promise<AwsServer> {
  const requests: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const seen = understand(request.headers, Buffer.concat(chunks).toString('utf8'))
      requests.push(seen)
      const reply = aws.answer(seen)
      if (reply === 'silence') return
      if (reply === 'cut') return void request.socket.destroy()
      response.writeHead(reply.status, reply.headers)
      response.end(reply.body)
    })
  })
  const port = await listening(server)
  const aws: AwsServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return aws
}

export function listening(server: Pick<Server, 'listen' | 'address'>): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function understand(headers: IncomingHttpHeaders, body: string): SeenRequest {
  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    const operation = target.replace('TrentService.', 'kms:')
    return { operation, headers, parameters: JSON.parse(body) as Record<string, unknown> }
  }
  const form = Object.fromEntries(new URLSearchParams(body))
  return { operation: `sts:${form.Action}`, headers, parameters: form }
}

export function kmsError(name: string, message?: string, status = 400): Answer {
  return { status, body: JSON.stringify({ __type: name, ...(message === undefined ? {} : { message }) }) }
}

export function stsError(code: string, message = '', status = 403): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  return {
    status,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`,
  }
}

export function stsAnswer(operation: string, result: string): Answer {
  const body = `<${operation}Result>${result}</${operation}Result>`
  return {
    status: 200,
    body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${body}</${operation}Response>`,
  }
}

export const someone = 'arn:aws:iam::111122223333:user/operator'

export function callerIdentity(arn = someone): Answer {
  return stsAnswer(
    'GetCallerIdentity',
    `<Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${arn.split(':')[4]}</Account>`,
  )
}

export function issuedKeys(
  operation: string,
  keys: { readonly id: string; readonly arn: string; readonly expiration: string },
): Reply {
  return stsAnswer(
    operation,
    `<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>${keys.arn}</Arn></AssumedRoleUser>
     <Credentials><AccessKeyId>${keys.id}</AccessKeyId><SecretAccessKey>issued-secret</SecretAccessKey>
     <SessionToken>issued-token</SessionToken><Expiration>${keys.expiration}</Expiration></Credentials>`,
  )
}

export function decrypted(plaintext: Uint8Array): Answer {
  return {
    status: 200,
    body: JSON.stringify({
      KeyId: 'arn:aws:kms:us-east-1:111122223333:key/1234',
      Plaintext: Buffer.from(plaintext).toString('base64'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }),
  }
}

/** Long-term keys for a server of this file. */
export function keysFor(aws: Pick<AwsServer, 'url'>, more: Partial<AwsCredentials> = {}): AwsCredentials {
  return {
    provider: 'aws',
    accessKeyId: new Secret('AKIAIOSFODNN7EXAMPLE'),
    secretAccessKey: new Secret('canary-secret/access+key'),
    region: 'us-east-1',
    kmsEndpoint: aws.url,
    stsEndpoint: aws.url,
    ...more,
  }
}
