import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { nextFault, withoutOne, type Fault } from './fault.ts'

/** All that a stand-in knows: plain data, so that a sandbox is opened again with the keys that it had. */
export interface World<AFault extends Fault> {
  /** Milliseconds by which the stand-in's clock is ahead of the machine's. */
  readonly clockOffset: number
  readonly faults: readonly AFault[]
}

/** A request as it came, before anything in it is believed. */
export interface Asked {
  readonly method: string
  /** The name that was asked for, without the port. */
  readonly hostname: string
  /** With the name and the port that were asked for. */
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** An answer as HTTP carries it. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How one cloud answers. */
export interface Play<AFault extends Fault, AWorld extends World<AFault>> {
  readonly serviceOf: (asked: Asked) => AFault['service']
  /** `now` is the stand-in's time in milliseconds; `fault` is one that refuses, where one befalls this request. */
  readonly answer: (world: AWorld, asked: Asked, now: number, fault: AFault | undefined) => Played<AWorld>
}

/** An answer, and what the world is like afterwards. */
export interface Played<AWorld> {
  readonly answer: WireAnswer
  readonly world: AWorld
}

export interface StandInOptions<AWorld> {
  readonly state: AWorld
  /** Called with every new state, one call after the other, before the request that led to it is answered. */
  readonly save: (state: AWorld) => Promise<void>
  /** PEM; without it the stand-in speaks plain http. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** A cloud on one port of 127.0.0.1. */
export interface StandIn<AWorld> {
  readonly port: number
  /** What it knows now. */
  state(): AWorld
  /** Makes the world another one, as somebody with the cloud's console would. */
  change(next: (state: AWorld) => AWorld): Promise<void>
  /** Answers nobody any more; who is still waiting is cut off. */
  close(): Promise<void>
}

export async function startStandIn<AFault extends Fault, AWorld extends World<AFault>>(
  play: Play<AFault, AWorld>,
  { state: initial, save, tls }: StandInOptions<AWorld>,
): Promise<StandIn<AWorld>> {
  let state = initial
  let saving = Promise.resolve()
  const closing = new AbortController()

  const become = (next: AWorld): Promise<void> => {
    if (next === state) return saving
    state = next
    saving = saving.then(() => save(next))
    return saving
  }

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await read(incoming)
    const fault = nextFault(state.faults, play.serviceOf(asked))
    if (fault !== undefined) await become({ ...state, faults: withoutOne(state.faults, fault) })
    if (fault?.does === 'hang') return
    if (fault?.does === 'reset') {
      cutOff(incoming)
      return
    }
    if (fault?.does === 'delay') await delay(fault.millis, undefined, { signal: closing.signal })
    const now = Date.now() + state.clockOffset
    const { answer, world } = play.answer(state, asked, now, fault)
    await become(world)
    const { status, headers, body } = answer
    const length = String(Buffer.byteLength(body))
    response.writeHead(status, { ...headers, date: new Date(now).toUTCString(), 'content-length': length })
    if (fault?.does === 'stall' || fault?.does === 'break off') {
      response.write(body.slice(0, body.length / 2), () => {
        if (fault.does === 'break off') cutOff(incoming)
      })
      return
    }
    response.end(body)
  }

  const server: Server = tls === undefined ? createServer() : createTlsServer(tls)
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    // Who went away, or was cut off, is owed no answer; a bug of ours shows as a broken connection.
    serve(incoming, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
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

/** With a reset, where the connection is TCP alone: Node.js cannot reset what is beneath TLS. */
function cutOff({ socket }: IncomingMessage): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

async function read(incoming: IncomingMessage): Promise<Asked> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    headers[name] = values?.join(',') ?? ''
  const url = new URL(incoming.url ?? '/', `https://${headers.host ?? '127.0.0.1'}`)
  return {
    method: incoming.method ?? '',
    hostname: url.hostname,
    url,
    headers,
    body: await buffer(incoming),
  }
}
