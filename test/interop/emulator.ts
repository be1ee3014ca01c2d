import { createConnection } from 'node:net'
import { execa } from 'execa'
import { freePort } from '../../src/lib/ports.ts'
import { venvProgram } from './install.ts'

/** A program of the virtual environment that listens on a port of 127.0.0.1. */
export interface Emulator {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

/** Starts it on a free port, and waits until the port answers. Its output is part of the error when it ends before that. */
export async function startEmulator(
  program: string,
  start: (port: number) => { readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> },
): Promise<Emulator> {
  const port = await freePort()
  const { args, env } = start(port)
  const child = execa(venvProgram(program), [...args], { env: { ...env }, all: true, reject: false, forceKillAfterDelay: 5000 })
  let ended = false
  const end = child.then(result => {
    ended = true
    return result
  })
  const deadline = Date.now() + 60_000
  while (!(await answers(port))) {
    if (ended) throw new Error(`${program} ended before it listened:\n${(await end).all}`)
    if (Date.now() > deadline) {
      child.kill()
      throw new Error(`${program} does not listen on port ${port}:\n${(await end).all}`)
    }
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      await end
    },
  }
}

/** Whether somebody accepts connections; a refusal is answered after a short pause, so that asking again does not spin. */
function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(resolve, 25, false))
  })
}
