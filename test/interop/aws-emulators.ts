import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { fillAccount, region, rootKeys, type AwsCloud } from './aws-cloud.ts'
import { startEmulator } from './emulator.ts'

/** An emulated account that is asked on a port of 127.0.0.1. */
export interface RunningCloud {
  readonly cloud: AwsCloud
  stop(): Promise<void>
}

/** moto with its access control on: https://docs.getmoto.org/en/latest/docs/iam.html */
export async function startMoto(): Promise<RunningCloud> {
  const emulator = await startEmulator('moto_server', port => ({
    args: ['-H', '127.0.0.1', '-p', String(port)],
  }))
  const cloud = await fillAccount(emulator)
  // The number of requests that are still not to be checked.
  const headers = { 'content-type': 'text/plain' }
  await fetch(`${emulator.url}/moto-api/reset-auth`, { method: 'POST', headers, body: '0' })
  return { cloud, stop: () => emulator.stop() }
}

/** ministack with its access control on: https://pypi.org/project/ministack/ */
export async function startMinistack(): Promise<RunningCloud> {
  const emulator = await startEmulator('ministack', port => ({
    args: [],
    env: {
      AUTH: 'true',
      SERVICES: 'iam,kms,sts',
      GATEWAY_PORT: String(port),
      // Every interface, unless it is told.
      BIND_HOST: '127.0.0.1',
      // A broker for things, on port 8883 of every interface whatever it is told.
      IOT_MTLS_ENABLED: '0',
      // It would look after containers of its own.
      DOCKER_HOST: 'unix:///none',
      AWS_ACCESS_KEY_ID: rootKeys.accessKeyId,
    },
  }))
  const cloud = await fillAccount(emulator)
  await shortSessionIsOver(cloud)
  return { cloud, stop: () => emulator.stop() }
}

async function shortSessionIsOver({ url, account }: AwsCloud): Promise<void> {
  const sts = new STSClient({ endpoint: url, region, credentials: account.shortSession, maxAttempts: 1 })
  let refusal: unknown
  while (refusal === undefined) {
    refusal = await sts.send(new GetCallerIdentityCommand({})).then(
      () => undefined,
      (error: unknown) => error,
    )
  }
  sts.destroy()
}
