import { Secret } from '../lib/secret.ts'
import { notAwsAnswering } from './aws-failure.ts'
import { awsLine } from './aws-line.ts'
import type { AwsCredentials, Caller, KeyService, WrappedKey } from './key-service.ts'
import { openSts } from './aws-sts.ts'
import type { NetworkOptions } from './network.ts'

/** The SDK corrects the clock from this difference on; AWS accepts 5 minutes. Milliseconds. */
const noticeableSkew = 4 * 60_000

/**
 * AWS KMS and STS, asked with one set of credentials. The SDK is loaded with the first question. `close` ends its
 * connections; the secrets are their owner's to wipe.
 */
export function openAws(credentials: AwsCredentials, options: NetworkOptions = {}): KeyService {
  const kms = awsLine(credentials, credentials.kmsEndpoint, options, async configuration => {
    const { KMSClient } = await import('@aws-sdk/client-kms')
    return new KMSClient(configuration)
  })
  const sts = openSts(credentials, options)

  return {
    provider: 'aws',

    /** GetCallerIdentity needs no permission and cannot be denied: it proves the credentials and nothing else. */
    async check(signal: AbortSignal): Promise<Caller> {
      const operation = 'sts:GetCallerIdentity'
      const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
      const answer = await sts.ask(operation, client =>
        client.send(new GetCallerIdentityCommand({}), { abortSignal: signal }),
      )
      if (answer.Arn === undefined) throw notAwsAnswering(operation)
      return {
        principal: answer.Arn,
        ...(answer.Account === undefined ? {} : { detail: `account ${answer.Account}` }),
      }
    },

    async unwrap({ blob, keyName }: WrappedKey, signal: AbortSignal): Promise<Secret> {
      const operation = 'kms:Decrypt'
      const { DecryptCommand } = await import('@aws-sdk/client-kms')
      const { Plaintext } = await kms.ask(operation, client =>
        client.send(
          new DecryptCommand({ CiphertextBlob: blob, ...(keyName === undefined ? {} : { KeyId: keyName }) }),
          {
            abortSignal: signal,
          },
        ),
      )
      if (Plaintext === undefined) throw notAwsAnswering(operation)
      const plaintext = new Secret(Plaintext)
      Plaintext.fill(0)
      return plaintext
    },

    notes(): readonly string[] {
      const offset = [kms, sts].map(line => line.clockOffset()).find(each => Math.abs(each) >= noticeableSkew)
      return offset === undefined ? [] : [describeSkew(offset)]
    },

    close() {
      kms.close()
      sts.close()
    },
  }
}

function describeSkew(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  return `This machine's clock is ${minutes} minutes ${offset > 0 ? 'behind' : 'ahead of'} AWS's: requests were signed with AWS's time`
}
