import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { identify } from '../../src/lib/process-identity.ts'
import { cli, eventsOf, newOperator, stepsOf, type Operator } from './program.ts'

const command = ['practice', 'rotated-keys', '--no-input', '--json', '--mongod-port', '0', '--kmip-port', '0']

/** Runs the command and kills it with SIGKILL at the first line of standard output that is chosen. */
async function killAt(
  operator: Operator,
  isTheMoment: (line: Record<string, unknown>) => boolean,
): Promise<void> {
  const child = spawn(process.execPath, [cli, ...command], {
    env: operator.environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  let killed = false
  for await (const line of createInterface(child.stdout)) {
    if (killed || !isTheMoment(JSON.parse(line) as Record<string, unknown>)) continue
    killed = child.kill('SIGKILL')
  }
  expect(killed).toBe(true)
  expect(await exited).toEqual([null, 'SIGKILL'])
}

/** The processes that have this operator's state folder in their command line or environment: nobody else starts such. */
async function processesOf(operator: Operator): Promise<readonly { pid: number; args: string }[]> {
  const found: { pid: number; args: string }[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const [args, environ] = await Promise.all(
      ['cmdline', 'environ'].map(file => readFile(join('/proc', name, file), 'latin1').catch(() => '')),
    )
    if (!`${args!}${environ!}`.includes(operator.home)) continue
    if ((await identify(pid)) !== undefined) found.push({ pid, args: args!.replaceAll('\0', ' ') })
  }
  return found
}

const boundaries = ['snapshot', 'credentials', 'proxy', 'mongod', 'check', 'handover'].flatMap(step => [
  { step, status: 'started' },
  { step, status: 'done' },
])

it.each(boundaries)(
  'goes on after SIGKILL when $step is $status, and leaves no process without an owner',
  async ({ step, status }) => {
    const operator = await newOperator()
    await killAt(operator, line => line.type === 'step' && line.step === step && line.status === status)
    const { exitCode, stdout, stderr } = await operator.run([...command, '--then', 'stop'])
    expect({ exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, said: '' })
    const events = eventsOf(stdout)
    expect(events.at(-1)).toMatchObject({ type: 'ready' })
    expect(Object.values(stepsOf(events)).every(each => each === 'done' || each === 'skipped')).toBe(true)
    expect(await processesOf(operator)).toEqual([])
  },
)

it('takes over the key proxy and the mongod that still run, and asks the cloud for nothing', async () => {
  const operator = await newOperator()
  await killAt(operator, line => line.type === 'step' && line.step === 'check' && line.status === 'started')
  const before = (await processesOf(operator)).map(({ pid }) => pid).sort()
  expect(before).toHaveLength(2)
  const { stdout } = await operator.run(command)
  const events = eventsOf(stdout)
  expect(stepsOf(events)).toMatchObject({
    credentials: 'skipped',
    proxy: 'done',
    mongod: 'done',
    check: 'done',
  })
  expect(before).toContain(events.at(-1)!.pid)
  expect((await processesOf(operator)).map(({ pid }) => pid).sort()).toEqual(before)
})

it('ends a mongod of its session that nobody wrote down, and starts one that it knows', async () => {
  const operator = await newOperator()
  await killAt(operator, line => line.type === 'step' && line.step === 'check' && line.status === 'started')
  const [id] = await readdir(join(operator.state, 'sessions'))
  const file = join(operator.state, 'sessions', id!, 'session.json')
  const { mongod, ...record } = JSON.parse(await readFile(file, 'utf8')) as {
    mongod: { identity: { pid: number } }
  }
  await writeFile(file, JSON.stringify(record))
  const { exitCode, stdout } = await operator.run(command)
  expect(exitCode).toBe(0)
  expect(eventsOf(stdout).at(-1)!.pid).not.toBe(mongod.identity.pid)
  expect(await identify(mongod.identity.pid)).toBeUndefined()
})

it('starts what has died meanwhile again, with the decisions of the session', async () => {
  const operator = await newOperator()
  await killAt(operator, line => line.type === 'step' && line.step === 'check' && line.status === 'started')
  for (const { pid } of await processesOf(operator)) process.kill(pid, 'SIGKILL')
  const { exitCode, stdout, stderr } = await operator.run(command)
  expect(exitCode).toBe(0)
  expect(stepsOf(eventsOf(stdout))).toMatchObject({ credentials: 'done', proxy: 'done', mongod: 'done' })
  expect(stderr).toContain('Going on with session')
})
