import { AsyncLocalStorage } from 'node:async_hooks'
import { Agent } from 'node:https'
import type { AuthClient } from 'google-auth-library'
import type { RequestInit } from 'node-fetch'
import { abortable } from './abortable.ts'
import { defaultRequestTimeout, httpsAgent, type NetworkOptions } from './network.ts'
import { trustSystemAuthorities } from './system-authorities.ts'

/** How Google's client uses the network: the same for the tokens and for the keys. */
export interface GcpTransport {
  readonly agent: Agent
  /** Milliseconds that one attempt may take. */
  readonly requestTimeout: number
  /** Leads the requests of a client here. */
  carry(client: AuthClient): void
  /** Asks, and gives up at once when the signal comes. */
  ask<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Ends what is under way. */
  close(): void
}

/** Throws `ProxyAddressError`. */
export function gcpTransport({
  environment = process.env,
  requestTimeout = defaultRequestTimeout,
}: NetworkOptions): GcpTransport {
  const agent = (httpsAgent(environment) as Agent | undefined) ?? new Agent({ keepAlive: true })
  const closing = new AbortController()
  const asking = new AsyncLocalStorage<AbortSignal>()

  /**
   * One attempt. Requests for tokens have no timeout of their own and take no signal; the client for Cloud KMS brings an
   * agent along, and with it passes every proxy by.
   */
  async function attempt(url: URL, init: RequestInit): Promise<unknown> {
    const { default: fetch } = await import('node-fetch')
    const isTls = url.protocol === 'https:'
    if (isTls) trustSystemAuthorities()
    const timeout = AbortSignal.timeout(requestTimeout)
    const signals = [init.signal, asking.getStore(), closing.signal, timeout]
    const signal = AbortSignal.any(signals.filter(each => each instanceof AbortSignal))
    // Node-fetch destroys the body of a request that is aborted before it begins, and nobody catches the error of that.
    signal.throwIfAborted()
    try {
      return await fetch(url, { ...init, signal, ...(isTls ? { agent } : {}) })
    } catch (error) {
      throw timeout.aborted ? timeout.reason : error
    }
  }

  return {
    agent,
    requestTimeout,

    carry({ transporter }) {
      // What gaxios calls fetch is node-fetch's, whose types are not those of Node.js.
      transporter.defaults.fetchImplementation = attempt as unknown as typeof fetch
    },

    ask: (send, signal) => asking.run(signal, () => abortable(send(), signal)),
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}
