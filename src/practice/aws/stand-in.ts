import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { authenticate } from './authenticate.ts'
import { decrypt } from './kms.ts'
import { Refusal, refusal, trouble, type Service } from './refusal.ts'
import type { SignedRequest } from './signature.ts'
import type { AwsState, Fault } from './state.ts'
import { assumeRole, getCallerIdentity } from './sts.ts'
import { failure, success, type Structure } from './wire.ts'

/** STS and KMS of all regions on one port of 127.0.0.1. */
export interface AwsStandIn {
  readonly endpoint: string
  /** What it knows now: it changes as roles are assumed, codes used and faults used up. */
  state(): AwsState
  /** Makes the world another one, as somebody with the AWS console would. */
  change(next: (state: AwsState) => AwsState): Promise<void>
  /** Answers nobody any more; who is still waiting is cut off. */
  close(): Promise<void>
}

export interface StandInOptions {
  readonly state: AwsState
  /** Called with every new state, one call after the other, before the request that led to it is answered. */
  readonly save: (state: AwsState) => Promise<void>
}

export async function startAwsStandIn({ state: initial, save }: StandInOptions): Promise<AwsStandIn> {
  let state = initial
  let saving = Promise.resolve()
  const closing = new AbortController()

  const become = (next: AwsState): Promise<void> => {
    if (next === state) return saving
    state = next
    saving = saving.then(() => save(next))
    return saving
  }

  const answer = async (service: Service, request: SignedRequest, fault: Fault | undefined, now: number) => {
    const requestId = randomUUID()
    try {
      if (fault?.does === 'refuse') throw trouble(service, fault.as)
      const { operation, result, next } = operate(state, service, request, now)
      await become(next)
      return success(service, operation, result, requestId)
    } catch (error) {
      if (error instanceof Refusal) return failure(service, error, requestId)
      throw error
    }
  }

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming)
    const service: Service = request.headers['x-amz-target'] === undefined ? 'sts' : 'kms'
    const fault = state.faults.find(fault => fault.service === service && fault.times !== 0)
    if (fault !== undefined) await become(withoutOne(state, fault))
    if (fault?.does === 'hang') return
    if (fault?.does === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    if (fault?.does === 'delay') await delay(fault.millis, undefined, { signal: closing.signal })
    const now = Date.now() + state.clockOffset
    const { status, headers, body } = await answer(service, request, fault, now)
    // The SDK corrects its own clock by the date.
    response.writeHead(status, { ...headers, date: new Date(now).toUTCString() }).end(body)
  }

  const server = createServer((incoming, response) => {
    // Who went away, or was cut off, is owed no answer; a bug of ours shows as a broken connection.
    serve(incoming, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state: () => state,
    change: next => become(next(state)),
    async close() {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await saving
    },
  }
}

/** What the service answers, and what it knows afterwards. Throws `Refusal`. */
function operate(
  state: AwsState,
  service: Service,
  request: SignedRequest,
  now: number,
): { readonly operation: string; readonly result: Structure; readonly next: AwsState } {
  const caller = authenticate(state, service, request, now)
  const parameters = new URLSearchParams(request.body.toString())
  const operation = request.headers['x-amz-target'] ?? parameters.get('Action') ?? ''
  switch (operation) {
    case 'TrentService.Decrypt':
      return { operation, result: decrypt(state, caller, parseJson(request.body)), next: state }
    case 'GetCallerIdentity':
      return { operation, result: getCallerIdentity(caller), next: state }
    case 'AssumeRole': {
      const assumed = assumeRole(state, caller, parameters, now)
      return { operation, result: assumed.result, next: assumed.state }
    }
    default:
      throw refusal(service, 'unknown-operation', `Could not find operation ${operation}`)
  }
}

function withoutOne(state: AwsState, used: Fault): AwsState {
  if (used.times === undefined) return state
  const less = { ...used, times: used.times - 1 }
  return { ...state, faults: state.faults.map(fault => (fault === used ? less : fault)) }
}

async function read(incoming: IncomingMessage): Promise<SignedRequest> {
  const headers = Object.entries(incoming.headersDistinct).map(([name, values]) => [
    name,
    values?.join(',') ?? '',
  ])
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await buffer(incoming),
  }
}

/** Undefined for what is no JSON: the operation says what it thinks of that. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
