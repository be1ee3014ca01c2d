import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export const root = join(import.meta.dirname, '..', '..')
/** The built program. */
export const cli = join(root, 'dist', 'cli.js')

/** Milliseconds from the start of a Node.js program to its end. */
export async function wallTime(args: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [...args], { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`node ${args.join(' ')} has ended with ${code}`)
  return performance.now() - began
}

/** A bare Node.js that does nothing: what no program here can be faster than. */
export const bareNode = () => wallTime(['-e', '0'])

/** What a Node.js program prints. */
export async function outputOf(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [...args])).stdout
}

/** A program under way that says on its standard output what others need to know. */
export interface Serving {
  readonly pid: number
  /** The first line that was waited for. */
  readonly line: string
  /** Milliseconds from its start to that line. */
  readonly millis: number
  stop(): Promise<void>
}

export interface ServingOptions {
  readonly args: readonly string[]
  readonly input: string
  /** The line that says that it serves. */
  readonly ready: (line: string) => boolean
}

/** Starts a Node.js program, and waits until it says that it serves. It ends with this process, if not before. */
export async function startServing({ args, input, ready }: ServingOptions): Promise<Serving> {
  const began = performance.now()
  const child = spawn(process.execPath, [...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = () => child.kill('SIGTERM')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.stdin.end(input)
  for await (const line of createInterface(child.stdout)) {
    if (!ready(line)) continue
    const millis = performance.now() - began
    child.stdout.resume()
    return { pid: child.pid!, line, millis, stop: () => stopped(child) }
  }
  throw new Error(`node ${args.join(' ')} has ended before it served`)
}

async function stopped(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}
