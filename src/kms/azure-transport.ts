import { AsyncLocalStorage } from 'node:async_hooks'
import { globalAgent } from 'node:http'
import { Agent } from 'node:https'
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline'
import { abortable } from './abortable.ts'
import type { AzureExchange } from './azure-failure.ts'
import { defaultRequestTimeout, httpsAgent, type NetworkOptions } from './network.ts'
import { trustSystemAuthorities } from './system-authorities.ts'

/** Milliseconds until an attempt is repeated after a system error or a status from 500 on: doubled each time. */
const retryDelay = 100

/** What any client of the SDK is made with: those for tokens and those for keys. */
export interface AzureClientOptions {
  readonly retryOptions: {
    readonly maxRetries: number
    readonly retryDelayInMs: number
    readonly maxRetryDelayInMs: number
  }
  readonly additionalPolicies: { readonly policy: PipelinePolicy; readonly position: 'perRetry' }[]
}

/** How Azure's SDK uses the network. */
export interface AzureTransport {
  readonly agent: Agent
  readonly clientOptions: AzureClientOptions
  /**
   * Asks, and gives up at once when the signal comes. `told` gets to know every attempt that is made on the way: MSAL
   * keeps to itself what came of them.
   */
  ask<T>(send: () => Promise<T>, signal: AbortSignal, told: (exchange: AzureExchange) => void): Promise<T>
  /** Ends what is under way. */
  close(): void
}

interface Question {
  readonly signal: AbortSignal
  readonly told: (exchange: AzureExchange) => void
}

/** Throws `ProxyAddressError`. */
export function azureTransport({
  environment = process.env,
  requestTimeout = defaultRequestTimeout,
}: NetworkOptions): AzureTransport {
  const agent = (httpsAgent(environment) as Agent | undefined) ?? new Agent({ keepAlive: true })
  const closing = new AbortController()
  const questions = new AsyncLocalStorage<Question>()

  const policy: PipelinePolicy = {
    name: 'snapthaw',

    /** One attempt. MSAL takes no signal, and the SDK's own timeout ends with the headers of the answer. */
    async sendRequest(request, next) {
      const question = questions.getStore()
      const url = new URL(request.url)
      const timeout = AbortSignal.timeout(requestTimeout)
      const { abortSignal } = request
      const signals = [closing.signal, timeout, question?.signal, abortSignal].filter(isSignal)
      // The metadata service of a virtual machine is asked over plain http, and never through a proxy.
      request.agent = url.protocol === 'https:' ? agent : globalAgent
      request.abortSignal = AbortSignal.any(signals)
      if (url.protocol === 'https:') trustSystemAuthorities()
      try {
        const response = await next(request)
        question?.told({ url, status: response.status, body: complaintOf(response) })
        return response
      } catch (error) {
        const outcome: unknown = timeout.aborted ? timeout.reason : error
        question?.told({ url, error: outcome })
        throw outcome
      } finally {
        // The next attempt has a timeout of its own.
        if (abortSignal === undefined) delete request.abortSignal
        else request.abortSignal = abortSignal
      }
    },
  }

  return {
    agent,
    clientOptions: {
      retryOptions: { maxRetries: 2, retryDelayInMs: retryDelay, maxRetryDelayInMs: 10 * retryDelay },
      additionalPolicies: [{ policy, position: 'perRetry' }],
    },
    ask: (send, signal, told) => questions.run({ signal, told }, () => abortable(send(), signal)),
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}

function isSignal(signal: unknown): signal is AbortSignal {
  return signal instanceof AbortSignal
}

/** What was said in place of a success; nothing of an answer that may hold a token. */
function complaintOf({ status, bodyAsText }: PipelineResponse): string {
  const body = bodyAsText ?? ''
  return status < 400 && body.startsWith('{') ? '' : body
}
