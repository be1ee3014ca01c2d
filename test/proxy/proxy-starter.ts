/** Starts a proxy with the orders on its stdin, prints it, and stays: for a test that kills it. Argv: status log, program. */
import { text } from 'node:stream/consumers'
import { startEmbeddedProxy } from '../../src/proxy/embedded.ts'
import { parseOrders } from '../../src/proxy/orders.ts'

const [, , statusLog = '', ...program] = process.argv
const proxy = await startEmbeddedProxy({
  program,
  orders: parseOrders(await text(process.stdin)),
  statusLog,
  environment: process.env,
  onStarted: () => Promise.resolve(),
  onEvent: () => undefined,
  signal: new AbortController().signal,
})
process.stdout.write(JSON.stringify(proxy))
setInterval(() => undefined, 60_000)
