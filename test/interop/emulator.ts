import { createConnection } from 'node:net'
import { execa } from 'execa'
import { freePort } from '../../src/lib/ports.ts'
import { venvEnvironment, venvProgram } from './install.ts'

/** A program of the virtual environment that listens on a port of 127.0.0.1, and nowhere else. */
export interface Emulator {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

export interface EmulatorStart {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What ends it without delay; SIGTERM unless another is named. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT'
}

/**
 * Starts it on a free port, and waits until the port answers. Throws with its output when it ends before that, and when
 * it listens to more than this machine.
 */
export async function startEmulator(
  program: string,
  start: (port: number) => EmulatorStart,
): Promise<Emulator> {
  const port = await freePort()
  const { args, env = {}, stopSignal = 'SIGTERM' } = start(port)
  const child = execa(venvProgram(program), [...args], {
    env: { ...venvEnvironment, ...env },
    extendEnv: false,
    all: true,
    reject: false,
    forceKillAfterDelay: 5000,
  })
  const ended = new AbortController()
  const end = child.finally(() => ended.abort())
  const stop = async () => {
    child.kill(stopSignal)
    return (await end).all
  }
  const deadline = Date.now() + 60_000
  while (!(await answers('127.0.0.1', port))) {
    if (ended.signal.aborted) throw new Error(`${program} ended before it listened:\n${(await end).all}`)
    if (Date.now() > deadline) throw new Error(`${program} does not listen on port ${port}:\n${await stop()}`)
  }
  // All of 127.0.0.0/8 is this machine on Linux: who listens on every interface answers here too.
  if (await answers('127.0.0.2', port))
    throw new Error(`${program} listens on more than 127.0.0.1:\n${await stop()}`)
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await stop()
    },
  }
}

/** Whether somebody accepts connections; a refusal is answered after a short pause, so that asking again does not spin. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(resolve, 25, false))
  })
}
