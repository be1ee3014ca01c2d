import { expect, test } from 'vitest'
import { KmsFailure } from '../../src/kms/failure.ts'
import { prepare } from '../../src/restore/context.ts'
import { stillGood } from '../../src/restore/credentials/expiry.ts'
import type { Obtained } from '../../src/restore/credentials/obtained.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { circumstances, scripted } from './scripted.ts'

const minute = 60_000
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * minute)

function credentials(expiration: Date | undefined, renew?: Obtained['renew']): Obtained {
  const ambient = { provider: 'azure', identity: { kind: 'ambient' }, keyIdentifier: 'https://x' } as const
  return { credentials: ambient, origin: 'role restore', expiration, renew }
}

async function look(obtained: Obtained) {
  const { interviewer, told } = scripted([])
  const { context } = prepare(
    interviewer,
    { flags: {}, suggested: {} },
    circumstances(await temporaryFolder()),
  )
  return { outcome: stillGood(context, obtained), told }
}

test.each([undefined, inMinutes(11)])('credentials that end at %s are good as they are', async expiration => {
  const obtained = credentials(expiration, () => Promise.reject(new Error('nobody asked for new ones')))
  const { outcome, told } = await look(obtained)
  expect(await outcome).toBe(obtained)
  expect(told).toEqual([])
})

test('those that are about to end, or have ended, are renewed where nobody has to be asked', async () => {
  const renewed = credentials(inMinutes(60))
  for (const minutes of [9, -1]) {
    const { outcome, told } = await look(credentials(inMinutes(minutes), () => Promise.resolve(renewed)))
    expect(await outcome).toBe(renewed)
    expect(told).toMatchObject([{ type: 'note', message: expect.stringContaining('end in 1 h') as string }])
  }
})

test('those that are about to end are used with a warning where somebody would have to be asked', async () => {
  const obtained = credentials(inMinutes(4))
  const { outcome, told } = await look(obtained)
  expect(await outcome).toBe(obtained)
  expect(told).toMatchObject([
    {
      type: 'finding',
      code: 'CRED-005',
      severity: 'warning',
      message: 'The credentials of role restore end in 4 min',
    },
  ])
})

test('those that have ended lead back to the credentials', async () => {
  const { outcome } = await look(credentials(inMinutes(-1)))
  await expect(outcome).rejects.toMatchObject({ code: 'CRED-005', backTo: 'credentials' })
})

test('a source that gives no new ones is told of, and no reason to stop while the old ones are good', async () => {
  const refused = new KmsFailure({
    provider: 'aws',
    class: 'stale',
    reason: 'expired',
    operation: 'sts:AssumeRole',
    message: 'the base has ended too',
    errorName: 'ExpiredToken',
  })
  const { outcome, told } = await look(credentials(inMinutes(2), () => Promise.reject(refused)))
  await outcome
  expect(told).toMatchObject([
    { type: 'note', message: expect.stringContaining('the base has ended too') as string },
    { type: 'finding', code: 'CRED-005' },
  ])
  const ended = await look(credentials(inMinutes(-2), () => Promise.reject(refused)))
  await expect(ended.outcome).rejects.toMatchObject({ code: 'CRED-005' })
})

test('a source that gives the same again has renewed nothing', async () => {
  const same = credentials(inMinutes(2))
  const { outcome, told } = await look({ ...same, renew: () => Promise.resolve({ ...same }) })
  expect(await outcome).toMatchObject({ expiration: same.expiration })
  expect(told).toMatchObject([{ type: 'finding', code: 'CRED-005' }])
})
