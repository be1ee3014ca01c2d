import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { Failure } from '../lib/failure.ts'
import { eventsTo, failedEvent, type Emit } from './events.ts'
import { parseOrders, type ProxyOrders } from './orders.ts'
import { serveProxy } from './serve.ts'

/**
 * The whole of `snapthaw proxy --stdin`: one JSON document of orders in, events out as NDJSON, until SIGTERM or SIGINT.
 * Resolves to the exit code; a `Failure` has been told as an event then.
 */
export async function runProxyProcess(input: Readable, output: Writable): Promise<number> {
  try {
    return await serveUntilSignalled(signal => readOrders(addAbortSignal(signal, input)), eventsTo(output))
  } catch (error) {
    if (error instanceof Failure) return error.exitCode
    throw error
  }
}

/** A key proxy with orders that are made here, until SIGTERM or SIGINT: see `untilSignalled`. */
export function serveUntilSignalled(
  prepare: (signal: AbortSignal) => Promise<ProxyOrders>,
  emit: Emit,
): Promise<number> {
  return untilSignalled(async signal => {
    const orders = await prepare(signal).catch((error: unknown) => {
      if (error instanceof Failure) emit(failedEvent(error))
      throw error
    })
    await serveProxy(orders, { emit, signal })
  })
}

/**
 * Serving as the only work of this process, which ends well on SIGTERM or SIGINT; a second signal ends it at once.
 * Resolves to the exit code 0, or throws what `serve` throws.
 */
export async function untilSignalled(serve: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const stop = new AbortController()
  const signals = ['SIGTERM', 'SIGINT'] as const
  const onSignal = () => stop.abort()
  for (const name of signals) process.once(name, onSignal)
  try {
    await serve(stop.signal)
    return 0
  } catch (error) {
    if (stop.signal.aborted) return 0
    throw error
  } finally {
    for (const name of signals) process.off(name, onSignal)
  }
}

/** Orders are small: whoever sends more is not the wizard. */
const mostBytes = 1024 * 1024

async function readOrders(input: Readable): Promise<ProxyOrders> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > mostBytes) break
  }
  const document = Buffer.concat(chunks)
  try {
    return parseOrders(document.toString('utf8'))
  } finally {
    for (const bytes of [document, ...chunks]) bytes.fill(0)
  }
}
