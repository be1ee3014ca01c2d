import { onTestFinished } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import type { ProxyEvent } from '../../src/proxy/events.ts'
import type { KeyOrder, ProxyOrders } from '../../src/proxy/orders.ts'
import { serveProxy } from '../../src/proxy/serve.ts'

export const masterKey = Buffer.from('0123456789abcdef0123456789abcdef')

/** An order for AWS at a stand-in. */
export function order(endpoint: string, change: Partial<KeyOrder> = {}): KeyOrder {
  return {
    ids: ['key-1'],
    wrappedKey: Buffer.from('wrapped'),
    credentials: {
      provider: 'aws',
      accessKeyId: new Secret('AKIACANARY'),
      secretAccessKey: new Secret('CANARY-secret'),
      region: 'us-east-1',
      kmsEndpoint: endpoint,
    },
    ...change,
  }
}

/** A proxy under way in this process, its events, and a way to wait for one of them. */
export function serving(orders: ProxyOrders) {
  const events: ProxyEvent[] = []
  const waiting = new Map<ProxyEvent['type'], (event: ProxyEvent) => void>()
  const stop = new AbortController()
  const done = serveProxy(orders, {
    emit: event => {
      events.push(event)
      waiting.get(event.type)?.(event)
    },
    signal: stop.signal,
  })
  const ended = done.catch(() => undefined)
  onTestFinished(async () => {
    stop.abort()
    await ended
  })
  async function told<T extends ProxyEvent['type']>(type: T): Promise<Extract<ProxyEvent, { type: T }>> {
    const event =
      events.find(each => each.type === type) ??
      (await Promise.race([new Promise<ProxyEvent>(resolve => waiting.set(type, resolve)), done]))
    return event as Extract<ProxyEvent, { type: T }>
  }
  return { events, told, stop: () => stop.abort(), done }
}
