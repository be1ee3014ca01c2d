import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { parseEvent, type ProxyEvent } from '../../src/proxy/events.ts'
import { formatOrders, type ProxyOrders } from '../../src/proxy/orders.ts'
import { cli } from '../e2e/program.ts'

/** `snapthaw proxy` of the built program, in a process of its own: a KMIP server for clients that others wrote. */
export interface RunningProxy {
  readonly port: number
  /** The file with the authority of its certificate. */
  readonly ca: string
  /** The file with a client's certificate and key. */
  readonly client: string
  /** Ends it. Resolves to all that it told. */
  stop(): Promise<readonly ProxyEvent[]>
}

/** Has the cloud unwrap the keys of the orders, and serves them read-only. */
export function startKeyProxy(orders: ProxyOrders): Promise<RunningProxy> {
  return start(['--stdin'], formatOrders(orders).reveal())
}

/** Serves nothing at first, and allows everything. */
export function startLab(certificates: string): Promise<RunningProxy> {
  return start(['--policy', 'lab', '--listen', '0', '--certificates', certificates, '--json'], '')
}

async function start(flags: readonly string[], input: string): Promise<RunningProxy> {
  const child = execa(process.execPath, [cli, 'proxy', ...flags], { input, reject: false })
  const events: ProxyEvent[] = []
  const serving = Promise.withResolvers<Extract<ProxyEvent, { type: 'serving' }>>()
  createInterface(child.stdout).on('line', line => {
    const event = parseEvent(line)
    if (event === undefined) return
    events.push(event)
    if (event.type === 'serving') serving.resolve(event)
  })
  const ended = child.then(({ stdout, stderr }) => {
    serving.reject(new Error(`The proxy has ended before it served:\n${stdout}\n${stderr}`))
  })
  const { port, caFile, clientCertificateFile } = await serving.promise
  return {
    port,
    ca: caFile,
    client: clientCertificateFile,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      return events
    },
  }
}
