import { expect, it } from 'vitest'
import { Failure } from '../../src/lib/failure.ts'
import { prepare, type RestoreContext } from '../../src/restore/context.ts'
import { catalogue, text } from '../../src/restore/questions.ts'
import { beginSession } from '../../src/restore/session.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { back, circumstances, scripted } from './scripted.ts'

const none = { flags: {}, suggested: {} }
const askPort = (context: RestoreContext) => context.ask(text(catalogue.kmipPort, { default: '5696' }))
const askMongodPort = (context: RestoreContext) =>
  context.ask(text(catalogue.mongodPort, { default: '27017' }))
const askRegion = (context: RestoreContext) => context.ask(text(catalogue.region, {}))
const askProfile = (context: RestoreContext) => context.ask(text(catalogue.profile, {}))

function portTaken(): Failure {
  return new Failure({ code: 'PROXY-001', message: 'Port 5696 is taken', remedy: 'Choose another' })
}

it('goes back to the question before, with the answer it was given as the default', async () => {
  const { interviewer, asked, ids } = scripted(['us-east-1', back, 'eu-west-1', '5696'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  const result = await telling.tell(async context => {
    const region = await context.step('credentials', () => askRegion(context))
    const port = await context.step('proxy', () => askPort(context))
    return { region, port }
  })
  expect(result).toEqual({ region: 'eu-west-1', port: '5696' })
  expect(ids()).toEqual(['region', 'kmip-port', 'region', 'kmip-port'])
  expect(asked[2]).toMatchObject({ default: 'us-east-1' })
})

it('goes back within a step and keeps the answers before', async () => {
  const { interviewer, ids } = scripted(['ops', 'us-east-1', back, 'eu-west-1', 'eu-west-2'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  const result = await telling.tell(context =>
    context.step('credentials', async () => [
      await askProfile(context),
      await askRegion(context),
      await askPort(context),
    ]),
  )
  expect(ids()).toEqual(['profile', 'region', 'kmip-port', 'region', 'kmip-port'])
  expect(result).toEqual(['ops', 'eu-west-1', 'eu-west-2'])
})

it('says so when there is nothing to go back to, and asks again', async () => {
  const { interviewer, told } = scripted([back, 'us-east-1'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  await telling.tell(context => context.step('credentials', () => askRegion(context)))
  expect(told).toContainEqual(
    expect.objectContaining({ type: 'note', message: expect.stringContaining('first question') as string }),
  )
})

it('does not go back to what a flag has answered', async () => {
  const { interviewer, ids } = scripted(['us-east-1', back, 'eu-west-1', '27018'])
  const given = { flags: { 'kmip-port': '5697' }, suggested: {} }
  const telling = prepare(interviewer, given, circumstances(await temporaryFolder()))
  const result = await telling.tell(async context => [
    await context.step('credentials', () => askRegion(context)),
    await context.step('proxy', () => askPort(context)),
    await context.step('mongod', () => askMongodPort(context)),
  ])
  expect(ids()).toEqual(['region', 'mongod-port', 'region', 'mongod-port'])
  expect(result).toEqual(['eu-west-1', '5697', '27018'])
})

it('ends what a step has started when that step is taken back, the last first', async () => {
  const { interviewer } = scripted(['5696', back, '5697', '27017'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  const ended: string[] = []
  await telling.tell(async context => {
    await context.step('proxy', async () => {
      const port = await askPort(context)
      context.owns(() => Promise.resolve(void ended.push(`certificates ${port}`)))
      context.owns(() => Promise.resolve(void ended.push(`proxy ${port}`)))
    })
    await context.step('mongod', () => askMongodPort(context))
  })
  expect(ended).toEqual(['proxy 5696', 'certificates 5696'])
  expect(telling.ownsProcesses()).toBe(true)
  await telling.releaseAll()
  expect(ended).toEqual(['proxy 5696', 'certificates 5696', 'proxy 5697', 'certificates 5697'])
})

it('asks what to do about a failure, and a second answer wins over the flag that failed', async () => {
  const { interviewer, asked, ids } = scripted(['change', '5697'])
  const given = { flags: { 'kmip-port': '5696' }, suggested: {} }
  const telling = prepare(interviewer, given, circumstances(await temporaryFolder()))
  const port = await telling.tell(context =>
    context.step('proxy', async () => {
      const answer = await askPort(context)
      if (answer === '5696') throw portTaken()
      return answer
    }),
  )
  expect(port).toBe('5697')
  expect(ids()).toEqual(['recover', 'kmip-port'])
  expect(asked[0]).toMatchObject({
    step: 'proxy',
    failure: { code: 'PROXY-001', message: 'Port 5696 is taken' },
  })
})

it('tries again with the same answers, and asks only for a code that works once', async () => {
  const { interviewer, ids } = scripted(['us-east-1', '111111', 'again', '222222'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  let attempts = 0
  await telling.tell(context =>
    context.step('credentials', async () => {
      await askRegion(context)
      await context.ask(text(catalogue.mfaCode, {}))
      if (++attempts === 1) throw portTaken()
    }),
  )
  expect(ids()).toEqual(['region', 'mfa-code', 'recover', 'mfa-code'])
})

it('goes back from a failure to the step that the failure names', async () => {
  const { interviewer, asked } = scripted(['us-east-1', 'back', 'eu-west-1'])
  const telling = prepare(interviewer, none, circumstances(await temporaryFolder()))
  const told = await telling.tell(async context => {
    const region = await context.step('credentials', () => askRegion(context))
    await context.step('proxy', () => Promise.resolve())
    return context.step('mongod', () => {
      const failure = {
        code: 'MONGOD-005',
        message: 'wrong key',
        remedy: 'Choose another',
        backTo: 'credentials',
      } as const
      return region === 'us-east-1' ? Promise.reject(new Failure(failure)) : Promise.resolve(region)
    })
  })
  expect(told).toBe('eu-west-1')
  expect(asked[1]).toMatchObject({ id: 'recover', default: 'back' })
})

it('fails with the first failure where nobody can be asked', async () => {
  const { interviewer, ids } = scripted([], false)
  const telling = prepare(
    interviewer,
    { flags: { 'kmip-port': '5696' }, suggested: {} },
    circumstances(await temporaryFolder()),
  )
  const story = telling.tell(context =>
    context.step('proxy', async () => {
      await askPort(context)
      throw portTaken()
    }),
  )
  await expect(story).rejects.toMatchObject({ code: 'PROXY-001', exitCode: 5 })
  expect(ids()).toEqual([])
})

it('writes decisions into the session, but no secret and no code that works once', async () => {
  const home = await temporaryFolder()
  const dbpath = await temporaryFolder()
  const { interviewer } = scripted(['eu-west-1', '111111', '5700'])
  const telling = prepare(interviewer, none, circumstances(home))
  const session = await beginSession(home, dbpath, false)
  await telling.tell(async context => {
    await context.step('snapshot', () => context.useSession(session))
    await context.step('credentials', async () => {
      await askRegion(context)
      await context.ask(text(catalogue.mfaCode, {}))
    })
    await context.step('proxy', () => askPort(context))
  })
  expect(session.record.decisions).toEqual({ region: 'eu-west-1', 'kmip-port': '5700' })
  expect(session.record.reached).toBe('proxy')
  await session.close()
})

it('does not go on with an answer that has failed', async () => {
  const home = await temporaryFolder()
  const session = await beginSession(home, await temporaryFolder(), false)
  const { interviewer } = scripted([], false)
  const given = { flags: { region: 'eu-west-1', 'kmip-port': '5696' }, suggested: {} }
  const telling = prepare(interviewer, given, circumstances(home))
  const story = telling.tell(async context => {
    await context.step('snapshot', () => context.useSession(session))
    await context.step('credentials', () => askRegion(context))
    await context.step('proxy', async () => {
      await askPort(context)
      throw portTaken()
    })
  })
  await expect(story).rejects.toMatchObject({ code: 'PROXY-001' })
  expect(session.record.decisions).toEqual({ region: 'eu-west-1' })
  await session.close()
})

it('asks nothing that the session has decided, unless it is taken back', async () => {
  const home = await temporaryFolder()
  const session = await beginSession(home, await temporaryFolder(), false)
  await session.update({ decisions: { region: 'eu-west-1', 'kmip-port': '5700' } })
  const { interviewer, ids } = scripted([back, '5701', '27017'])
  const telling = prepare(interviewer, none, circumstances(home))
  const result = await telling.tell(async context => {
    await context.step('snapshot', () => context.useSession(session))
    return [
      await context.step('credentials', () => askRegion(context)),
      await context.step('proxy', () => askPort(context)),
      await context.step('mongod', () => askMongodPort(context)),
    ]
  })
  expect(ids()).toEqual(['mongod-port', 'kmip-port', 'mongod-port'])
  expect(result).toEqual(['eu-west-1', '5701', '27017'])
  await session.close()
})

it('ends as cancelled when it is interrupted, whatever was thrown', async () => {
  const { interviewer } = scripted([])
  const interruption = new AbortController()
  const telling = prepare(
    interviewer,
    none,
    circumstances(await temporaryFolder(), { signal: interruption.signal }),
  )
  const story = telling.tell(context =>
    context.step('proxy', () => {
      interruption.abort()
      return Promise.reject(new Error('socket closed'))
    }),
  )
  await expect(story).rejects.toMatchObject({ code: 'CANCELLED', exitCode: 130 })
})
