import type { Agent } from 'node:http'
import tls from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import type { Environment } from '../lib/environment.ts'
import { isLoopback } from './endpoint.ts'

/** How a cloud is reached. */
export interface NetworkOptions {
  /** Where `HTTPS_PROXY` and `NO_PROXY` are looked up; `process.env` unless given. */
  readonly environment?: Environment
  /** Milliseconds that one attempt may take; 10,000 unless given. */
  readonly requestTimeout?: number
}

export const defaultRequestTimeout = 10_000

export class ProxyAddressError extends Error {
  override readonly name = 'ProxyAddressError'
}

/**
 * The proxy for https requests, from the variables that Azure's pipeline and Google's gaxios read by themselves, so
 * that all three clouds go the same way; undefined where there is none. A value without a scheme is an http proxy, as
 * curl has it. Throws `ProxyAddressError` where the value is no address of an http proxy.
 */
export function proxyAddress(environment: Environment): URL | undefined {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy']) {
    const value = environment[name]
    if (value === undefined || value === '') continue
    const address = value.includes('://') ? value : `http://${value}`
    // The value is not repeated in the message: it may hold a password.
    if (!/^https?:/i.test(address) || !URL.canParse(address)) {
      throw new ProxyAddressError(
        `The value of ${name} is not the address of an http proxy (http://HOST:PORT)`,
      )
    }
    return new URL(address)
  }
  return undefined
}

/** Whether a host is asked directly: loopback, and what `NO_PROXY` lists as `host`, `.suffix`, `*.suffix`, `host:port` or `*`. */
export function bypassesProxy(hostname: string, port: number, environment: Environment): boolean {
  const host = hostname.toLowerCase()
  const rules = (environment.NO_PROXY ?? environment.no_proxy ?? '').toLowerCase().split(/[\s,]+/)
  const covers = (rule: string): boolean => {
    const [, suffix = '', rulePort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(rule) ?? []
    if (suffix === '' || (rulePort !== undefined && Number(rulePort) !== port)) return false
    return host === suffix || host.endsWith(`.${suffix}`)
  }
  return isLoopback(host) || rules.includes('*') || rules.some(covers)
}

/** Tunnels through the proxy with CONNECT, except to the hosts that `bypassesProxy` names. */
class EnvironmentProxyAgent extends HttpsProxyAgent<string> {
  readonly #environment: Environment

  constructor(proxy: URL, environment: Environment) {
    super(proxy.href, { keepAlive: true })
    this.#environment = environment
  }

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    const { host = '' } = options
    if (!options.secureEndpoint || !bypassesProxy(host, options.port, this.#environment)) {
      return super.connect(request, options)
    }
    return tls.connect({ servername: host, ...options })
  }
}

/** The agent for https requests; undefined where Node's own will do. Throws `ProxyAddressError`. */
export function httpsAgent(environment: Environment): Agent | undefined {
  const proxy = proxyAddress(environment)
  return proxy === undefined ? undefined : new EnvironmentProxyAgent(proxy, environment)
}
