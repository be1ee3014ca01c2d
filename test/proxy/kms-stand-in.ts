import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What the stand-in answers to kms:Decrypt. */
export type Answer =
  | { readonly plaintext: Buffer }
  | { readonly error: string; readonly message: string }
  /** None: the question hangs. */
  | 'silence'

export interface KmsStandIn {
  readonly endpoint: string
  /** Resolves once the cloud has been asked. */
  readonly asked: Promise<void>
}

/** Enough of AWS KMS for one call, on loopback and over plain http; what it answers depends on the blob that is sent. */
export async function kmsStandIn(answerTo: (blob: Buffer) => Answer): Promise<KmsStandIn> {
  const asked = Promise.withResolvers<undefined>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked.resolve(undefined)
      const { CiphertextBlob } = JSON.parse(Buffer.concat(chunks).toString()) as { CiphertextBlob: string }
      const answer = answerTo(Buffer.from(CiphertextBlob, 'base64'))
      if (answer === 'silence') return
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      if ('error' in answer) response.writeHead(400)
      response.end(
        JSON.stringify(
          'error' in answer
            ? { __type: answer.error, message: answer.message }
            : {
                KeyId: 'arn:aws:kms:us-east-1:111122223333:key/1',
                Plaintext: answer.plaintext.toString('base64'),
              },
        ),
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: asked.promise }
}
