/** `snapthaw proxy --stdin` without the command line around it. */
import { runProxyProcess } from '../../src/proxy/proxy-process.ts'

process.exitCode = await runProxyProcess(process.stdin, process.stdout)
