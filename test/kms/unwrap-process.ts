import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { CloudCredentials } from '../../src/kms/key-service.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { formatOrders } from '../../src/proxy/orders.ts'

/** What a process with this environment says that it unwrapped, and what else it writes. */
export async function unwrapInProcess(
  credentials: CloudCredentials,
  wrappedKey: Uint8Array,
  environment: Environment,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const orders = formatOrders({
    port: 0,
    certificates: '/does/not/matter',
    keys: [{ ids: ['1'], wrappedKey, credentials }],
  })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'unwrap.ts')], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(orders.reveal())
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { stdout, stderr }
}
