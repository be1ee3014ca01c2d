import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfPresent, writeAtomically } from '../lib/atomic-file.ts'
import type { Environment } from '../lib/environment.ts'
import { Failure, systemErrorCode } from '../lib/failure.ts'
import { Secret } from '../lib/secret.ts'
import type { Endpoints } from './cloud.ts'
import type { Scenario } from './scenarios.ts'
import { generateSnapshot } from './snapshot-generator.ts'

/** A place where nothing real can be touched: a snapshot, a cloud on loopback, a mongod that only looks like one. */
export interface Sandbox {
  readonly root: string
  readonly dbpath: string
  /** A program that takes mongod's flags. */
  readonly mongod: string
  /** The given variables, with the sandbox's cloud in place of the operator's. */
  readonly environment: Environment
  readonly endpoints: Endpoints
  /** What the learner may need: names, codes, values of the stand-ins, one a line. */
  readonly handout: readonly string[]
  /** What solves the scenario when nobody can be asked, by the id of the question. */
  readonly answers: Readonly<Record<string, string>>
  /** Stops the stand-ins. The folder stays. */
  close(): Promise<void>
}

export interface SandboxOptions {
  /** The sandbox's folder. A sandbox that lies there already is opened again, with the keys that it had. */
  readonly root: string
  readonly scenario: Scenario
  /** The simulated mongod, and the Node that runs it. */
  readonly program: string
  readonly node: string
  readonly environment: Environment
}

/** The version of the server that the snapshot says it is from. */
const serverVersion = '7.0.14'

/** The file that makes a folder a sandbox. */
const markerFile = 'sandbox.json'
const marker = z.object({ v: z.literal(1), scenario: z.string() })

/** Variables by which a cloud's SDK or tools find credentials, endpoints and settings of the operator. */
const cloudVariable = /^(AWS|AZURE|GOOGLE|GCLOUD|CLOUDSDK)_/i

/**
 * Opens the sandbox at `root`, and makes it first where there is none. Throws USAGE-004 where something else lies there.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { root, scenario, environment } = options
  if (!(await isSandbox(root, scenario))) await makeSandbox(root, scenario)
  const mongod = join(root, 'bin', 'mongod')
  // Written anew each time: snapthaw and its Node may have moved since.
  await mkdir(join(root, 'bin'), { recursive: true, mode: 0o700 })
  await writeAtomically(mongod, wrapper(options), 0o700)
  const cloud = await scenario.cloud.open(join(root, scenario.cloud.provider))
  const own = Object.entries(environment).filter(([name]) => !cloudVariable.test(name))
  return {
    root,
    dbpath: join(root, 'snapshot'),
    mongod,
    environment: { ...Object.fromEntries(own), ...cloud.environment },
    endpoints: cloud.endpoints,
    handout: cloud.handout,
    answers: cloud.answers,
    close: () => cloud.close(),
  }
}

/** Takes the sandbox at `root` away, if there is one: at once, so that a killed attempt leaves no half of it. */
export async function removeSandbox(root: string): Promise<void> {
  if ((await readMarker(root)) === undefined) return
  await rm(unfinished(root), { recursive: true, force: true })
  await rename(root, unfinished(root))
  await rm(unfinished(root), { recursive: true, force: true })
}

async function isSandbox(root: string, scenario: Scenario): Promise<boolean> {
  const json = await readMarker(root)
  if (json === undefined) return false
  if (parseMarker(json)?.scenario === scenario.id) return true
  throw occupied(root, `The folder ${root} holds another sandbox than one of ${scenario.id}`)
}

async function readMarker(root: string): Promise<string | undefined> {
  return readIfPresent(join(root, markerFile)).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOTDIR') return undefined
    throw error
  })
}

function parseMarker(json: string): z.infer<typeof marker> | undefined {
  try {
    return marker.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

/**
 * Makes the sandbox beside its place and then moves it there, so that it is there whole or not at all. What a killed
 * attempt left behind is cleared away by the next.
 */
async function makeSandbox(root: string, scenario: Scenario): Promise<void> {
  const workshop = unfinished(root)
  await rm(workshop, { recursive: true, force: true })
  await mkdir(workshop, { recursive: true, mode: 0o700 })
  const { provider } = scenario.cloud
  const keyId = randomUUID()
  const masterKey = new Secret(randomBytes(32))
  try {
    const { metadata, wrappedKey } = await scenario.cloud.layOut(join(workshop, provider), masterKey)
    await generateSnapshot({
      dbpath: join(workshop, 'snapshot'),
      masterKey,
      kmipKeyId: keyId,
      version: serverVersion,
      metadata: { provider, keyId, content: metadata },
      wrappedKey,
    })
  } finally {
    masterKey.wipe()
  }
  await writeAtomically(join(workshop, markerFile), `${JSON.stringify({ v: 1, scenario: scenario.id })}\n`)
  try {
    await rename(workshop, root)
  } catch (error) {
    await rm(workshop, { recursive: true, force: true })
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error
    throw occupied(root, `${root} exists, and is not a practice sandbox`)
  }
}

/** Where a sandbox is until it is whole, and once it is no more. */
function unfinished(root: string): string {
  return `${root}.unfinished`
}

function occupied(root: string, message: string): Failure {
  return new Failure({
    code: 'USAGE-004',
    message,
    remedy: `Practise in another folder, or move ${root} away`,
  })
}

function wrapper({ program, node }: SandboxOptions): string {
  return `#!/bin/sh\n# The simulated mongod of snapthaw practice.\nexec ${quoted(node)} ${quoted(program)} "$@"\n`
}

/** As one word of sh. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
