import type { STSClient } from '@aws-sdk/client-sts'
import { awsLine, type AwsLine } from './aws-line.ts'
import type { AwsCredentials } from './key-service.ts'
import type { NetworkOptions } from './network.ts'

/** A line to STS in the region of the credentials. */
export function openSts(credentials: AwsCredentials, options: NetworkOptions): AwsLine<STSClient> {
  return awsLine(credentials, credentials.stsEndpoint, options, async configuration => {
    const { STSClient } = await import('@aws-sdk/client-sts')
    return new STSClient(configuration)
  })
}
