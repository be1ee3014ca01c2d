import { randomUUID } from 'node:crypto'
import { startStandIn, type Asked, type Play, type StandIn, type StandInOptions } from '../stand-in.ts'
import { authenticate } from './authenticate.ts'
import { decrypt } from './kms.ts'
import { Refusal, refusal, trouble, type Service } from './refusal.ts'
import type { SignedRequest } from './signature.ts'
import type { AwsState, Fault } from './state.ts'
import { assumeRole, getCallerIdentity } from './sts.ts'
import { failure, success, type Structure } from './wire.ts'

/** STS and KMS of all regions on one port of 127.0.0.1. */
export interface AwsStandIn extends StandIn<AwsState> {
  readonly endpoint: string
}

export async function startAwsStandIn(options: StandInOptions<AwsState>): Promise<AwsStandIn> {
  const standIn = await startStandIn(play, options)
  return { ...standIn, endpoint: `http://127.0.0.1:${standIn.port}` }
}

const play: Play<Fault, AwsState> = {
  serviceOf,

  answer(state, asked, now, fault) {
    const service = serviceOf(asked)
    const requestId = randomUUID()
    try {
      if (fault?.does === 'refuse') throw trouble(service, fault.as)
      const { operation, result, next } = operate(state, service, signedRequest(asked), now)
      return { answer: success(service, operation, result, requestId), world: next }
    } catch (error) {
      if (error instanceof Refusal) return { answer: failure(service, error, requestId), world: state }
      throw error
    }
  },
}

function serviceOf({ headers }: Asked): Service {
  return headers['x-amz-target'] === undefined ? 'sts' : 'kms'
}

function signedRequest({ method, url, headers, body }: Asked): SignedRequest {
  return { method, url: `${url.pathname}${url.search}`, headers, body }
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

/** Undefined for what is no JSON: the operation says what it thinks of that. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
