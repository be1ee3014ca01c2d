import { Failure, type FindingCode } from '../lib/failure.ts'
import { freePort, isPortFree, wantedOrFreePort } from '../lib/ports.ts'
import type { RestoreContext } from './context.ts'
import { catalogue, text, type Definition } from './questions.ts'

/** Who needs a port, and what it is called when it is taken. */
export interface PortRequest {
  readonly definition: Definition
  /** The port that everybody expects: the default while it is free. */
  readonly usual: number
  /** What the usual port is: `the KMIP port`. */
  readonly usualIs: string
  readonly taken: FindingCode
  readonly byHand?: string
}

/** 5696 is the port that IANA gave to KMIP. */
export const portOfProxy = {
  definition: catalogue.kmipPort,
  usual: 5696,
  usualIs: 'the KMIP port',
  taken: 'PROXY-001',
} as const satisfies PortRequest

export const portOfMongod = {
  definition: catalogue.mongodPort,
  usual: 27017,
  usualIs: 'what every tool of MongoDB expects',
  taken: 'MONGOD-002',
} as const satisfies PortRequest

/**
 * A port of 127.0.0.1 that is free now. One for the answer 0 is chosen here, so that it can be shown and written down
 * before anybody listens on it. Throws the failure `taken` for a port that another program has.
 */
export async function choosePort(context: RestoreContext, request: PortRequest): Promise<number> {
  const { definition, usual, usualIs, taken, byHand } = request
  const suggestion = await wantedOrFreePort(usual)
  const answer = await context.ask(
    text(definition, {
      default: String(suggestion),
      details: [`${usual} is ${usualIs}, and ${suggestion === usual ? 'free' : 'taken by another program'}`],
      problem: portProblem,
      ...(byHand === undefined ? {} : { byHand }),
    }),
  )
  const port = Number(answer)
  if (port === 0) return freePort()
  if (await isPortFree(port)) return port
  throw new Failure({
    code: taken,
    message: `Port ${port} of 127.0.0.1 is taken by another program`,
    remedy: `Choose another port, or let one be found: --${definition.id} 0`,
  })
}

/** What is wrong with an answer that should be a free port, in a sentence; undefined when nothing is. */
async function portProblem(answer: string): Promise<string | undefined> {
  const port = Number(answer)
  if (!/^\d{1,5}$/.test(answer) || port > 65535)
    return 'A port is a number from 1 to 65535; 0 finds a free one'
  if (port !== 0 && !(await isPortFree(port)))
    return `Port ${port} is taken by another program; 0 finds a free one`
  return undefined
}
