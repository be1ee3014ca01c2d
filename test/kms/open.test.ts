import { expect, test } from 'vitest'
import { openKeyService } from '../../src/kms/open.ts'
import { keysFor, someone, callerIdentity, startAwsServer } from './aws-server.ts'

test('AWS credentials open AWS', async () => {
  const aws = await startAwsServer(() => callerIdentity())
  const service = await openKeyService(keysFor(aws))
  expect(service.provider).toBe('aws')
  expect((await service.check(new AbortController().signal)).principal).toBe(someone)
  service.close()
  await aws.close()
})
