import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { expect, it } from 'vitest'
import { scenarios } from '../../src/practice/scenarios.ts'
import { eventsOf, newOperator, stepsOf } from './program.ts'

const allDone = {
  snapshot: 'done',
  credentials: 'done',
  proxy: 'done',
  mongod: 'done',
  check: 'done',
  handover: 'done',
}

it.each(scenarios.map(({ id }) => id))(
  'practises %s from the snapshot to data that was read',
  async scenario => {
    const operator = await newOperator()
    const { exitCode, stdout, stderr } = await operator.run([
      'practice',
      scenario,
      '--no-input',
      '--json',
      '--then',
      'stop',
    ])
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr + stdout }).toEqual({ exitCode: 0, stderr: '' })
    const events = eventsOf(stdout)
    expect(stepsOf(events)).toEqual(allDone)
    expect(events.every(event => event.v === 1 && !Number.isNaN(Date.parse(event.at)))).toBe(true)
    const ready = events.at(-1)!
    expect(ready).toMatchObject({
      type: 'ready',
      mongodVersion: '7.0.14',
      dbpath: expect.stringContaining(scenario) as string,
    })
    expect(ready.databases).toContainEqual(expect.objectContaining({ name: 'shop' }))
    expect(stderr).toContain('What this was to teach')
  },
)

it('leaves a database running that a driver can read, names it in status, and stops it cleanly', async () => {
  const operator = await newOperator()
  const { stdout } = await operator.run([
    'practice',
    '--no-input',
    '--json',
    '--mongod-port',
    '0',
    '--kmip-port',
    '0',
  ])
  const ready = eventsOf(stdout).at(-1)!
  const client = new MongoClient(ready.uri as string)
  try {
    expect(await client.db('shop').collection('orders').countDocuments()).toBeGreaterThan(0)
    expect(await client.db('shop').collection('orders').findOne()).not.toBeNull()
  } finally {
    await client.close()
  }
  const status = await operator.run(['status'])
  expect(status.stdout).toContain('(practice): ready')
  expect(status.stdout).toContain(`process ${String(ready.pid)}`)
  const dbpath = ready.dbpath as string
  expect((await stat(join(dbpath, 'kmipClient.pem'))).mode & 0o777).toBe(0o600)
  const stopped = await operator.run(['stop'])
  expect(stopped).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/stopped mongod and key proxy/) as string,
  })
  expect(await readFile(join(dbpath, 'mongod.lock'), 'utf8')).toBe('')
  expect((await operator.run(['status'])).stdout).toContain('Nothing is running')
  expect((await operator.run(['stop'])).stdout).toContain('Nothing is running')
})

it('says without a terminal that it answers with the defaults of the scenario', async () => {
  const operator = await newOperator()
  const { exitCode, stdout, stderr } = await operator.run([
    'practice',
    '--then',
    'stop',
    '--mongod-port',
    '0',
    '--kmip-port',
    '0',
  ])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('no terminal')
  expect(stdout).toContain('imulated')
})

it('lists its scenarios, and names them where another is asked for', async () => {
  const operator = await newOperator()
  expect((await operator.run(['practice', '--list'])).stdout).toMatch(
    /^first-restore .*\nrotated-keys .*\nrole-based /,
  )
  const unknown = await operator.run(['practice', 'nonsense'])
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('role-based') as string })
})

it('changes nothing on a dry run, and shows the commands that a restore would run', async () => {
  const operator = await newOperator()
  const { exitCode, stdout } = await operator.run(['practice', '--no-input', '--json', '--dry-run'])
  expect(exitCode).toBe(0)
  const commands = eventsOf(stdout).filter(event => event.type === 'command')
  expect(commands[0]!.argv).toEqual(['snapthaw', 'proxy', '--stdin'])
  expect(commands[1]!.argv).toContain('--enableEncryption')
  await expect(stat(join(operator.state, 'sessions'))).rejects.toThrow('ENOENT')
})
