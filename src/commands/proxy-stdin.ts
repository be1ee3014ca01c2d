import { runProxyProcess } from '../proxy/proxy-process.ts'
import { reportFailure } from './outcome.ts'

/** `snapthaw proxy --stdin`: how the wizard starts the key proxy. Resolves to the exit code. */
export async function runProxyOnStdin(): Promise<number> {
  try {
    return await runProxyProcess(process.stdin, process.stdout)
  } catch (error) {
    return reportFailure(error, 'json')
  }
}
